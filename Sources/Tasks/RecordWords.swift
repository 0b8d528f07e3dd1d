public import Files

/// A record in words, beside its formal texts: further members of its sample in an archive.
public struct RecordWords: Sendable, Equatable {
  /// Problem and solution in natural language.
  public var text: String
  /// One object for each step of the solution: `n`, `kind`, `cites`, and `label`, which is 1 for a
  /// right step.
  public var steps: [JSON]

  /// - Parameter steps: one object per step: `n`, `kind`, `cites` and `label`.
  public init(text: String, steps: [JSON]) {
    self.text = text
    self.steps = steps
  }
}
