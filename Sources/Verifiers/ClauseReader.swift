/// Reads a chat model's text clause by clause: what says something of a number, and what leads to it.
///
/// Every clause must be of a known kind to its last word. A list of words that take a statement back
/// can never be whole ("nobody thinks the answer is 42", "the square of it is 42"); so whatever is
/// not known makes a text unclear.
struct ClauseReader {
  private typealias Doubt = ChatLexer.Doubt

  private let tokens: [ChatLexer.Token]
  private let question: StatedNumber.Question
  private var at = 0
  /// The furthest token that a clause could not go beyond: where the doubt is.
  private var furthest = 0

  init(tokens: [ChatLexer.Token], question: StatedNumber.Question) {
    self.tokens = tokens
    self.question = question
  }

  /// What the text states, in order.
  ///
  /// - Throws: for a clause that is not known, and for one after the last statement that could add to
  ///   it.
  mutating func statements() throws(ChatLexer.Doubt) -> [Statement] {
    var statements: [Statement] = []
    var isLed = false
    while true {
      let textBegins = at == 0
      let sentenceBegins = skipSeparators()
      let hasOpened = skip(Self.openings)
      guard at < tokens.count else {
        guard !hasOpened, !isLed else { throw doubt("it breaks off") }
        return statements
      }
      if whole({ $0.restated() ? true : nil }) != nil {
        isLed = true
      } else if let statement = whole({
        $0.statement(alone: sentenceBegins, first: textBegins)
      }) {
        statements.append(statement)
        isLed = false
      } else {
        guard whole({ $0.leading() ? true : nil }) != nil else { throw unknown() }
        isLed = true
      }
    }
  }

  private func doubt(_ reason: String) -> Doubt {
    Doubt(offset: tokens.last?.offset ?? 0, reason: reason)
  }

  private func unknown() -> Doubt {
    let token = tokens[min(furthest, tokens.count - 1)]
    let found =
      switch token.kind {
      case .number(let value): "\(value)"
      case .word(let text): "\"\(text.prefix(40))\""
      case .mark(LineReader.newline): "a new line"
      case .mark(let byte): "the mark \(Character(Unicode.Scalar(byte)))"
      }
    return Doubt(offset: token.offset, reason: "it cannot be read at \(found)")
  }

  // MARK: Clauses

  /// Words that may open any clause.
  private static let openings: Set<String> = [
    "and", "hence", "now", "so", "then", "therefore", "thus",
  ]

  /// What `read` makes of a clause, where it reads it to its end; the place is kept otherwise.
  private mutating func whole<Value>(_ read: (inout Self) -> Value?) -> Value? {
    let start = at
    let value = read(&self)
    furthest = max(furthest, at)
    if value != nil, at == tokens.count || isSeparator(at) { return value }
    at = start
    return nil
  }

  /// What `read` makes of what stands here; the place is kept where it makes nothing of it.
  private mutating func attempt<Value>(_ read: (inout Self) -> Value?) -> Value? {
    let start = at
    if let value = read(&self) { return value }
    furthest = max(furthest, at)
    at = start
    return nil
  }

  /// - Parameters:
  ///   - alone: whether a number may stand for itself here.
  ///   - first: whether nothing stands before it, so that it may be one of the question's.
  private mutating func statement(alone: Bool, first: Bool) -> Statement? {
    attempt { $0.named() } ?? attempt { $0.held() } ?? attempt { $0.summed() }
      ?? attempt { $0.worked() } ?? attempt { $0.lone(alone: alone, first: first) }
  }

  /// `[The] [final] answer is 43`, `Result: 17 + 26 = 43`, `It is 43`.
  private mutating func named() -> Statement? {
    if take("it") {
      guard take("is") else { return nil }
    } else {
      _ = take("the")
      _ = take("final")
      guard take("answer") || take("result") || take("total") else { return nil }
      let hasVerb = take("is") || take("equals") || takeMark("=")
      let hasColon = takeMark(":")
      guard hasVerb || hasColon else { return nil }
      while hasColon, takeMark("\n") {}
    }
    guard let found = equation() ?? number() else { return nil }
    takeThing()
    return found.value == question.answer ? found : found.failing
  }

  /// `Ann now has 42 coins`, `She has 50 - 8 = 42 coins left`.
  private mutating func held() -> Statement? {
    guard let name = question.name else { return nil }
    guard take(name) || take("she") || take("he") || take("they") else { return nil }
    _ = take("now")
    guard take("has") || take("have") else { return nil }
    _ = take("now")
    if take("a") { guard take("total"), take("of") else { return nil } }
    guard let found = equation() ?? number() else { return nil }
    takeThing()
    _ = take("left")
    _ = take("now")
    if take("in") { guard take("total") else { return nil } }
    return found
  }

