/// A verifier's verdict on a chat model's free text: on its answer alone, not on its steps.
public enum AnswerVerdict: Sendable, Equatable {
  /// The text states one answer, and it is right.
  case right(answer: String)
  /// The text states one answer, and it is wrong.
  case wrong(step: Int, answer: String, reason: String)
  /// No answer can be read for certain, and the text does not contain the right one.
  case missing(step: Int, reason: String)
  /// No answer is clear, or several could be meant, possibly including the right one.
  case unclear(step: Int, reason: String)

  /// Same as a verdict: anything but a right answer is rejected.
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
  /// Judges the answer that a free text states; `nil` if the family has no such rule.
  public func judgeAnswer(problem: Span<UInt8>, text: Span<UInt8>) -> AnswerVerdict? { nil }
}
