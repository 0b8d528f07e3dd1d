/// The one number that a chat model's text states as the answer to a question about sums.
///
/// A text is read only where every clause of it is of a kind that is known (`ClauseReader`); what is
/// accepted is fixed by the page of the family that asks (`Arithmetic/WordedSum.md`, "Free text").
struct StatedNumber {
  /// What is asked, and what it comes to.
  struct Question {
    /// Who has what, in a story; in lower case.
    let name, thing: String?
    /// Its numbers, and the sign before each but the first: the whole calculation, in order.
    let numbers: [Int]
    let signs: [UInt8]
    /// The value after each operation, the answer last.
    let values: [Int]

    var answer: Int { values[values.count - 1] }
  }

  /// - Precondition: the question has an operation, and `signs` and `values` one of each.
  static func judge(_ text: [UInt8], of question: Question) -> AnswerVerdict {
    do throws(ChatLexer.Doubt) {
      var reader = ClauseReader(tokens: try ChatLexer(text).tokens, question: question)
      let statements = try reader.statements()
      guard let last = statements.last else {
        throw .init(offset: 0, reason: "it states no number")
      }
      if last.value != question.answer {
        guard !statements.contains(where: \.namesAnswer) else {
          throw .init(
            offset: last.offset, reason: "it states \(question.answer), and then \(last.value)")
        }
        let step = line(of: last.offset, in: text)
        return .wrong(
          step: step, answer: String(last.value),
          reason: "step \(step): the text states \(last.value), the answer is \(question.answer)")
      }
      if let first = statements.first(where: { !$0.holds }) {
        throw .init(offset: first.offset, reason: "what it says of \(first.value) does not hold")
      }
      return .right(answer: String(question.answer))
    } catch {
      let step = line(of: error.offset, in: text)
      let reason = "step \(step): no clear answer: \(error.reason)"
      return AnswerDigits.mayStand(question.answer, in: text)
        ? .unclear(step: step, reason: reason)
        : .missing(step: step, reason: reason + "; \(question.answer) stands nowhere")
    }
  }

  /// From 1.
  private static func line(of offset: Int, in text: [UInt8]) -> Int {
    text.prefix(offset).reduce(1) { $0 + ($1 == LineReader.newline ? 1 : 0) }
  }
}

/// A number as what a clause puts forward.
struct Statement {
  let value: Int
  /// Of the number.
  let offset: Int
  /// Whether it is right: the answer, or a step towards it worked out right.
  let holds: Bool
  /// Whether the answer stands alone on a side of an equation, or is the value.
  let namesAnswer: Bool
}
