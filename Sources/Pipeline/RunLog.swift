internal import Files
internal import Foundation
internal import RunStore

/// A run's records for readers: `logs/` and `run.sqlite`.
///
/// Written at most every `interval` seconds and at the end. Nothing here decides what is finished,
/// so a failure to write is reported once and stops nothing.
final class RunLog {
  static let interval = 5.0

  private let logs: String
  private let store: String
  private let clock: Stopwatch
  private var run: RunRecord
  private var batch = RunBatch()
  private var timings: [JSONObject] = []
  private var lastFlush = 0.0
  private var hasFailed = false
  private let warn: (String) -> Void

  /// - Parameters:
  ///   - logs: the folder of timings and curves; created when there is something to write.
  ///   - store: the path of the run store.
  init(
    logs: String, store: String, pipeline: String, threads: Int, clock: Stopwatch,
    warn: @escaping (String) -> Void
  ) {
    self.logs = logs
    self.store = store
    self.clock = clock
    self.warn = warn
    let now = WallClock.seconds
    run = RunRecord(
      id: "\(Int(now * 1000))-\(ProcessInfo.processInfo.processIdentifier)", pipeline: pipeline,
      started: now, status: "running", threads: threads,
      owner: RunLock.thisProcess.split(separator: "\n").joined(separator: ", "))
  }

  /// Notes the end of a stage and writes its curves for TensorBoard.
  ///
  /// - Parameter threadSeconds: seconds times the threads that the stage had.
  func ended(_ record: StageRecord, threadSeconds: Double, metrics: [TensorBoard.Point]) {
    batch.stages.append(record)
    for point in metrics {
      batch.metrics.append(
        MetricRecord(
          stage: record.name, key: record.key, step: point.step,
          values: JSONObject(unique(point.values))))
    }
    if record.status != "cached" {
      timings.append([
        "stage": JSON(record.name), "kind": JSON(record.kind), "key": JSON(record.key),
        "status": JSON(record.status), "seconds": JSON((record.seconds * 1000).rounded() / 1000),
        "threads": JSON(record.threads),
        "thread_seconds": JSON((threadSeconds * 1000).rounded() / 1000),
        "summary": JSON(record.summary),
        "ended": JSON(record.ended.rounded()), "run": JSON(run.id),
      ])
    }
    guard !metrics.isEmpty else { return }
    attempt {
      let place = logs + "/tensorboard/" + record.name
      try Folder.make(place)
      let file = try OutputFile(
        creating: "\(place)/events.out.tfevents.\(Int(run.started)).\(run.id).retort")
      try file.write(TensorBoard.file(metrics, started: run.started))
      try file.finish()
    }
  }

  func event(_ level: String, stage: String? = nil, _ text: String) {
    batch.events.append(
      EventRecord(time: WallClock.seconds, level: level, stage: stage, text: text))
  }

  /// Writes pending records if it is time.
  func flushIfDue() {
    guard clock.seconds - lastFlush >= Self.interval, !batch.isEmpty else { return }
    flush()
  }

  /// Writes all pending records.
  func close(status: String) {
    run.status = status
    run.ended = WallClock.seconds
    flush()
  }

  private func flush() {
    lastFlush = clock.seconds
    attempt {
      try Folder.make(logs)
      // Stages run on their own may end at the same moment.
      let lock = try patientLock()
      defer { withExtendedLifetime(lock) {} }
      try writeTimings()
    }
    attempt {
      let store = try open()
      defer { store.close() }
      try store.commit(run, batch)
      batch = RunBatch()
    }
  }

  private func writeTimings() throws {
    guard !timings.isEmpty else { return }
    let path = logs + "/" + RunFolder.timingsName
    var bytes = fileExists(path) ? try readFile(path, limit: 1 << 28) : []
    for line in timings { bytes += line.serialized() + [0x0A] }
    try AtomicFile.write(bytes, to: path)
    timings = []
  }

  private func patientLock() throws -> RunLock {
    for _ in 0..<100 {
      do {
        return try RunLock(logs + "/lock", owner: RunLock.thisProcess)
      } catch is RunLock.Held {
        Pause.milliseconds(20)
      }
    }
    return try RunLock(logs + "/lock", owner: RunLock.thisProcess)
  }

  /// An unreadable store is moved aside: it holds only history.
  private func open() throws -> RunStore {
    let path = store
    do {
      return try RunStore(path)
    } catch .damaged(_, let reason) {
      warn("\(path) does not read (\(reason)); moved to \(RunStore.fileName).damaged")
      for suffix in ["-wal", "-shm"] { try Folder.remove(path + suffix) }
      try Folder.remove(path + ".damaged")
      try Folder.rename(path, to: path + ".damaged")
      return try RunStore(path)
    }
  }

  private func attempt(_ write: () throws -> Void) {
    do {
      try write()
    } catch {
      if !hasFailed { warn("the logs are not complete: \(error)") }
      hasFailed = true
    }
  }

  /// The last value of each name.
  private func unique(_ values: [(name: String, value: Double)]) -> [(String, JSON)] {
    var object = JSONObject()
    for value in values { object[value.name] = JSON(value.value) }
    return object.members.map { ($0.key, $0.value) }
  }
}
