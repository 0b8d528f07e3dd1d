public import Files
internal import Stages

/// Which stages of a run folder are done, running or missing, and why.
public struct RunStatus: Sendable, Equatable {
  /// State of a stage in a run folder.
  public enum State: String, Sendable {
    case finished
    case running
    /// Started and interrupted; the next run resumes it.
    case interrupted
    /// Failed with the error in `why`; the next run resumes it.
    case failed
    /// All inputs are finished; the stage has not started.
    case ready
    /// Inputs are missing, so its key is not known yet.
    case waiting
    case damaged
  }

  /// One stage.
  public struct Entry: Sendable, Equatable {
    /// The stage's name in the plan.
    public let name: String
    /// The kind of stage: `generate`.
    public let kind: String
    /// As its folder, the owner of the run folder and the log of timings show it.
    public let state: State
    /// 64 hex; `nil` while inputs are missing.
    public let key: String?
    /// Relative to the run folder.
    public let folder: String?
    /// Names of its inputs, in order.
    public let from: [String]
    /// Why it is not finished.
    public let why: String?
    /// Wall seconds of the run that finished it.
    public let seconds: Double?
    /// The same times the threads that it had; `nil` where that was not logged.
    public var threadSeconds: Double?
    /// The summary line of the run that finished it; `nil` if it is not finished, or not logged.
    public let summary: String?
    /// `counts` of the manifest.
    public let counts: JSON?
    /// Bytes of the finished folder.
    public var bytes: Int?
    /// Its estimate, if one was made when the run began.
    public var expected: Expectation?
  }

  /// The run folder, as given.
  public let folder: String
  /// Name of the plan's pipeline.
  public let pipeline: String
  /// The process that holds the folder now; `nil` if none does.
  public let owner: String?
  /// In the order of the plan.
  public let stages: [Entry]
  /// Folders under `stages/` that the present plan does not use.
  public let unused: [String]
  /// Path of the report's page, if there is one.
  public let report: String?

  /// Number of stages in a state.
  public func count(_ state: State) -> Int { stages.count { $0.state == state } }

  /// Looks at a run folder; changes nothing in it.
  ///
  /// - Parameter trustSize: files of finished stages are checked by size only.
  /// - Throws: `RunError.noRun` for a folder without a run.
  public static func read(_ folder: String, trustSize: Bool = true) throws -> RunStatus {
    try read(try Plan.read(from: folder), in: folder, trustSize: trustSize)
  }

  /// Status of a plan in a folder, which need not exist: shown by `--dry-run`.
  public static func read(_ plan: Plan, in folder: String, trustSize: Bool = true) throws
    -> RunStatus
  {
    let place = RunFolder(root: folder)
    let owner = RunLock.owner(of: place.lock)
    let timings = Timings(place.timings)
    let estimate = Estimate.kept(of: plan, in: place)
    var finished: [String: StageInput.Finished] = [:]
    var entries: [Entry] = []
    for stage in plan.stages {
      let missing = stage.from.filter { finished[$0] == nil }
      guard missing.isEmpty else {
        entries.append(
          Entry(
            name: stage.name, kind: stage.kind, state: .waiting, key: nil, folder: nil,
            from: stage.from, why: "depends on " + missing.joined(separator: ", "), seconds: nil,
            summary: nil, counts: nil, expected: estimate?[stage.name]))
        continue
      }
      let key = stage.key(inputs: stage.from.compactMap { finished[$0]?.manifest.content })
      let stageFolder = StageFolder(stage, key: key, root: folder)
      var state = State.ready
      var why: String?
      var counts: JSON?
      var bytes: Int?
      switch try stageFolder.state(trustSize: trustSize) {
      case .finished(let manifest):
        state = .finished
        counts = manifest.counts
        bytes = manifest.files.reduce(0) { $0 + $1.bytes }
        finished[stage.name] = StageInput.Finished(folder: stageFolder.path, manifest: manifest)
      case .damaged(let reason): (state, why) = (.damaged, reason)
      case .absent: why = "never run with these settings and inputs"
      case .unfinished where owner != nil: state = .running
      case .unfinished(let canResume):
        (state, why) = (.interrupted, canResume ? "goes on from its last checkpoint" : "cut off")
      }
      let last = timings.last(stage.name, key: key.hex, finished: state == .finished)
      if last?.failure != nil, state == .interrupted || state == .ready { state = .failed }
      entries.append(
        Entry(
          name: stage.name, kind: stage.kind, state: state, key: key.hex,
          folder: stage.folder(key), from: stage.from,
          why: state == .failed ? last?.failure : why,
          seconds: last?.seconds, threadSeconds: last?.threadSeconds, summary: last?.summary,
          counts: counts, bytes: bytes,
          expected: estimate?[stage.name]))
    }
    let used = Set(entries.compactMap(\.folder))
    let present = Folder.isFolder(place.stages) ? try Folder.names(in: place.stages) : []
    let page = place.report + "/report.html"
    return RunStatus(
      folder: folder, pipeline: plan.pipeline, owner: owner, stages: entries,
      unused: present.map { "stages/" + $0 }.filter { !used.contains($0) },
      report: fileExists(page) ? page : nil)
  }
}

/// The lines of `logs/timings.jsonl`.
private struct Timings {
  private var lines: [JSON] = []

  init(_ path: String) {
    guard fileExists(path), let bytes = try? readFile(path, limit: 1 << 28) else { return }
    lines = bytes.split(separator: 0x0A).compactMap { try? JSON.parse(Array($0)) }
  }

  /// The last time a stage with this key ran.
  func last(_ name: String, key: String, finished: Bool)
    -> (seconds: Double?, threadSeconds: Double?, summary: String?, failure: String?)?
  {
    let found = lines.last {
      $0["stage"]?.stringValue == name && $0["key"]?.stringValue == key
        && (!finished || $0["status"]?.stringValue == "finished")
    }
    guard let found else { return nil }
    let summary = found["summary"]?.stringValue
    let isFailure = !finished && found["status"]?.stringValue == "failed"
    return finished
      ? (
        found["seconds"]?.doubleValue, found["thread_seconds"]?.doubleValue, summary, nil
      )
      : (nil, nil, nil, isFailure ? summary ?? "" : nil)
  }
}
