public import Records

/// The judgement on a text offered as the solution of a problem.
public struct Judgement: Sendable, Equatable {
  /// What became of a text.
  public enum Outcome: Sendable, Equatable {
    /// `answer` is the answer in canonical form.
    case accepted(answer: String)
    /// The first bad line, counted from 1 (a missing one has the number it should have had; 0 is
    /// the problem), and why.
    case rejected(step: Int, reason: String, fault: Fault)
    /// Written tokens that did not come to their end; `step` is the first line that is bad or
    /// incomplete.
    case unfinished(step: Int, reason: String)
    /// Free text, which cannot be judged.
    case unchecked
    /// There is no verifier for the family.
    case unknownFamily
  }

  /// What was wrong with a rejected text.
  public enum Fault: String, Sendable, CaseIterable {
    /// A line is wrong, or what is written cannot be read as a trace.
    case trace
    /// The answer of a free text is clear, and wrong.
    case wrongAnswer
    /// A free text that does not contain the right answer.
    case missingAnswer
    /// A free text without a clear answer.
    case unclearAnswer
    /// The text contains a model id that stands for no token.
    case unknownId
  }

  /// Whether the text is accepted, and if not, where and why.
  public let outcome: Outcome
  /// The verifier and the level of checking; with the outcome `accepted`, a record's `checker`.
  /// `nil` if nothing was checked.
  public let checker: Record.Checker?

  init(_ outcome: Outcome, by checker: Record.Checker? = nil) {
    self.outcome = outcome
    self.checker = checker
  }

  /// The answer of an accepted text.
  public var answer: String? {
    if case .accepted(let answer) = outcome { answer } else { nil }
  }

  /// Whether the text was accepted at the level that was asked for.
  public var isAccepted: Bool { answer != nil }

  /// The first bad line; `nil` if accepted or not judged.
  public var firstBadLine: Int? {
    switch outcome {
    case .rejected(let step, _, _), .unfinished(let step, _): step
    case .accepted, .unchecked, .unknownFamily: nil
    }
  }
}