  /// `The sum of 17 and 26 is 43`, of a question that only adds.
  private mutating func summed() -> Statement? {
    _ = take("the")
    guard take("sum"), take("of") else { return nil }
    var found: [Int] = []
    repeat {
      guard let value = takeNumber() else { return nil }
      found.append(value)
    } while take("and") || takeMark(",") && (take("and") || true)
    guard found.sorted() == question.numbers.sorted(),
      question.signs.allSatisfy({ $0 == UInt8(ascii: "+") })
    else { return nil }
    return takeEquals() ? number() : nil
  }

  /// `17 + 26 = 43`, `17 + 26 equals 43 coins`.
  private mutating func worked() -> Statement? {
    guard let found = equation() else { return nil }
    takeThing()
    return found
  }

  /// `43`, `43 is the answer`.
  private mutating func lone(alone: Bool, first: Bool) -> Statement? {
    guard let found = number() else { return nil }
    if take("is") {
      guard take("the") else { return nil }
      _ = take("final")
      return take("answer") || take("result") ? found : nil
    }
    // "Subtract 5. 5": after other words a number of the question may be anything.
    return alone && (first || !question.numbers.contains(found.value)) ? found : nil
  }

  /// A sentence of the question: `Ann has 50 coins`, `Ann loses 8 coins`.
  private mutating func restated() -> Bool {
    guard let name = question.name, take(name) || take("she") || take("he") else { return false }
    let verb: UInt8? =
      take("gets") ? UInt8(ascii: "+") : take("loses") ? UInt8(ascii: "-") : nil
    guard verb != nil || take("has"), let value = takeNumber() else { return false }
    takeThing()
    guard let verb else { return value == question.numbers[0] }
    return zip(question.signs, question.numbers.dropFirst()).contains { $0 == (verb, value) }
  }

  /// Words of which none denies what follows them.
  private static let leads: Set<String> = [
    "a", "and", "answer", "by", "calculate", "can", "compute", "determine", "do", "find", "first",
    "following", "from", "has", "have", "here", "how", "i", "it", "just", "let", "many", "need",
    "now", "numbers", "of", "operation", "out", "perform", "performing", "simply", "solve", "the",
    "them", "these", "this", "to", "together", "total", "us", "we", "you",
  ]
  /// The same, where the question has that sign.
  private static let signLeads: [UInt8: Set<String>] = [
    UInt8(ascii: "+"): ["add", "adding", "addition", "sum"],
    UInt8(ascii: "-"): ["difference", "subtract", "subtracting", "subtraction", "take"],
  ]
  /// Those after which a number of the question may stand.
  private static let numberLeads: Set<String> = [
    "add", "adding", "and", "calculate", "compute", "find", "from", "numbers", "of", "solve",
    "subtract", "subtracting", "take", "to",
  ]

  /// `To add 17 and 26`, `we simply perform the operation`: says nothing of any result.
  private mutating func leading() -> Bool {
    let start = at
    while at < tokens.count, !isSeparator(at) {
      switch tokens[at].kind {
      case .word(let text):
        let names = question.signs.contains { Self.signLeads[$0]?.contains(text) ?? false }
        guard
          Self.leads.contains(text) || names || text == question.name || text == question.thing
        else { return false }
        at += 1
      case .number(let value):
        if takeCalculation() { continue }
        guard at > start, case .word(let before) = tokens[at - 1].kind,
          Self.numberLeads.contains(before), question.numbers.contains(value)
        else { return false }
        at += 1
      case .mark: return false
      }
    }
    return at > start
  }

  // MARK: Numbers

  /// One side of an equation.
  private struct Side {
    let numbers: [Int]
    let signs: [UInt8]
    let offset: Int
  }

  /// `a + b = c`, `a + b = d + e = c`, `a + b equals c`: one side at least with a sign, the last
  /// without.
  private mutating func equation() -> Statement? {
    attempt { reader in
      var sides: [Side] = []
      repeat {
        guard let side = reader.side() else { return nil }
        sides.append(side)
      } while reader.takeEquals()
      guard sides.count > 1, let last = sides.last, last.signs.isEmpty,
        sides.contains(where: { !$0.signs.isEmpty })
      else { return nil }
      let question = reader.question
      let value = last.numbers[0]
      return Statement(
        value: value, offset: last.offset,
        holds: question.values.contains(value)
          && sides.allSatisfy { Self.value(of: $0, in: question) == value },
        namesAnswer: sides.contains { $0.signs.isEmpty && $0.numbers == [question.answer] })
    }
  }

