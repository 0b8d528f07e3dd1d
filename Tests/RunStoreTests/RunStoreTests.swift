import Files
import Foundation
import RunStore
import Testing

struct `The run store` {
  private func folder() throws -> String {
    let path = NSTemporaryDirectory() + "retort-store-\(UUID().uuidString)"
    try Folder.make(path)
    return path
  }

  private let run = RunRecord(
    id: "1-2", pipeline: "tiny", started: 10, status: "running", threads: 2, owner: "process 2")

  @Test func `what is committed is read back, also by a second opening`() throws {
    let folder = try folder()
    defer { try? Folder.remove(folder) }
    let path = folder + "/" + RunStore.fileName
    var batch = RunBatch()
    batch.stages = [
      StageRecord(
        name: "a", kind: "toy", key: "k", status: "finished", seconds: 1.5, threads: 1,
        summary: "3 records", ended: 12)
    ]
    batch.metrics = [MetricRecord(stage: "a", key: "k", step: 1, values: ["loss": 0.5])]
    batch.events = [EventRecord(time: 11, level: "info", text: "begun")]
    let store = try RunStore(path)
    try store.commit(run, batch)
    var ended = run
    ended.ended = 13
    ended.status = "finished"
    try store.commit(ended, RunBatch())
    store.close()

    let again = try RunStore(reading: path)
    #expect(try again.runs() == [ended])
    #expect(try again.stages() == batch.stages)
    #expect(try again.metrics(stage: "a", key: "k") == batch.metrics)
    #expect(try again.events() == batch.events)
  }

  /// A resumed stage reports some steps twice; curves must not double, nor lose another name.
  @Test func `a step that comes again is merged`() throws {
    let folder = try folder()
    defer { try? Folder.remove(folder) }
    let store = try RunStore(folder + "/run.sqlite")
    for values: JSONObject in [["loss": 0.5, "rate": 1.0], ["loss": 0.25]] {
      var batch = RunBatch()
      batch.metrics = [MetricRecord(stage: "a", key: "k", step: 1, values: values)]
      try store.commit(run, batch)
    }
    let expected: [MetricRecord] = [
      MetricRecord(stage: "a", key: "k", step: 1, values: ["loss": 0.25, "rate": 1.0])
    ]
    #expect(try store.metrics(stage: "a", key: "k") == expected)
  }

  @Test func `a store of a newer program is left as it is`() throws {
    let folder = try folder()
    defer { try? Folder.remove(folder) }
    let path = folder + "/run.sqlite"
    let store = try RunStore(path)
    try store.commit(run, RunBatch())
    store.close()
    var bytes = try readFile(path)
    #expect(bytes[60..<64] == [0, 0, 0, 1])
    bytes[63] = 9  // user_version (SQLite file format, 1.3)
    try AtomicFile.write(bytes, to: path)
    #expect { try RunStore(path).commit(run, RunBatch()) } throws: { "\($0)".contains("newer") }
  }

  @Test func `a file that is no database is called damaged`() throws {
    let folder = try folder()
    defer { try? Folder.remove(folder) }
    let path = folder + "/run.sqlite"
    try AtomicFile.write(String(repeating: "no database ", count: 100), to: path)
    #expect { _ = try RunStore(path) } throws: { error in
      guard case .damaged = error as? RunStoreError else { return false }
      return true
    }
  }
}
