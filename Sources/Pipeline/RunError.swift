internal import Stages

/// Why a run folder cannot be used, or a run ended early.
public enum RunError: Error, Sendable, CustomStringConvertible {
  /// No plan is kept in the folder.
  case noRun(folder: String)
  /// The stored plan cannot be read.
  case plan(path: String, reason: String)
  /// The stage's folder has the same short key but another full key, or another kind.
  case foreign(folder: String, expected: String, found: String)
  /// The plan has no such stage.
  case noStage(name: String, known: [String])
  /// No executor has this name.
  case unknownExecutor(name: String, known: [String])
  /// A job was started without a ticket from a run.
  case noTicket(path: String)
  /// An input of the stage is not finished.
  case waits(stage: String, input: String)
  /// This program does not know this kind of stage.
  case unknownKind(stage: String, kind: String)
  /// Finished stages, or the report, that differ from their manifests; one line each.
  case damaged([String])
  /// A stage threw.
  case stage(name: String, underlying: any Error)
  /// Stages that ran at the same time threw, each its own error; at least two, in the order of
  /// ending.
  case stages([(name: String, underlying: any Error)])

  /// The error of a run from its failed stages; `nil` if none failed.
  init?(_ failed: [(name: String, underlying: any Error)]) {
    guard let first = failed.first else { return nil }
    self =
      failed.count == 1
      ? .stage(name: first.name, underlying: first.underlying) : .stages(failed)
  }

  /// Describes a stage's failure, naming the stage once.
  static func line(_ stage: String, _ error: any Error) -> String {
    let reason = "\(error)"
    return reason.hasPrefix(stage + ":") ? reason : "\(stage): \(reason)"
  }

  /// One line for each stage that failed or is damaged.
  public var lines: [String] {
    switch self {
    case .stages(let failed): failed.map { Self.line($0.name, $0.underlying) }
    case .damaged(let lines): lines
    default: [description]
    }
  }

  public var description: String {
    switch self {
    case .noRun(let folder):
      "\(folder): no \(Plan.fileName), so this is no run folder -- name the folder that retort run "
        + "filled"
    case .plan(let path, let reason):
      "\(path): not a plan of ours: \(reason) -- run the pipeline again to write it anew"
    case .foreign(let folder, let expected, let found):
      "\(folder): expected the stage key \(expected), found \(found); it is not this run's -- move "
        + "it away"
    case .noStage(let name, let known):
      "no stage \(name)\(Nearness.hint(name, among: known)); stages: "
        + known.joined(separator: ", ")
    case .unknownExecutor(let name, let known):
      "no executor \(name)\(Nearness.hint(name, among: known)); executors: "
        + known.joined(separator: ", ")
    case .noTicket(let path):
      "\(path): no ticket of a job that reads -- without --job the stage runs by itself"
    case .waits(let stage, let input):
      "\(stage): its input \(input) is not finished -- run that stage first"
    case .unknownKind(let stage, let kind):
      "\(stage): this program has no stage of kind \(kind) -- use the one that made the folder"
    case .stage(let name, let underlying): Self.line(name, underlying)
    case .stages, .damaged: lines.joined(separator: "\n")
    }
  }
}
