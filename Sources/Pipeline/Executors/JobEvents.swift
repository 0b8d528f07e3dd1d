internal import Files
internal import Stages
internal import Synchronization

/// What a running job reports, as lines of `events.jsonl`.
enum JobEvent {
  /// `at`: seconds since the job began.
  case progress(done: Int, total: Int?, unit: String, note: String, at: Double)
  case notice(String)
  case metrics(TensorBoard.Point)

  var line: [UInt8] {
    let json: JSON
    switch self {
    case .progress(let done, let total, let unit, let note, let at):
      json = [
        "done": JSON(done), "total": total.map { JSON($0) } ?? .null, "unit": JSON(unit),
        "note": JSON(note), "at": JSON(at),
      ]
    case .notice(let text): json = ["notice": JSON(text)]
    case .metrics(let point):
      // A list, not an object: a name may come twice in one point.
      json = [
        "time": JSON(point.time), "step": JSON(point.step),
        "values": JSON(point.values) { [JSON($0.name), Self.number($0.value)] },
      ]
    }
    return json.serialized() + [0x0A]
  }

  init?(_ line: [UInt8]) {
    guard let json = try? JSON.parse(line) else { return nil }
    if let text = json["notice"]?.stringValue {
      self = .notice(text)
    } else if let done = json["done"]?.intValue {
      self = .progress(
        done: done, total: json["total"]?.intValue, unit: json["unit"]?.stringValue ?? "",
        note: json["note"]?.stringValue ?? "", at: json["at"]?.doubleValue ?? 0)
    } else if let step = json["step"]?.intValue, let list = json["values"]?.arrayValue {
      let values = list.compactMap { pair -> (name: String, value: Double)? in
        guard let pair = pair.arrayValue, pair.count == 2, let name = pair[0].stringValue,
          let value = Self.double(pair[1])
        else { return nil }
        return (name, value)
      }
      self = .metrics(
        TensorBoard.Point(time: json["time"]?.doubleValue ?? 0, step: step, values: values))
    } else {
      return nil
    }
  }

  /// JSON has no infinities; a curve may have them.
  private static func number(_ value: Double) -> JSON {
    value.isFinite ? JSON(value) : JSON("\(value)")
  }

  private static func double(_ json: JSON) -> Double? {
    json.doubleValue ?? json.stringValue.flatMap { Double($0) }
  }
}

/// Writes a job's reports to its `events.jsonl`: progress a few times a second, the rest soon.
///
/// If the log cannot be written, the work goes on; the watcher misses the lost lines.
final class JobLog: ProgressSink, MetricsSink {
  /// Seconds between two writes of progress and curves.
  static let interval = 0.25

  private struct State {
    var lines: [UInt8] = []
    var progress: JobEvent?
    var lastWrite = -JobLog.interval
  }

  private let log: LineLog
  private let clock = Stopwatch()
  private let state = Mutex(State())

  /// - Throws: `FileError` if the file cannot be created.
  init(_ files: JobFiles) throws(FileError) { log = try LineLog(files.events) }

  func report(done: Int, of total: Int?, unit: String, note: String) {
    state.withLock { state in
      state.progress = .progress(
        done: done, total: total, unit: unit, note: note, at: clock.seconds)
      writeIfDue(&state)
    }
  }

  func record(step: Int, values: [(name: String, value: Double)]) {
    let point = TensorBoard.Point(time: WallClock.seconds, step: step, values: values)
    state.withLock { state in
      state.lines += JobEvent.metrics(point).line
      writeIfDue(&state)
    }
  }

  func notice(_ text: String) {
    state.withLock { state in
      state.lines += JobEvent.notice(text).line
      write(&state)
    }
  }

  /// Seconds since the job began.
  var seconds: Double { clock.seconds }

  /// Writes what is still pending.
  func close() { state.withLock { write(&$0) } }

  private func writeIfDue(_ state: inout State) {
    if clock.seconds - state.lastWrite >= Self.interval { write(&state) }
  }

  private func write(_ state: inout State) {
    state.lastWrite = clock.seconds
    let bytes = state.lines + (state.progress?.line ?? [])
    state.lines = []
    state.progress = nil
    try? log.append(bytes)
  }
}
