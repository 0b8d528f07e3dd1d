/// The one number that a chat model's text states as the answer to a question about sums.
///
/// Only texts within the published grammar are read (`SumGrammar`); every clause must then be true
/// (`SumClaims`). Both are defined by the page of the family that asks (`Arithmetic/WordedSum.md`,
/// "Free text").
struct StatedNumber {
  /// The question and its values.
  struct Question {
    /// Person, pronoun and thing of a story, in lower case.
    let name, pronoun, thing: String?
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
      let statements = try statements(text, of: question)
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

  /// What the text states, in order.
  private static func statements(
    _ text: [UInt8], of question: Question
  ) throws(ChatLexer.Doubt) -> [Statement] {
    let tokens = try ChatLexer(text).tokens
    var reader = GrammarReader(SumGrammar.grammar, tokens: tokens) {
      SumGrammar.isKind($0, $1, in: question)
    }
    guard let whole = reader.whole() else {
      throw unknown(tokens, at: reader.furthest)
    }
    var claims = SumClaims(tokens: tokens, question: question)
    return try claims.statements(of: whole)
  }

  private static func unknown(_ tokens: [ChatLexer.Token], at place: Int) -> ChatLexer.Doubt {
    guard place < tokens.count else {
      return .init(offset: tokens.last?.offset ?? 0, reason: "it breaks off")
    }
    let found =
      switch tokens[place].kind {
      case .number(let value): "\(value)"
      case .word(let text): "\"\(text.prefix(40))\""
      case .mark(LineReader.newline): "a new line"
      case .mark(let byte): "the mark \(Character(Unicode.Scalar(byte)))"
      }
    return .init(offset: tokens[place].offset, reason: "it cannot be read at \(found)")
  }

  /// From 1.
  private static func line(of offset: Int, in text: [UInt8]) -> Int {
    text.prefix(offset).reduce(1) { $0 + ($1 == LineReader.newline ? 1 : 0) }
  }
}

/// A number that a clause states.
struct Statement {
  let value: Int
  /// Offset of the number.
  let offset: Int
  /// Whether it is right: the answer, or a step towards it worked out right.
  var holds: Bool
  /// Whether the answer is the value or stands alone on a side of an equation.
  let namesAnswer: Bool
}
