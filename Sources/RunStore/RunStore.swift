internal import Files
internal import GRDB
internal import Synchronization

/// The run folder's database `run.sqlite`: runs, stages, metrics, events.
///
/// For people and their tools only; manifests alone decide what is finished, so a lost or damaged
/// store loses nothing but history. Everything is written in few transactions (write-ahead log,
/// `synchronous` NORMAL): a power cut may lose the last ones, never the file. An open store is
/// locked for other processes, so it is opened for each transaction and closed again; this also
/// avoids the shared-memory file.
public final class RunStore: Sendable {
  /// Name of the database within the run folder.
  public static let fileName = "run.sqlite"

  /// Where the database is, as given to `init`.
  public let path: String
  private let queue: DatabaseQueue

  /// Opens the store at `path` for writing; the first transaction creates the tables.
  ///
  /// - Throws: `RunStoreError.damaged` if the file is not one of our databases.
  public init(_ path: String) throws(RunStoreError) {
    self.path = path
    do {
      try JobThread.probe()
      queue = try DatabaseQueue(path: path, configuration: Self.configuration(readonly: false))
    } catch {
      throw Self.error(error, path, "open the run store")
    }
  }

  /// Opens a store read-only.
  public init(reading path: String) throws(RunStoreError) {
    self.path = path
    do {
      try JobThread.probe()
      queue = try DatabaseQueue(path: path, configuration: Self.configuration(readonly: true))
    } catch {
      throw Self.error(error, path, "open the run store")
    }
  }

  /// Closes the database and merges the write-ahead log into it.
  public func close() { try? queue.close() }

  deinit {
    do throws(FileError) {
      try JobThread.probe()
    } catch {
      Self.kept.withLock { $0.append(queue) }
    }
  }

  /// Closed queues that are never released: Dispatch ends a queue on another thread, blocks forever
  /// when it gets none, and crashes when it gets no descriptor.
  private static let kept = Mutex<[DatabaseQueue]>([])

  /// Writes the run's row and the batch in one transaction.
  public func commit(_ run: RunRecord, _ batch: RunBatch) throws(RunStoreError) {
    do {
      try queue.write { db in
        try Self.bringToPresentSchema(db)
        try db.execute(
          sql: """
            INSERT INTO runs (id, pipeline, started, ended, status, threads, owner)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET ended = excluded.ended, status = excluded.status
            """,
          arguments: [
            run.id, run.pipeline, run.started, run.ended, run.status, run.threads, run.owner,
          ])
        for stage in batch.stages {
          try db.execute(
            sql: """
              INSERT INTO stages
                (run, name, kind, key, status, seconds, threads, summary, ended)
              VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
              """,
            arguments: [
              run.id, stage.name, stage.kind, stage.key, stage.status, stage.seconds,
              stage.threads, stage.summary, stage.ended,
            ])
        }
        for metric in batch.metrics {
          try db.execute(
            sql: """
              INSERT INTO metrics (stage, key, step, "values") VALUES (?, ?, ?, ?)
              ON CONFLICT (stage, key, step) DO UPDATE
                SET "values" = json_patch("values", excluded."values")
              """,
            arguments: [metric.stage, metric.key, metric.step, JSON.object(metric.values).text])
        }
        for event in batch.events {
          try db.execute(
            sql: "INSERT INTO events (run, time, level, stage, text) VALUES (?, ?, ?, ?, ?)",
            arguments: [run.id, event.time, event.level, event.stage, event.text])
        }
      }
    } catch {
      throw Self.error(error, path, "write")
    }
  }

  /// Runs a read transaction.
  func read<T>(_ body: (Database) throws -> T) throws -> T { try queue.read(body) }

  private static func configuration(readonly: Bool) -> Configuration {
    var configuration = Configuration()
    configuration.readonly = readonly
    configuration.busyMode = .timeout(2)
    configuration.label = "run store"
    if readonly { return configuration }
    configuration.prepareDatabase { db in
      try db.execute(
        sql: """
          PRAGMA locking_mode = EXCLUSIVE;
          PRAGMA journal_mode = WAL;
          PRAGMA synchronous = NORMAL;
          """)
    }
    return configuration
  }

  private static func error(_ error: any Error, _ path: String, _ operation: String)
    -> RunStoreError
  {
    let reason = (error as? DatabaseError)?.message ?? "\(error)"
    switch (error as? DatabaseError)?.resultCode {
    case .some(.SQLITE_NOTADB), .some(.SQLITE_CORRUPT):
      return .damaged(path: path, reason: reason)
    default: return .failed(path: path, operation: operation, reason: reason)
    }
  }
}
