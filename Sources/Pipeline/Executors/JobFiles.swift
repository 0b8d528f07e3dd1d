internal import Files

/// The files of one job, `logs/jobs/<stage>/` in the run's folder.
///
///     ticket.json     what to do
///     events.jsonl    progress, notices and curves, a line each, while it runs
///     outcome.json    how it ended; only the stage's manifest says that it is finished
///     output.txt      what the process printed
///
/// They contain times and may be removed whenever no job runs.
struct JobFiles: Sendable {
  let folder: String

  init(runFolder: String, stage: String) { folder = "\(runFolder)/logs/jobs/\(stage)" }

  var ticket: String { folder + "/ticket.json" }
  var events: String { folder + "/events.jsonl" }
  var outcome: String { folder + "/outcome.json" }
  var output: String { folder + "/output.txt" }

  /// Writes the ticket of a new job and removes what an earlier one left.
  func begin(_ ticket: JobTicket) throws(FileError) {
    try Folder.make(folder)
    for file in [outcome, events, output] { try Folder.remove(file) }
    try AtomicFile.write(ticket.json.serialized() + [0x0A], to: self.ticket)
  }

  /// How a job reports its end.
  enum Outcome: Equatable {
    case cached
    case finished(summary: String)
    case interrupted
    /// Another process has the stage's lock.
    case held(path: String, owner: String)
    case failed(message: String)

    var json: JSON {
      switch self {
      case .cached: ["status": "cached"]
      case .finished(let summary): ["status": "finished", "summary": JSON(summary)]
      case .interrupted: ["status": "interrupted"]
      case .held(let path, let owner):
        ["status": "held", "path": JSON(path), "owner": JSON(owner)]
      case .failed(let message): ["status": "failed", "message": JSON(message)]
      }
    }

    init?(_ json: JSON) {
      switch json["status"]?.stringValue {
      case "cached": self = .cached
      case "finished": self = .finished(summary: json["summary"]?.stringValue ?? "")
      case "interrupted": self = .interrupted
      case "held":
        self = .held(
          path: json["path"]?.stringValue ?? "", owner: json["owner"]?.stringValue ?? "")
      case "failed": self = .failed(message: json["message"]?.stringValue ?? "no reason given")
      default: return nil
      }
    }

    init(_ outcome: StageJob.Outcome) {
      switch outcome {
      case .cached: self = .cached
      case .finished(_, let summary): self = .finished(summary: summary)
      case .interrupted: self = .interrupted
      case .failed(let held as RunLock.Held): self = .held(path: held.path, owner: held.owner)
      case .failed(let error): self = .failed(message: "\(error)")
      }
    }
  }

  /// Cost of a job.
  struct Cost: Equatable {
    var seconds: Double
    /// Peak memory of its process.
    var peakBytes: Int
  }

  func write(_ outcome: Outcome, _ cost: Cost) throws(FileError) {
    var object = outcome.json.objectValue ?? [:]
    object["seconds"] = JSON(cost.seconds)
    object["peak_bytes"] = JSON(cost.peakBytes)
    try AtomicFile.write(object.serialized() + [0x0A], to: self.outcome)
  }

  /// How the job ended; `nil` if it did not report it.
  func readOutcome() -> Outcome? { outcomeJSON().flatMap { Outcome($0) } }

  /// The job's cost; `nil` if it did not report it.
  func readCost() -> Cost? {
    guard let json = outcomeJSON(), let seconds = json["seconds"]?.doubleValue,
      let peak = json["peak_bytes"]?.intValue
    else { return nil }
    return Cost(seconds: seconds, peakBytes: peak)
  }

  private func outcomeJSON() -> JSON? {
    (try? readFile(outcome, limit: 1 << 22)).flatMap { try? JSON.parse($0) }
  }

  /// The last line that the process printed, if any.
  func lastWords() -> String? {
    guard let bytes = try? readFile(output, limit: 1 << 26) else { return nil }
    return bytes.split(separator: 0x0A).last.map {
      String(decoding: $0.prefix(1000), as: UTF8.self)
    }
  }
}
