/// Clauses are satisfied or refuted: decisions, unit clauses, conflicts, resolution.
///
/// Every unit clause, every conflict and every decision is accepted where one is due.
struct Sat: TraceVerifier {
  let family = "sat"
  let version = 1
  let rules = ["decide", "unit", "conflict", "resolve", "undo"]
  let checks =
    "unit clauses and conflicts are what the clauses make of the literals so far, every learned "
    + "clause is the resolvent that it says; the answer satisfies all clauses, or the empty clause was "
    + "derived"
  let grammar = """
    problem    = clause , ":" , literals , { ";" , clause , ":" , literals } , [ newline ] ;
    solution   = { step , newline } , answer , [ newline ] ;
    step       = decision | unit | conflict | resolution | undoing ;
    decision   = "decide" , literal ;
    unit       = "unit" , clause , ":" , literal ;
    conflict   = "conflict" , clause ;
    resolution = clause , "=" , clause , "x" , clause , "on" , variable , ":" , derived ;
    undoing    = "undo" , literal ;
    derived    = literals | "empty" ;
    answer     = "Answer" , ":" , ( literals | "UNSAT" ) ;
    literals   = literal , { literal } ;           (* variables in the order of the alphabet *)
    literal    = [ "-" ] , variable ;
    variable   = "a" | "b" | "c" | "d" | "e" | "f" | "g" | "h" | "i" | "j" | "k" | "l" | "m" ;
    clause     = ? one word: C and a number of 1 to 5 digits without leading zeros ? ;
    newline    = ? the byte 0A ? ;
    """
  let example = (
    problem: "C1: a b; C2: a -b; C3: -a c",
    solution: """
    decide -a
    unit C1: b
    conflict C2
    C4 = C2 x C1 on b: a
    undo -a
    unit C4: a
    unit C3: c
    decide -b
    Answer: a -b c
    """
  )

  /// Longer solutions are not read on: each line looks at all clauses so far.
  private static let lineLimit = 2048

  func check(
    _ problem: inout Lexer, _ trace: inout TraceReader
  ) throws(Rejection) -> String {
    var search = Search(try Self.read(&problem))
    while true {
      if let learned = search.analysed, search.clauses[learned].isEmpty {
        return try trace.finish(answer: Array("UNSAT".utf8))
      }
      let conflicts = search.analysed == nil ? search.conflicts() : []
      if search.analysed == nil, conflicts.isEmpty, search.isComplete {
        return try trace.finish(answer: search.trueLiterals.text)
      }
      let step = try trace.read("a step of the search") { line throws(Rejection) in try Step(&line)
      }
      guard trace.number <= Self.lineLimit else {
        throw Rejection(step: trace.number, "expected at most \(Self.lineLimit) lines")
      }
      try follow(step, &search, conflicts, &trace)
    }
  }

  private func follow(
    _ step: Step, _ search: inout Search, _ conflicts: [Int], _ trace: inout TraceReader
  ) throws(Rejection) {
    let line = trace.number
    switch step {
    case .decide(let literal):
      try trace.require(search.analysed == nil, "a conflict is being resolved")
      try trace.require(conflicts.isEmpty, "a clause is false already: conflict")
      try trace.require(
        literal.variable < search.variables && !search.isAssigned(literal.variable),
        "expected a variable without a value")
      try trace.require(!search.hasUnit, "a clause is unit: no decision is needed")
      try trace.applied("decide", from: [])
      search.assign(literal, line: line)
    case .unit(let index, let literal):
      try trace.require(search.analysed == nil, "a conflict is being resolved")
      try trace.require(conflicts.isEmpty, "a clause is false already: conflict")
      let clause = search.clause(index)
      try trace.require(
        clause.map { search.unit(of: $0) == literal } ?? false, "the clause does not force this")
      try trace.applied(
        "unit", from: search.lines(of: index, without: literal.variable))
      if literal.variable < search.variables { search.assign(literal, line: line) }
    case .conflict(let index):
      try trace.require(
        search.analysed == nil && conflicts.contains(index - 1), "the clause is not false")
      try trace.applied("conflict", from: search.lines(of: index, without: nil))
      if search.clause(index) != nil { search.analyse(index - 1, line: line) }
    case .resolve(let resolution):
      let pivot = search.pivot()
      try trace.require(
        search.analysed.map { resolution.first == $0 + 1 } ?? false,
        "expected the clause of the conflict, or the one just learned, to be resolved")
      try trace.require(
        resolution.number == search.clauses.count + 1, "expected C\(search.clauses.count + 1)")
      try trace.require(
        pivot.map { pivot in
          pivot.literal.variable == resolution.variable
            && pivot.reasons.contains(resolution.second - 1)
        } ?? false, "expected the latest literal that a clause forced, with such a clause")
      if let pivot, let first = search.clause(resolution.first),
        let second = search.clause(resolution.second)
      {
        let right = first.resolvent(with: second, on: pivot.literal)
        try trace.require(resolution.derived == right, expecting: [right.text])
      }
      try trace.applied("resolve", from: search.linesResolved(with: resolution.second))
      search.learn(resolution.derived, line: line)
    case .undo(let literal):
      try trace.require(
        search.analysed != nil && search.pivot() == nil, "there is something to resolve first")
      try trace.require(
        search.lastDecision == literal, "expected the latest literal that the clause makes false")
      try trace.applied("undo", from: search.linesUndone(literal))
      search.undo(literal)
    }
  }

