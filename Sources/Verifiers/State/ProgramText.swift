/// A program-trace problem, read and checked.
struct ProgramText {
  /// What a value is read from or written to.
  enum Place {
    case number(Int)
    case variable(Int)
    case element(Int)
    /// The element that a variable names, modulo the array's length.
    case elementBy(variable: Int)
  }

  struct Condition {
    var left: Place
    var sign: String
    var right: Place
  }

  indirect enum Statement {
    case set(Place, left: Place, sign: String?, right: Place)
    case loop(Condition, most: Int, [Statement])
    case branch(Condition, [Statement], [Statement])
  }

  private static let moduli = 2...97
  private static let elementLimit = 8
  private static let statementLimit = 32
  private static let depthLimit = 2
  private static let names = ["a", "b", "c", "d", "e"]

  let modulus: Int
  /// What variables begin with, by name; `nil` for those that there are not.
  private(set) var variables: [Int?] = [nil, nil, nil, nil, nil]
  private(set) var elements: [Int] = []
  private(set) var body: [Statement] = []
  private(set) var printed = 0
  private var statementCount = 0

  init(_ line: inout Lexer) throws(Rejection) {
    try line.expect("mod")
    modulus = try line.natural(digitLimit: 2)
    guard Self.moduli.contains(modulus) else {
      throw .unreadable("expected a modulus from 2 to 97, found \(modulus)")
    }
    try values(&line)
    try line.expect(":")
    body = try block(&line, depth: 0, end: "print")
    printed = try variable(&line)
    try line.expectEnd()
  }

  /// What variables and elements begin with.
  private mutating func values(_ line: inout Lexer) throws(Rejection) {
    var last = -1
    while line.take(",") {
      guard elements.isEmpty else { throw .unreadable("expected `:`, for the array is last") }
      if line.take("p") {
        try line.expect(all: ["=", "["])
        repeat {
          guard elements.count < Self.elementLimit else {
            throw .unreadable("expected at most \(Self.elementLimit) elements, found more")
          }
          elements.append(try number(&line, below: modulus))
        } while line.take(",")
        try line.expect("]")
      } else {
        let name = try line.one(of: Self.names)
        let index = Self.names.firstIndex(of: name) ?? 0
        guard index > last else {
          throw .unreadable("expected variables in alphabetical order, found `\(name)`")
        }
        last = index
        try line.expect("=")
        variables[index] = try number(&line, below: modulus)
      }
    }
    guard last >= 0 else { throw .unreadable("expected a variable before `:`") }
  }

  /// Statements with semicolons between them, up to a lexeme that is read too; before `print` there
  /// is a semicolon as well.
  private mutating func block(
    _ line: inout Lexer, depth: Int, end: String
  ) throws(Rejection) -> [Statement] {
    var block = [try statement(&line, depth: depth)]
    while true {
      if end == "}", line.take(end) { return block }
      try line.expect(";")
      if end == "print", line.take(end) { return block }
      block.append(try statement(&line, depth: depth))
    }
  }

  private mutating func statement(
    _ line: inout Lexer, depth: Int
  ) throws(Rejection) -> Statement {
    statementCount += 1
    guard statementCount <= Self.statementLimit else {
      throw .unreadable("expected at most \(Self.statementLimit) statements, found more")
    }
    if line.isAt(oneOf: ["while", "if"]), depth == Self.depthLimit {
      throw .unreadable("expected loops and branches at most \(Self.depthLimit) deep")
    }
    if line.take("while") {
      let condition = try condition(&line)
      try line.expect("max")
      let most = Int(try line.digit())
      guard most > 0 else { throw .unreadable("expected 1 to 9 rounds, found 0") }
      try line.expect("{")
      return .loop(condition, most: most, try block(&line, depth: depth + 1, end: "}"))
    }
    if line.take("if") {
      let condition = try condition(&line)
      try line.expect("{")
      let then = try block(&line, depth: depth + 1, end: "}")
      guard line.take("else") else { return .branch(condition, then, []) }
      try line.expect("{")
      return .branch(condition, then, try block(&line, depth: depth + 1, end: "}"))
    }
    let target = try place(&line)
    if case .number = target { throw .unreadable("expected no number before `=`") }
    try line.expect("=")
    let left = try place(&line)
    for sign in ["+", "-", "*"] where line.take(sign) {
      return .set(target, left: left, sign: sign, right: try place(&line))
    }
    return .set(target, left: left, sign: nil, right: .number(0))
  }

  private func condition(_ line: inout Lexer) throws(Rejection) -> Condition {
    let left = try place(&line)
    let sign = try line.one(of: ["<", ">"])
    return Condition(left: left, sign: sign, right: try place(&line))
  }

  private func place(_ line: inout Lexer) throws(Rejection) -> Place {
    if line.take("p") {
      guard !elements.isEmpty else { throw .unreadable("expected no element: there is no array") }
      try line.expect("[")
      let place: Place =
        line.isAt(oneOf: Self.names)
        ? .elementBy(variable: try variable(&line))
        : .element(try number(&line, below: elements.count))
      try line.expect("]")
      return place
    }
    return line.isAt(oneOf: Self.names)
      ? .variable(try variable(&line)) : .number(try number(&line, below: modulus))
  }

  private func variable(_ line: inout Lexer) throws(Rejection) -> Int {
    let start = line
    let index = Self.names.firstIndex(of: try line.one(of: Self.names)) ?? 0
    guard variables[index] != nil else {
      throw .unreadable("expected a variable that has a value, found \(start.found)")
    }
    return index
  }

  private func number(_ line: inout Lexer, below limit: Int) throws(Rejection) -> Int {
    let number = try line.natural(digitLimit: 2)
    guard number < limit else {
      throw .unreadable("expected a number below \(limit), found \(number)")
    }
    return number
  }

  /// What a step says was set: a variable or an element that there is.
  func target(_ line: inout Lexer) throws(Rejection) -> Place {
    let place = try place(&line)
    switch place {
    case .variable, .element: return place
    case .number, .elementBy: throw .unreadable("expected a variable or `p[number]`")
    }
  }
}
