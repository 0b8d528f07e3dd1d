/// What the clauses of a text say of a sum, and whether each of them is true.
///
/// A number that is called an answer, a result, a total or a sum must be right; what is retold must
/// match the question; an instruction must be a step of the question's own calculation. Only then
/// does a text state anything for certain.
struct SumClaims {
  typealias Node = GrammarReader.Node
  typealias Doubt = ChatLexer.Doubt

  private let tokens: [ChatLexer.Token]
  private let question: StatedNumber.Question
  private var statements: [Statement] = []
  /// Operations retold or worked so far: none of them may be retold afterwards.
  private var operationsDone = 0
  /// Whether a clause has announced a statement that has not come yet.
  private var isLed = false
  /// Whether any clause was read.
  private var isBegun = false
  /// Whether the question's first sentence was retold.
  private var isTold = false
  /// Result of the last instruction, until something is stated.
  private var pending: Int?

  init(tokens: [ChatLexer.Token], question: StatedNumber.Question) {
    self.tokens = tokens
    self.question = question
  }

  /// The statements of a whole text, in order.
  ///
  /// - Throws: for a clause that is not true, and for one after the last statement that leads to no
  ///   other.
  mutating func statements(of text: Node) throws(Doubt) -> [Statement] {
    for sentence in text.children where sentence.rule == "sentence" {
      for part in sentence.children {
        switch part.rule {
        case "natural": try lone(part)
        case "clause":
          for clause in part.children where clause.rule != "opening" { try read(clause) }
        default: break
        }
      }
    }
    guard !isLed else {
      throw doubt(tokens.last?.offset ?? 0, "nothing is stated after what leads to it")
    }
    return statements
  }

  private mutating func read(_ clause: Node) throws(Doubt) {
    switch clause.rule {
    case "named": try named(clause)
    case "held": try held(clause)
    case "summed": try summed(clause)
    case "worked": try state(try value(in: clause))
    case "called": try state(number(in: clause), isWorked: false)
    case "event": try event(clause)
    default: try lead(clause)
    }
    isBegun = true
  }

  // MARK: Statements

  private mutating func state(_ statement: Statement, isWorked: Bool = true) throws(Doubt) {
    // An instruction to do one of two steps does not lead to the answer, unless that step is then
    // worked.
    if !isWorked, let pending, pending != statement.value {
      throw doubt(statement.offset, "the instruction before it comes to \(pending)")
    }
    pending = nil
    isLed = false
    if let step = question.values.lastIndex(of: statement.value) {
      operationsDone = max(operationsDone, step + 1)
    }
    statements.append(statement)
  }

  /// `The answer is 43`, `It is 17 + 26 = 43`.
  private mutating func named(_ clause: Node) throws(Doubt) {
    var statement = try value(in: clause)
    if statement.value != question.answer { statement.holds = false }
    if clause.children.first?.rule != "title", let last = statements.last,
      last.value != statement.value
    {
      throw doubt(statement.offset, "\"it\" may be \(last.value)")
    }
    try state(statement, isWorked: false)
  }

  /// `Ann now has 42 coins`; in its barest form, before any operation, the question's first
  /// sentence.
  private mutating func held(_ clause: Node) throws(Doubt) {
    var statement = try value(in: clause)
    let isBare = !words(in: clause).contains { ["now", "total", "left"].contains($0) }
    if isBare, !isTold, operationsDone == 0, isNatural(clause),
      statement.value == question.numbers[0]
    {
      isTold = true
      isLed = true
      return
    }
    if words(in: clause).contains("total"), statement.value != question.answer {
      statement.holds = false
    }
    try state(statement, isWorked: !isNatural(clause))
  }

  /// `The sum of 17 and 26 is 43`.
  private mutating func summed(_ clause: Node) throws(Doubt) {
    guard let list = clause.children.first(where: { $0.rule == "list" }),
      let result = clause.children.first(where: { $0.rule == "natural" })
    else { return }
    let sum = try addition(numbers(in: list), at: offset(of: list))
    var statement = number(in: result)
    statement.holds = statement.value == sum
    try state(statement)
  }

  /// `43` where a sentence begins. "Subtract 5 from 10. 5": after other words a number of the
  /// question may be anything.
  private mutating func lone(_ natural: Node) throws(Doubt) {
    let statement = number(in: natural)
    guard !isBegun || !question.numbers.contains(statement.value) else {
      throw doubt(statement.offset, "\(statement.value) alone may be the question's")
    }
    try state(statement, isWorked: false)
    isBegun = true
  }

  // MARK: What leads to a statement

  /// `Ann loses 8 coins`: each once, in the question's order, before it is worked.
  private mutating func event(_ clause: Node) throws(Doubt) {
    let sign = UInt8(ascii: words(in: clause).contains("gets") ? "+" : "-")
    let amount = number(in: clause).value
    let steps = question.signs.indices.dropFirst(operationsDone)
    guard
      let step = steps.first(where: {
        question.signs[$0] == sign && question.numbers[$0 + 1] == amount
      })
    else { throw doubt(offset(of: clause), "the question does not tell that here") }
    operationsDone = step + 1
    isLed = true
  }

  /// `To add 17 and 26`, `we simply perform the operation`: it must be a right step.
  private mutating func lead(_ clause: Node) throws(Doubt) {
    isLed = true
    var aim: Int?
    for part in clause.children where part.rule == "act" || part.rule == "doing" {
      let outcome = try instruction(part)
      if part.rule == "doing", clause.children.contains(where: { $0.rule == "act" }),
        let outcome, outcome != aim ?? question.answer
      {
        throw doubt(offset(of: part), "that comes to \(outcome), not \(aim ?? question.answer)")
      }
      aim = outcome ?? aim
    }
    if let aim { pending = aim }
  }

