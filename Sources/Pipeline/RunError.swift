internal import Stages

/// Why a run folder cannot be used, or a run ended early.
public enum RunError: Error, Sendable, CustomStringConvertible {
  /// No plan is kept in the folder.
  case noRun(folder: String)
  /// The kept plan does not read.
  case plan(path: String, reason: String)
  /// The folder's stage has the same short key and another long one, or another kind.
  case foreign(folder: String, expected: String, found: String)
  /// The plan knows no such stage.
  case noStage(name: String, known: [String])
  /// An input of the stage is not finished.
  case waits(stage: String, input: String)
  /// This program has no such kind of stage.
  case unknownKind(stage: String, kind: String)
  /// A stage threw.
  case stage(name: String, underlying: any Error)

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
    case .waits(let stage, let input):
      "\(stage): its input \(input) is not finished -- run that stage first"
    case .unknownKind(let stage, let kind):
      "\(stage): this program has no stage of kind \(kind) -- use the one that made the folder"
    case .stage(let name, let underlying): "\(name): \(underlying)"
    }
  }
}
