/// One of some formulas is proved from premises by natural deduction in Fitch's style.
///
/// Any valid proof is accepted: rules, scopes and discharged assumptions are checked line by line.
struct NaturalDeduction: TraceVerifier {
  let family = "natural-deduction"
  let version = 2
  let rules = Rule.allCases.map(\.rawValue)
  let checks =
    "every line follows by its rule from the lines and subproofs that it cites, which are in scope; "
    + "the proof ends with the one option that follows, outside all subproofs"
  let grammar = """
    problem  = formula , { "," , formula } , { ";" , letter , ":" , formula } , [ newline ] ;
    solution = { step , newline } , answer , [ newline ] ;
    step     = natural , "." , { "|" } , formula , "by" , rule , [ cited , { "," , cited } ] ;
    rule     = "premise" | "assume" | "copy" | "and" , "-" , "intro" | "and" , "-" , "elim"
             | "or" , "-" , "intro" | "or" , "-" , "elim" | "imp" , "-" , "intro"
             | "imp" , "-" , "elim" | "not" , "-" , "intro" | "not" , "-" , "elim"
             | "false" , "-" , "elim" | "raa" ;
    cited    = natural , [ "-" , natural ] ;             (* a line, or a subproof *)
    answer   = "Answer" , ":" , letter ;
    formula  = unit , [ ( "&" | "|" | "-" , ">" ) , unit ] ;
    unit     = atom | "false" | "~" , unit | "(" , formula , ")" ;   (* nested less than 32 deep *)
    atom     = "p" | "q" | "r" | "s" | "t" | "u" ;
    letter   = "A" | "B" | "C" | "D" | "E" | "F" | "G" | "H" ;
    natural  = ? 1 to 9 digits without leading zeros ? ;
    newline  = ? the byte 0A ? ;
    """
  let example = (
    problem: "p->q, q->r; A: r->p; B: p->r",
    solution: """
    1. p->q by premise
    2. q->r by premise
    3. |p by assume
    4. |q by imp-elim 1, 3
    5. |r by imp-elim 2, 4
    6. p->r by imp-intro 3-5
    Answer: B
    """
  )

  enum Rule: String, CaseIterable {
    case premise, assume, copy
    case andIntro = "and-intro"
    case andElim = "and-elim"
    case orIntro = "or-intro"
    case orElim = "or-elim"
    case impIntro = "imp-intro"
    case impElim = "imp-elim"
    case notIntro = "not-intro"
    case notElim = "not-elim"
    case falseElim = "false-elim"
    case raa
  }

  func check(
    _ problem: inout Lexer, _ trace: inout TraceReader
  ) throws(Rejection) -> String {
    var (statement, formulas) = try Statement.read(&problem)
    _ = try statement.soleConsequence(formulas)
    var proof = Proof()
    while true {
      let line = try trace.read("a line of the proof") { lexer throws(Rejection) in
        try Line(&lexer, &formulas)
      }
      let number = trace.number
      try trace.require(line.number == number, "expected the number \(number)")
      let depth = min(line.depth, proof.depth + (line.rule == .assume ? 1 : 0))
      try trace.require(
        depth == line.depth && (depth > 0 || line.rule != .assume),
        "expected at most \(depth) bars, one at least for an assumption")
      let why = proof.fault(of: line, at: depth, premises: statement.premises, formulas)
      try trace.require(why == nil, why ?? "")
      try trace.applied(line.rule.rawValue, from: line.inputs)
      proof.append(line.formula, at: depth, isAssumed: line.rule == .assume)
      if depth == 0, let option = statement.options.firstIndex(of: line.formula) {
        return try trace.finish(answer: [UInt8(ascii: "A") + UInt8(option)])
      }
    }
  }

  func checkAnswer(
    _ answer: inout Lexer, to problem: inout Lexer
  ) throws(Rejection) -> String {
    let (statement, formulas) = try Statement.read(&problem)
    let right = try statement.soleConsequence(formulas)
    let letter = String(UnicodeScalar(UInt8(ascii: "A") + UInt8(right)))
    guard answer.take(letter) else {
      throw .unreadable("expected \(letter), found \(answer.found)")
    }
    try answer.expectEnd()
    return letter
  }
}

extension NaturalDeduction {
  struct Statement {
    var premises: [Int] = []
    var options: [Int] = []

