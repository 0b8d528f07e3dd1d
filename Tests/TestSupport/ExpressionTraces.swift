public import Files
public import Records

/// Traces of `expression`, found in the row of lexemes without any tree: which operation may go
/// first is seen from the lexemes beside it.
public struct ExpressionTraces: TraceEnumerator {
  public let family = "expression"

  /// Numbers, signs and parentheses.
  public typealias State = [Token]

  public enum Token: Equatable {
    case number(Int)
    case mark(String)
  }

  public let alphabet = "0123456789+-*/^() \nAnswer:"

  public init() {}

  public func knobs(of record: Record) -> [String: JSON]? {
    let text = record.problem
    guard let largest = record.knobs["largest"]?.intValue,
      let powers = record.knobs["powers"]?.intValue,
      let negatives = record.knobs["negatives"]?.intValue
    else { return nil }
    let bases = text.split(separator: "^", omittingEmptySubsequences: false).enumerated()
      .map { $0 == 0 ? $1 : $1.dropFirst() }.joined(separator: " ")
    let numbers = bases.split { !$0.isNumber }.compactMap { Int($0) }
    guard numbers.allSatisfy({ $0 <= largest }), powers == 1 || !text.contains("^") else {
      return nil
    }
    if negatives == 0, record.solution.contains("(-") || record.solution.contains("\n-") {
      return nil
    }
    return [
      "operations": JSON(text.count { "+-*/^".contains($0) }), "largest": JSON(largest),
      "powers": JSON(powers), "negatives": JSON(negatives),
      "parentheses": JSON(text.count { $0 == "(" }),
    ]
  }

  public func begin(_ lexemes: [String]) -> [Token]? {
    guard let tokens = tokens(lexemes), isWellFormed(tokens), tokens.count > 1 else { return nil }
    // Every operation must have a value, and each of them goes at some time.
    var rest = tokens
    while rest.count > 1 {
      guard let place = rest.indices.first(where: { isFirst($0, rest) }),
        let next = replaced(place, rest)
      else { return nil }
      rest = next
    }
    return tokens
  }

  public func successors(_ tokens: [Token]) -> [(line: String, state: [Token]?)] {
    if tokens.count == 1 { return [("Answer: \(text(tokens))", nil)] }
    return tokens.indices.filter { isFirst($0, tokens) }.compactMap { place in
      replaced(place, tokens).map { (text($0), $0) }
    }
  }

  private func text(_ tokens: [Token]) -> String {
    tokens.map { token in
      switch token {
      case .mark(let mark): mark
      case .number(let number): number < 0 && tokens.count > 1 ? "(\(number))" : "\(number)"
      }
    }.joined()
  }

  private func tokens(_ lexemes: [String]) -> [Token]? {
    var tokens: [Token] = []
    var place = 0
    while place < lexemes.count {
      let lexeme = lexemes[place]
      if isNatural(lexeme, upTo: 9), let number = Int(lexeme) {
        tokens.append(.number(number))
      } else if place + 3 < lexemes.count, lexeme == "(", lexemes[place + 1] == "-",
        lexemes[place + 3] == ")", isNatural(lexemes[place + 2], upTo: 9),
        let number = Int(lexemes[place + 2]), number > 0
      {
        tokens.append(.number(-number))
        place += 3
      } else if "+-*/^()".contains(lexeme) && lexeme.count == 1 {
        tokens.append(.mark(lexeme))
      } else {
        return nil
      }
      place += 1
    }
    return tokens
  }

  /// Operands and signs alternate, exponents are digits from 2 on, parentheses close and are
  /// needed.
  private func isWellFormed(_ tokens: [Token]) -> Bool {
    var wantsOperand = true
    var open: [Int] = []
    var numbers = 0
    for (place, token) in tokens.enumerated() {
      let isExponent = place > 0 && tokens[place - 1] == .mark("^")
      switch token {
      case .number(let number):
        numbers += 1
        guard wantsOperand, !isExponent || (2...9).contains(number) else { return false }
        if isExponent, place + 1 < tokens.count, tokens[place + 1] == .mark("^") { return false }
        wantsOperand = false
      case .mark("("):
        guard wantsOperand, !isExponent else { return false }
        open.append(place)
      case .mark(")"):
        guard !wantsOperand, let start = open.popLast() else { return false }
        guard isNeeded(start, place, tokens) else { return false }
      case .mark:
        guard !wantsOperand else { return false }
        wantsOperand = true
      }
    }
    return !wantsOperand && open.isEmpty && numbers <= 64
  }

  private func isNeeded(_ start: Int, _ end: Int, _ tokens: [Token]) -> Bool {
    var depth = 0
    var least = 4
    for token in tokens[(start + 1)..<end] {
      if token == .mark("(") { depth += 1 }
      if token == .mark(")") { depth -= 1 }
      if depth == 0, rank(token) > 0 { least = min(least, rank(token)) }
    }
    let before = start > 0 ? rank(tokens[start - 1]) : 0
    let after = end + 1 < tokens.count ? rank(tokens[end + 1]) : 0
    return least < 4 && (least <= before || least < after || after == 3)
  }

  /// How strongly a sign binds; 0 for what is no sign.
  private func rank(_ token: Token) -> Int {
    guard case .mark(let mark) = token else { return 0 }
    return ["+": 1, "-": 1, "*": 2, "/": 2, "^": 3][mark] ?? 0
  }

  /// A sign between numbers that binds more than the one before and as much as the one after.
  private func isFirst(_ place: Int, _ tokens: [Token]) -> Bool {
    guard rank(tokens[place]) > 0, case .number = tokens[place - 1],
      case .number = tokens[place + 1]
    else { return false }
    let before = place >= 2 ? rank(tokens[place - 2]) : 0
    let after = place + 2 < tokens.count ? rank(tokens[place + 2]) : 0
    return before < rank(tokens[place]) && after <= rank(tokens[place])
  }

  private func replaced(_ place: Int, _ tokens: [Token]) -> [Token]? {
    guard case .number(let a) = tokens[place - 1], case .mark(let mark) = tokens[place],
      case .number(let b) = tokens[place + 1]
    else { return nil }
    var value = Int128(a)
    switch mark {
    case "+": value += Int128(b)
    case "-": value -= Int128(b)
    case "*": value *= Int128(b)
    case "/":
      guard b != 0, value % Int128(b) == 0 else { return nil }
      value /= Int128(b)
    default:
      for _ in 1..<b where abs(value) < 1_000_000_000 { value *= Int128(a) }
    }
    guard abs(value) < 1_000_000_000 else { return nil }
    var range = (place - 1)...(place + 1)
    if place >= 2, tokens[place - 2] == .mark("("), place + 2 < tokens.count,
      tokens[place + 2] == .mark(")")
    {
      range = (place - 2)...(place + 2)
    }
    return tokens[..<range.lowerBound] + [.number(Int(value))] + tokens[(range.upperBound + 1)...]
  }
}