  func checkAnswer(
    _ answer: inout Lexer, to problem: inout Lexer
  ) throws(Rejection) -> String {
    let clauses = try Self.read(&problem)
    let search = Search(clauses)
    if answer.take("UNSAT") {
      try answer.expectEnd()
      for values in 0..<(1 << search.variables) {
        let isModel = clauses.allSatisfy { clause in
          clause.positive & values != 0 || clause.negative & ~values != 0
        }
        if isModel { throw .unreadable("there is an assignment that satisfies all clauses") }
      }
      return "UNSAT"
    }
    let model = try Clause(&answer)
    try answer.expectEnd()
    guard model.positive | model.negative == (1 << search.variables) - 1 else {
      throw .unreadable("expected a literal of each variable")
    }
    for (index, clause) in clauses.enumerated()
    where clause.positive & model.positive | clause.negative & model.negative == 0 {
      throw .unreadable("this does not satisfy C\(index + 1)")
    }
    return String(decoding: model.text, as: UTF8.self)
  }

  /// At most 64 clauses.
  private static func read(_ lexer: inout Lexer) throws(Rejection) -> [Clause] {
    var clauses: [Clause] = []
    repeat {
      guard clauses.count < 64 else { throw .unreadable("expected at most 64 clauses, found more") }
      let number = try Step.clause(&lexer)
      guard number == clauses.count + 1 else {
        throw .unreadable("expected C\(clauses.count + 1), found C\(number)")
      }
      try lexer.expect(":")
      clauses.append(try Clause(&lexer))
    } while lexer.take(";")
    try lexer.expectEnd()
    return clauses
  }
}

extension Sat {
  struct Literal: Equatable {
    var variable: Int
    var isTrue: Bool

    init(_ lexer: inout Lexer) throws(Rejection) {
      isTrue = !lexer.take("-")
      variable = try Self.variable(&lexer)
    }

    init(_ variable: Int, isTrue: Bool) {
      self.variable = variable
      self.isTrue = isTrue
    }

    static func variable(_ lexer: inout Lexer) throws(Rejection) -> Int {
      guard let word = lexer.word, word.count == 1, let byte = word.first,
        (UInt8(ascii: "a")...UInt8(ascii: "m")).contains(byte)
      else { throw .unreadable("expected a variable, found \(lexer.found)") }
      lexer.advance()
      return Int(byte - UInt8(ascii: "a"))
    }
  }

  /// The variables of a clause's literals as bits.
  struct Clause: Equatable {
    var positive = 0
    var negative = 0

    init() {}

    /// One literal at least, variables ascending.
    init(_ lexer: inout Lexer) throws(Rejection) {
      repeat {
        let literal = try Literal(&lexer)
        guard positive | negative < 1 << literal.variable else {
          throw .unreadable("expected variables in the order of the alphabet, each once")
        }
        if literal.isTrue { positive |= 1 << literal.variable }
        if !literal.isTrue { negative |= 1 << literal.variable }
      } while lexer.word != nil || lexer.isAt(oneOf: ["-"])
    }

    var isEmpty: Bool { positive | negative == 0 }

    func contains(_ literal: Literal) -> Bool {
      (literal.isTrue ? positive : negative) >> literal.variable & 1 == 1
    }

    /// Its literals and those of the other, but neither the literal nor its opposite where they
    /// meet.
    func resolvent(with other: Clause, on literal: Literal) -> Clause {
      let bit = 1 << literal.variable
      var result = Clause()
      result.positive =
        positive & ~(literal.isTrue ? 0 : bit) | other.positive & ~(literal.isTrue ? bit : 0)
      result.negative =
        negative & ~(literal.isTrue ? bit : 0) | other.negative & ~(literal.isTrue ? 0 : bit)
      return result
    }

    var text: [UInt8] {
      if isEmpty { return Array("empty".utf8) }
      var words: [[UInt8]] = []
      for variable in 0..<13 {
        let letter = UInt8(ascii: "a") + UInt8(variable)
        if positive >> variable & 1 == 1 { words.append([letter]) }
        if negative >> variable & 1 == 1 { words.append([UInt8(ascii: "-"), letter]) }
      }
      return Array(words.joined(separator: [UInt8(ascii: " ")]))
    }
  }

  /// A line as it is written; clauses by their numbers.
  enum Step {
    struct Resolution {
      var number: Int
      var first: Int
      var second: Int
      var variable: Int
      var derived: Clause
    }
    case decide(Literal)
    case unit(Int, Literal)
    case conflict(Int)
    case resolve(Resolution)
    case undo(Literal)

    init(_ line: inout Lexer) throws(Rejection) {
      if line.take("decide") {
        self = .decide(try Literal(&line))
      } else if line.take("unit") {
        let clause = try Self.clause(&line)
        try line.expect(":")
        self = .unit(clause, try Literal(&line))
      } else if line.take("conflict") {
        self = .conflict(try Self.clause(&line))
      } else if line.take("undo") {
        self = .undo(try Literal(&line))
      } else {
        let number = try Self.clause(&line)
        try line.expect("=")
        let first = try Self.clause(&line)
        try line.expect("x")
        let second = try Self.clause(&line)
        try line.expect("on")
        let variable = try Literal.variable(&line)
        try line.expect(":")
        let derived = line.take("empty") ? Clause() : try Clause(&line)
        self = .resolve(
          Resolution(
            number: number, first: first, second: second, variable: variable, derived: derived))
      }
    }

    /// `C12`, from 1 on.
    static func clause(_ line: inout Lexer) throws(Rejection) -> Int {
      guard let word = line.word, word.first == UInt8(ascii: "C"),
        (2...6).contains(word.count), Lexer.isNatural(word.dropFirst()),
        let number = Lexer.value(of: word.dropFirst()), number > 0
      else { throw .unreadable("expected the name of a clause, found \(line.found)") }
      line.advance()
      return number
    }
  }
}