    static func read(_ lexer: inout Lexer) throws(Rejection) -> (Statement, Formulas) {
      var statement = Statement()
      var formulas = Formulas()
      repeat {
        guard statement.premises.count < 8 else { throw .unreadable("expected at most 8 premises") }
        statement.premises.append(try formulas.read(&lexer))
      } while lexer.take(mark: UInt8(ascii: ","))
      while lexer.take(mark: UInt8(ascii: ";")) {
        guard statement.options.count < 8 else { throw .unreadable("expected at most 8 options") }
        try lexer.expect(mark: UInt8(ascii: "A") + UInt8(statement.options.count))
        try lexer.expect(mark: UInt8(ascii: ":"))
        let option = try formulas.read(&lexer)
        guard !statement.premises.contains(option), !statement.options.contains(option) else {
          throw .unreadable("expected options that are no premises and all different")
        }
        statement.options.append(option)
      }
      try lexer.expectEnd()
      guard statement.options.count >= 2 else {
        throw .unreadable("expected at least 2 options, found \(statement.options.count)")
      }
      return (statement, formulas)
    }

    /// The option that is true wherever all premises are; there must be exactly one.
    func soleConsequence(_ formulas: Formulas) throws(Rejection) -> Int {
      let models = premises.reduce(~UInt64(0)) { $0 & formulas.truth[$1] }
      let following = options.indices.filter { models & ~formulas.truth[options[$0]] == 0 }
      guard following.count == 1 else {
        throw .unreadable("expected one option that follows, found \(following.count)")
      }
      return following[0]
    }
  }

  /// A line as it is written.
  struct Line {
    /// A line, or a subproof by its first and last.
    struct Cited {
      var first = 0
      var last: Int?
    }

    var number: Int
    var depth = 0
    var formula: Int
    var rule: Rule
    private(set) var cited = InlineArray<3, Cited>(repeating: Cited())
    private(set) var citedCount = 0

    init(_ lexer: inout Lexer, _ formulas: inout Formulas) throws(Rejection) {
      number = try lexer.natural(digitLimit: 9)
      try lexer.expect(mark: UInt8(ascii: "."))
      while lexer.take(mark: UInt8(ascii: "|")) { depth += 1 }
      formula = try formulas.read(&lexer)
      try lexer.expect("by")
      rule = try Rule(&lexer)
      guard !lexer.isAtEnd else { return }
      repeat {
        var citation = Cited(first: try lexer.natural(digitLimit: 9))
        if lexer.take(mark: UInt8(ascii: "-")) {
          citation.last = try lexer.natural(digitLimit: 9)
        }
        guard citedCount < cited.count else { throw .unreadable("expected at most 3 citations") }
        cited[citedCount] = citation
        citedCount += 1
      } while lexer.take(mark: UInt8(ascii: ","))
    }

    /// The lines that it uses; a premise uses the problem.
    var inputs: [Int] {
      if rule == .premise { return [0] }
      var inputs: [Int] = []
      for place in 0..<citedCount {
        for line in [cited[place].first, cited[place].last ?? cited[place].first]
        where !inputs.contains(line) {
          inputs.append(line)
        }
      }
      return inputs.sorted()
    }
  }
}

extension NaturalDeduction.Rule {
  /// Reads the name of a rule: a word, or two with a hyphen between.
  fileprivate init(_ lexer: inout Lexer) throws(Rejection) {
    let start = lexer
    guard let rule = Self.taken(from: &lexer) else {
      throw .unreadable("expected a rule, found \(start.found)")
    }
    self = rule
  }

  private static func taken(from lexer: inout Lexer) -> Self? {
    switch lexer.firstByte {
    case UInt8(ascii: "p"): lexer.take("premise") ? .premise : nil
    case UInt8(ascii: "a"):
      if lexer.take("assume") {
        .assume
      } else {
        use(of: "and", intro: .andIntro, elim: .andElim, &lexer)
      }
    case UInt8(ascii: "c"): lexer.take("copy") ? .copy : nil
    case UInt8(ascii: "o"): use(of: "or", intro: .orIntro, elim: .orElim, &lexer)
    case UInt8(ascii: "i"): use(of: "imp", intro: .impIntro, elim: .impElim, &lexer)
    case UInt8(ascii: "n"): use(of: "not", intro: .notIntro, elim: .notElim, &lexer)
    case UInt8(ascii: "f"): use(of: "false", intro: nil, elim: .falseElim, &lexer)
    case UInt8(ascii: "r"): lexer.take("raa") ? .raa : nil
    default: nil
    }
  }

  private static func use(
    of operation: String, intro: Self?, elim: Self?, _ lexer: inout Lexer
  ) -> Self? {
    guard lexer.take(operation), lexer.take(mark: UInt8(ascii: "-")) else { return nil }
    if lexer.take("intro") { return intro }
    return lexer.take("elim") ? elim : nil
  }
}
