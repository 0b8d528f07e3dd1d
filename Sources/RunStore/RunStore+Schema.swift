internal import GRDB

extension RunStore {
  /// The schema, one step per change; released steps never change.
  private static let steps = [
    """
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
    """
  ]

  /// Applies the missing schema steps; `user_version` counts the applied ones.
  ///
  /// Runs inside the caller's transaction, so a new store takes only one.
  static func bringToPresentSchema(_ db: Database) throws {
    let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
    guard version <= steps.count else {
      throw DatabaseError(
        message: "its schema \(version) is newer than this program's \(steps.count)")
    }
    guard version < steps.count else { return }
    for step in steps[version...] { try db.execute(sql: step) }
    try db.execute(sql: "PRAGMA user_version = \(steps.count)")
  }
}
