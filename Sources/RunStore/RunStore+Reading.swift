internal import Files
internal import GRDB

extension RunStore {
  /// All runs, oldest first.
  public func runs() throws(RunStoreError) -> [RunRecord] {
    try rows("SELECT * FROM runs ORDER BY started, id") { row in
      RunRecord(
        id: row["id"], pipeline: row["pipeline"], started: row["started"], ended: row["ended"],
        status: row["status"], threads: row["threads"], owner: row["owner"])
    }
  }

  /// How each stage ended, in the order of ending.
  public func stages() throws(RunStoreError) -> [StageRecord] {
    try rows("SELECT * FROM stages ORDER BY rowid") { row in
      StageRecord(
        name: row["name"], kind: row["kind"], key: row["key"], status: row["status"],
        seconds: row["seconds"], threads: row["threads"], summary: row["summary"],
        ended: row["ended"])
    }
  }

  /// The curves of one stage key, by step.
  public func metrics(stage: String, key: String) throws(RunStoreError) -> [MetricRecord] {
    try rows(
      "SELECT * FROM metrics WHERE stage = ? AND key = ? ORDER BY step", [stage, key]
    ) { row in
      let text: String = row["values"]
      return MetricRecord(
        stage: row["stage"], key: row["key"], step: row["step"],
        values: (try? JSON.parse(text))?.objectValue ?? [:])
    }
  }

  /// All events, oldest first.
  public func events() throws(RunStoreError) -> [EventRecord] {
    try rows("SELECT * FROM events ORDER BY rowid") { row in
      EventRecord(
        time: row["time"], level: row["level"], stage: row["stage"], text: row["text"])
    }
  }

  private func rows<T>(
    _ sql: String, _ arguments: [String] = [], _ transform: (Row) -> T
  ) throws(RunStoreError) -> [T] {
    do {
      return try read { db in
        try Row.fetchAll(db, sql: sql, arguments: StatementArguments(arguments))
      }.map(transform)
    } catch {
      throw .failed(path: path, operation: "read", reason: "\(error)")
    }
  }
}
