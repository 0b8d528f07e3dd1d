/// What a verifier says of a chat model's free text: of its answer alone, not of its steps.
public enum AnswerVerdict: Sendable, Equatable {
  /// The text states one answer, and it is right.
  case right(answer: String)
  /// The text states one answer, and it is wrong.
  case wrong(step: Int, answer: String, reason: String)
  /// No answer can be read for certain, and the right one stands nowhere in the text.
  case missing(step: Int, reason: String)
  /// No answer, or more than one could be meant; the right one among them, perhaps.
  case unclear(step: Int, reason: String)

  /// The same as a verdict: what is not right is rejected.
  public var verdict: Verdict {
    switch self {
    case .right(let answer): .accepted(answer: answer)
    case .wrong(let step, _, let reason), .missing(let step, let reason),
      .unclear(let step, let reason):
      .rejected(step: step, reason: reason)
    }
  }
}

extension Verifier {
  /// Judges the answer that a free text states; `nil` where the family has no such rule.
  public func judgeAnswer(problem: Span<UInt8>, text: Span<UInt8>) -> AnswerVerdict? { nil }
}
