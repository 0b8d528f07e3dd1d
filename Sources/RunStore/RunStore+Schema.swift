internal import GRDB

extension RunStore {
  /// The schema, one step per change; a step that has been released never changes.
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1: runs, stages, metrics, events") { db in
      try db.execute(
        sql: """
          CREATE TABLE runs (
            id TEXT PRIMARY KEY, pipeline TEXT NOT NULL, started REAL NOT NULL, ended REAL,
            status TEXT NOT NULL, threads INTEGER NOT NULL, owner TEXT NOT NULL
          ) WITHOUT ROWID;
          CREATE TABLE stages (
            run TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL,
            status TEXT NOT NULL, seconds REAL NOT NULL, threads INTEGER NOT NULL,
            summary TEXT NOT NULL, ended REAL NOT NULL
          );
          CREATE TABLE metrics (
            stage TEXT NOT NULL, key TEXT NOT NULL, step INTEGER NOT NULL, "values" TEXT NOT NULL,
            PRIMARY KEY (stage, key, step)
          ) WITHOUT ROWID;
          CREATE TABLE events (
            run TEXT NOT NULL, time REAL NOT NULL, level TEXT NOT NULL, stage TEXT,
            text TEXT NOT NULL
          );
          """)
    }
    return migrator
  }
}
