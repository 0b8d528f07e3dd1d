/// The one number that a chat model's text states as the answer to a question about numbers.
///
/// A text is read only where nothing else could be meant; the rules stand in the page of the family
/// that uses them (`Arithmetic/WordedSum.md`, "Free text").
struct StatedNumber {
  private typealias Token = ChatLexer.Token

  private let tokens: [Token]
  /// Words of the question, in lower case.
  private let asked: Set<String>

  /// - Parameters:
  ///   - asked: the words of the question, in lower case.
  ///   - given: the numbers of the question.
  ///   - onTheWay: right values before the last.
  ///   - answer: the right one.
  static func judge(
    _ text: [UInt8], asked: Set<String>, given: [Int], onTheWay: ArraySlice<Int>, answer: Int
  ) -> AnswerVerdict {
    do throws(ChatLexer.Doubt) {
      let reader = StatedNumber(tokens: try ChatLexer(text).tokens, asked: asked)
      let stated = try reader.stated(given: given, onTheWay: onTheWay)
      guard stated.value == answer else {
        let step = Self.line(of: stated.offset, in: text)
        return .wrong(
          step: step, answer: String(stated.value),
          reason: "step \(step): the text states \(stated.value), the answer is \(answer)")
      }
      try reader.requireTrueEquations()
      return .right(answer: String(answer))
    } catch {
      let step = Self.line(of: error.offset, in: text)
      return .unclear(step: step, reason: "step \(step): no clear answer: \(error.reason)")
    }
  }

  /// From 1.
  private static func line(of offset: Int, in text: [UInt8]) -> Int {
    text.prefix(offset).reduce(1) { $0 + ($1 == LineReader.newline ? 1 : 0) }
  }

  /// The last number, where the text states it and states no other.
  private func stated(
    given: [Int], onTheWay: ArraySlice<Int>
  ) throws(ChatLexer.Doubt) -> (value: Int, offset: Int) {
    try refuseDoubt()
    guard let last = tokens.indices.last(where: { number(at: $0) != nil }),
      let value = number(at: last)
    else { throw .init(offset: 0, reason: "it holds no number") }
    let offset = tokens[last].offset
    for place in tokens.indices {
      guard let other = number(at: place), other != value, !onTheWay.contains(other) else {
        continue
      }
      guard given.contains(other) else {
        throw .init(
          offset: tokens[place].offset, reason: "it holds \(other) and ends with \(value)")
      }
      if claim(at: place) == .strong {
        throw .init(
          offset: tokens[place].offset, reason: "it states \(other) and ends with \(value)")
      }
    }
    let claims = tokens.indices.filter { number(at: $0) == value }.map { claim(at: $0) }
    let isStated =
      claims.contains(.strong) || (claims.contains(.weak) && !given.contains(value))
      || isAlone
    guard isStated else {
      throw .init(offset: offset, reason: "it ends with \(value) and does not state it")
    }
    return (value, offset)
  }

  private func number(at place: Int) -> Int? {
    guard tokens.indices.contains(place), case .number(let value) = tokens[place].kind else {
      return nil
    }
    return value
  }

  private func word(at place: Int) -> String? {
    guard tokens.indices.contains(place), case .word(let text) = tokens[place].kind else {
      return nil
    }
    return text
  }

  private func mark(at place: Int) -> UInt8? {
    guard tokens.indices.contains(place), case .mark(let byte) = tokens[place].kind else {
      return nil
    }
    return byte
  }

  /// The number and a full stop, and nothing else.
  private var isAlone: Bool {
    number(at: 0) != nil
      && (tokens.count == 1 || tokens.count == 2 && mark(at: 1) == UInt8(ascii: "."))
  }

  private enum Claim { case strong, weak, none }

  private static let strongWords: Set<String> = ["is", "equals", "answer", "result", "total"]
  private static let weakWords: Set<String> = ["has", "have"]

  /// How much the words around a number make it an answer.
  private func claim(at place: Int) -> Claim {
    // Within an expression, or its left side, a number is no result.
    if let next = mark(at: place + 1), "+-*/=".utf8.contains(next) { return .none }
    if word(at: place + 1) == "x", number(at: place + 2) != nil { return .none }
    if word(at: place + 1) == "is", word(at: place + 2) == "the", word(at: place + 3) == "answer" {
      return .strong
    }
    var before = place - 1
    if mark(at: before) == UInt8(ascii: ":") { before -= 1 }
    if mark(at: before) == UInt8(ascii: "=") { return .strong }
    guard let word = word(at: before) else { return .none }
    return Self.strongWords.contains(word)
      ? .strong : Self.weakWords.contains(word) ? .weak : .none
  }
}

extension StatedNumber {
  /// The words that may stand beside those of the question. A list of words that take a statement
  /// back can never be whole ("nobody thinks", "the square of"), so everything else is a doubt.
  private static let plainWords: Set<String> = [
    "and", "answer", "equals", "final", "has", "have", "is", "now", "result", "so", "the",
    "therefore",
    "thus", "total",
  ]
  private func refuseDoubt() throws(ChatLexer.Doubt) {
    for token in tokens {
      switch token.kind {
      case .number: continue
      case .mark(let byte):
        guard !"?\\<>^|~$%/{}[]".utf8.contains(byte) else {
          throw .init(offset: token.offset, reason: "it holds the mark of byte \(byte)")
        }
      case .word(let text):
        guard Self.plainWords.contains(text) || asked.contains(text) else {
          throw .init(offset: token.offset, reason: "it says \"\(text)\"")
        }
      }
    }
  }

  /// Refuses a text whose equations do not hold: its answer may be right by chance alone.
  private func requireTrueEquations() throws(ChatLexer.Doubt) {
    for place in tokens.indices where mark(at: place) == UInt8(ascii: "=") {
      guard let right = value(from: place + 1) else {
        throw .init(offset: tokens[place].offset, reason: "what stands after = is no number")
      }
      // Something in words may stand before it.
      guard number(at: place - 1) != nil else { continue }
      guard let left = value(endingAt: place - 1), left == right else {
        throw .init(offset: tokens[place].offset, reason: "an equation of it does not hold")
      }
    }
  }

  /// The sum that begins at a place; `nil` where another operation stands in it.
  private func value(from start: Int) -> Int? {
    guard var sum = number(at: start) else { return nil }
    var place = start + 1
    while let sign = mark(at: place), "+-*/".utf8.contains(sign) {
      guard let next = number(at: place + 1), "+-".utf8.contains(sign) else { return nil }
      sum += sign == UInt8(ascii: "+") ? next : -next
      place += 2
    }
    return word(at: place) == "x" && number(at: place + 1) != nil ? nil : sum
  }

  /// The sum that ends at a place, from as far back as signs and numbers stand in turn.
  private func value(endingAt end: Int) -> Int? {
    var start = end
    while let sign = mark(at: start - 1), "+-*/".utf8.contains(sign), number(at: start - 2) != nil {
      start -= 2
    }
    if word(at: start - 1) == "x", number(at: start - 2) != nil { return nil }
    return value(from: start)
  }
}