  /// What a side comes to, where it is a number, a beginning of the calculation, or one step of it on
  /// the value before; `nil` for anything else.
  private static func value(of side: Side, in question: StatedNumber.Question) -> Int? {
    if side.signs.isEmpty { return side.numbers[0] }
    let count = side.numbers.count
    if side.numbers.elementsEqual(question.numbers.prefix(count)),
      side.signs.elementsEqual(question.signs.prefix(count - 1))
    {
      return question.values[count - 2]
    }
    guard count == 2 else { return nil }
    let step = question.values.indices.dropFirst().first {
      side.numbers == [question.values[$0 - 1], question.numbers[$0 + 1]]
        && side.signs[0] == question.signs[$0]
    }
    return step.map { question.values[$0] }
  }

  /// A number alone; it holds where it is the answer.
  private mutating func number() -> Statement? {
    let offset = at < tokens.count ? tokens[at].offset : 0
    guard let value = takeNumber() else { return nil }
    let isAnswer = value == question.answer
    return Statement(value: value, offset: offset, holds: isAnswer, namesAnswer: isAnswer)
  }

  private mutating func side() -> Side? {
    let offset = at < tokens.count ? tokens[at].offset : 0
    guard let first = takeNumber() else { return nil }
    var (numbers, signs) = ([first], [UInt8]())
    while let sign = takeSign() {
      guard let next = takeNumber() else { return nil }
      signs.append(sign)
      numbers.append(next)
    }
    return Side(numbers: numbers, signs: signs, offset: offset)
  }

  /// The question's whole calculation and no more.
  private mutating func takeCalculation() -> Bool {
    let question = question
    return attempt { reader in
      guard let side = reader.side(), side.numbers == question.numbers,
        side.signs == question.signs
      else { return nil }
      return true
    } ?? false
  }

  // MARK: Tokens

  private func isSeparator(_ place: Int) -> Bool {
    guard case .mark(let byte) = tokens[place].kind else { return false }
    return ".,:\n".utf8.contains(byte)
  }

  /// - Returns: whether a sentence begins here: at the start, after a full stop, on a new line.
  private mutating func skipSeparators() -> Bool {
    var begins = at == 0
    while at < tokens.count, isSeparator(at) {
      if case .mark(let byte) = tokens[at].kind, ".\n".utf8.contains(byte) { begins = true }
      at += 1
    }
    return begins
  }

  /// - Returns: whether there was any of the words.
  private mutating func skip(_ words: Set<String>) -> Bool {
    let start = at
    while at < tokens.count {
      if case .word(let text) = tokens[at].kind, words.contains(text) {
        at += 1
      } else if at > start, case .mark(let byte) = tokens[at].kind, ",\n".utf8.contains(byte) {
        at += 1
      } else {
        break
      }
    }
    return at > start
  }

  private mutating func take(_ word: String) -> Bool {
    guard at < tokens.count, tokens[at].kind == .word(word) else { return false }
    at += 1
    return true
  }

  private mutating func takeMark(_ mark: Character) -> Bool {
    guard at < tokens.count, let byte = mark.asciiValue, tokens[at].kind == .mark(byte) else {
      return false
    }
    at += 1
    return true
  }

  private mutating func takeNumber() -> Int? {
    guard at < tokens.count, case .number(let value) = tokens[at].kind else { return nil }
    at += 1
    return value
  }

  private mutating func takeSign() -> UInt8? {
    takeMark("+") ? UInt8(ascii: "+") : takeMark("-") ? UInt8(ascii: "-") : nil
  }

  /// `=`, `equals`, `is`, `is equal to`.
  private mutating func takeEquals() -> Bool {
    if takeMark("=") || take("equals") { return true }
    return attempt { reader in
      guard reader.take("is") else { return nil }
      if reader.take("equal") { return reader.take("to") ? true : nil }
      return true
    } ?? false
  }

  private mutating func takeThing() {
    if let thing = question.thing { _ = take(thing) }
  }
}

extension Statement {
  /// The same, as one that does not hold.
  fileprivate var failing: Statement {
    Statement(value: value, offset: offset, holds: false, namesAnswer: namesAnswer)
  }
}