  /// Result of an instruction, if it says with which numbers.
  private func instruction(_ node: Node) throws(Doubt) -> Int? {
    let place = offset(of: node)
    switch node.rule {
    case "calculation":
      guard numbers(in: node) == question.numbers, signs(in: node) == question.signs else {
        throw doubt(place, "another calculation than the question's")
      }
      return question.answer
    case "list", "added": return try addition(numbers(in: node), at: place)
    case "pair": return try subtraction(numbers(in: node), at: place)
    case "taken": return try subtraction(numbers(in: node).reversed(), at: place)
    case "total", "adding", "increase", "gap", "lowering", "decrease":
      let sign = UInt8(
        ascii: ["total", "adding", "increase"].contains(node.rule) ? "+" : "-")
      if let operands = node.children.first(where: { $0.rule != "those" }) {
        return try instruction(operands)
      }
      // After a number, "add them" may mean that number.
      guard statements.isEmpty, question.signs.allSatisfy({ $0 == sign }) else {
        throw doubt(place, "that alone would give another number")
      }
      return nil
    default:
      for child in node.children {
        if let outcome = try instruction(child) { return outcome }
      }
      return nil
    }
  }

  /// Result of adding these: the whole question, if it only adds, in any order; or a step.
  private func addition(_ found: [Int], at place: Int) throws(Doubt) -> Int {
    let plus = UInt8(ascii: "+")
    if found.sorted() == question.numbers.sorted(), question.signs.allSatisfy({ $0 == plus }) {
      return question.answer
    }
    let step = question.signs.indices.first {
      question.signs[$0] == plus && found.count == 2
        && found.sorted() == [before($0), question.numbers[$0 + 1]].sorted()
    }
    guard let step else { throw doubt(place, "adding these is no step of the question") }
    return question.values[step]
  }

  /// Result of the first less the second: a step.
  private func subtraction(_ found: [Int], at place: Int) throws(Doubt) -> Int {
    let step = question.signs.indices.first {
      question.signs[$0] == UInt8(ascii: "-") && found == [before($0), question.numbers[$0 + 1]]
    }
    guard let step else { throw doubt(place, "taking that away is no step of the question") }
    return question.values[step]
  }

  private func before(_ step: Int) -> Int {
    step == 0 ? question.numbers[0] : question.values[step - 1]
  }

  // MARK: Values

  /// The number of a clause, or of its equation.
  private func value(in clause: Node) throws(Doubt) -> Statement {
    guard let equation = first("equation", in: clause) else { return number(in: clause) }
    let sides = equation.children.filter { $0.rule == "side" }
    guard let last = sides.last, last.range.count == 1,
      sides.contains(where: { $0.range.count > 1 })
    else { throw doubt(offset(of: equation), "an equation must end with what it comes to") }
    let result = number(in: last)
    let holds =
      question.values.contains(result.value) && sides.allSatisfy { worth(of: $0) == result.value }
    return Statement(
      value: result.value, offset: result.offset, holds: holds,
      namesAnswer: sides.contains { $0.range.count == 1 && worth(of: $0) == question.answer })
  }

  /// Value of a side that is a number, a beginning of the calculation, or one step of it on the
  /// previous value; `nil` for anything else.
  private func worth(of side: Node) -> Int? {
    let (numbers, signs) = (numbers(in: side), signs(in: side))
    if signs.isEmpty { return numbers[0] }
    if numbers.elementsEqual(question.numbers.prefix(numbers.count)),
      signs.elementsEqual(question.signs.prefix(signs.count))
    {
      return question.values[signs.count - 1]
    }
    let step = question.signs.indices.first {
      numbers == [before($0), question.numbers[$0 + 1]] && signs == [question.signs[$0]]
    }
    return step.map { question.values[$0] }
  }

  /// A number alone; it holds if it is the answer.
  private func number(in node: Node) -> Statement {
    for place in node.range {
      if case .number(let value) = tokens[place].kind {
        let isAnswer = value == question.answer
        return Statement(
          value: value, offset: tokens[place].offset, holds: isAnswer, namesAnswer: isAnswer)
      }
    }
    return Statement(value: -1, offset: offset(of: node), holds: false, namesAnswer: false)
  }

  private func isNatural(_ node: Node) -> Bool { first("equation", in: node) == nil }

  private func first(_ rule: String, in node: Node) -> Node? {
    if node.rule == rule { return node }
    for child in node.children {
      if let found = first(rule, in: child) { return found }
    }
    return nil
  }

  private func numbers(in node: Node) -> [Int] {
    node.range.compactMap { if case .number(let value) = tokens[$0].kind { value } else { nil } }
  }

  private func signs(in node: Node) -> [UInt8] {
    node.range.compactMap {
      if case .mark(let mark) = tokens[$0].kind, "+-".utf8.contains(mark) { mark } else { nil }
    }
  }

  private func words(in node: Node) -> [String] {
    node.range.compactMap { if case .word(let word) = tokens[$0].kind { word } else { nil } }
  }

  private func offset(of node: Node) -> Int {
    node.range.isEmpty ? 0 : tokens[node.range.lowerBound].offset
  }

  private func doubt(_ offset: Int, _ reason: String) -> Doubt {
    Doubt(offset: offset, reason: reason)
  }
}
