/// What is wrong with a setting of a stage: the pipeline file's fault (exit code 2).
public struct ConfigurationError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Keys from the stage's `with` down to the setting: `["model", "hidden_size"]`.
  public let path: [String]
  /// What is wrong with it, and what was expected.
  public let reason: String

  /// - Parameters:
  ///   - path: keys from the stage's `with` down to the setting; empty for the block as a whole.
  ///   - reason: what is wrong, and what was expected.
  public init(path: [String], reason: String) {
    self.path = path
    self.reason = reason
  }

  /// `model.hidden_size: expected …`
  public var description: String {
    (path.isEmpty ? "" : path.joined(separator: ".") + ": ") + reason
  }
}
