/// Who of some islanders tells the truth, by deduction and contradiction.
///
/// Every deduction that follows is accepted, in any order, and every supposition that pays.
struct KnightsKnaves: TraceVerifier {
  let family = "knights-knaves"
  let version = 1
  let rules = ["deduce", "suppose", "contradict", "conclude"]
  let checks =
    "every fact follows from the statement named with the known facts about those concerned, every "
    + "supposition leads to a contradiction and its opposite is concluded; the answer says what "
    + "everyone is"
  let grammar = """
    problem       = claim , { ";" , claim } , [ newline ] ;              (* 2 to 12 claims *)
    claim         = islander , ":" , statement ;
    statement     = part , [ connective , part ] ;
    part          = [ "not" ] , ( atom | "(" , atom , connective , atom , ")" ) ;
    atom          = islander , ( "knight" | "knave" | "same" , islander ) ;
    connective    = "and" | "or" | "iff" ;
    solution      = { step , newline } , answer , [ newline ] ;
    step          = deduction | contradiction | supposition | conclusion ;
    deduction     = "by" , islander , [ "with" , facts ] , ":" , fact ;
    contradiction = "by" , islander , [ "with" , facts ] , ":" , "contradiction" ;
    supposition   = "suppose" , fact ;
    conclusion    = "so" , fact ;
    answer        = "Answer" , ":" , facts ;
    facts         = fact , { "," , fact } ;
    fact          = islander , ( "knight" | "knave" ) ;
    islander      = "A" | "B" | "C" | "D" | "E" | "F" | "G" | "H" | "I" | "J" | "K" | "L" ;
    newline       = ? the byte 0A ? ;
    """
  let example = (
    problem: "A: B knave; B: A same C; C: A knave and B knight",
    solution: """
    suppose A knave
    by A with A knave: B knight
    by B with A knave, B knight: C knave
    by C with A knave, B knight, C knave: contradiction
    so A knight
    by A with A knight: B knave
    by B with A knight, B knave: C knave
    Answer: A knight, B knave, C knave
    """
  )

  func check(
    _ problem: inout Lexer, _ trace: inout TraceReader
  ) throws(Rejection) -> String {
    let island = try Island(&problem)
    guard island.soleSolution != nil else {
      throw .unreadable("expected statements with exactly one solution")
    }
    var known = Known(island.claims.count)
    var supposed: (fact: Fact, line: Int, before: Known)?
    var contradiction: Int?
    while supposed != nil || !known.isComplete {
      let step = try trace.read("a deduction, a supposition or a conclusion") {
        line throws(Rejection) in try Step(&line, among: island.claims.count)
      }
      switch step {
      case .by(let speaker, let facts, let fact):
        let claim = island.claims[speaker]
        try trace.require(contradiction == nil, "the contradiction is found: conclude from it")
        let used = known.facts(about: claim.concerned)
        try trace.require(
          facts == used, "expected after `by` what is known of those concerned by the statement")
        let models = claim.models(known)
        guard let fact else {
          try trace.require(
            supposed != nil && models.isEmpty, "the statement does not contradict the facts")
          try trace.applied("contradict", from: known.lines(about: claim.concerned))
          contradiction = trace.number
          break
        }
        try trace.require(!known.knows(fact.islander), "this is known already")
        try trace.require(models.force(fact), "this does not follow from the statement")
        try trace.applied("deduce", from: known.lines(about: claim.concerned))
        known.learn(fact, line: trace.number)
      case .suppose(let fact):
        try trace.require(supposed == nil, "expected no supposition within another")
        try trace.require(!known.knows(fact.islander), "this is known already")
        try trace.require(
          supposed != nil || !island.claims.contains { $0.models(known).forceSomething(known) },
          "something follows without supposition")
        try trace.require(
          supposed != nil || island.refutes(fact, known), "this leads to no contradiction")
        try trace.applied("suppose", from: [])
        supposed = (fact, trace.number, known)
        known.learn(fact, line: trace.number)
      case .so(let fact):
        try trace.require(
          contradiction != nil && fact == supposed?.fact.opposite,
          "expected the opposite of a supposition that was contradicted")
        try trace.applied("conclude", from: [supposed?.line ?? 0, contradiction ?? 0])
        known = supposed?.before ?? known
        known.learn(fact, line: trace.number)
        (supposed, contradiction) = (nil, nil)
      }
    }
    return try trace.finish(answer: known.text)
  }

  func checkAnswer(
    _ answer: inout Lexer, to problem: inout Lexer
  ) throws(Rejection) -> String {
    let island = try Island(&problem)
    guard let knights = island.soleSolution else {
      throw .unreadable("expected statements with exactly one solution")
    }
    let found = try Step.facts(&answer, among: island.claims.count)
    try answer.expectEnd()
    var right = Known(island.claims.count)
    for islander in island.claims.indices {
      right.learn(Fact(islander: islander, isKnight: knights >> islander & 1 == 1), line: 0)
    }
    guard found == right.facts(about: (1 << island.claims.count) - 1) else {
      throw .unreadable("expected \(Excerpt.quoted(right.text))")
    }
    return String(decoding: right.text, as: UTF8.self)
  }
}

extension KnightsKnaves {
  struct Fact: Equatable {
    var islander: Int
    var isKnight: Bool

    var opposite: Fact { Fact(islander: islander, isKnight: !isKnight) }

    init(islander: Int, isKnight: Bool) {
      self.islander = islander
      self.isKnight = isKnight
    }

    init(_ line: inout Lexer, among count: Int) throws(Rejection) {
      islander = try Island.islander(&line, among: count)
      isKnight = try line.one(of: ["knight", "knave"]) == "knight"
    }
  }

  /// A line as it is written.
  enum Step {
    /// Without a fact at its end, a contradiction.
    case by(Int, [Fact], Fact?)
    case suppose(Fact)
    case so(Fact)

    init(_ line: inout Lexer, among count: Int) throws(Rejection) {
      switch try line.one(of: ["by", "suppose", "so"]) {
      case "suppose": self = .suppose(try Fact(&line, among: count))
      case "so": self = .so(try Fact(&line, among: count))
      default:
        let speaker = try Island.islander(&line, among: count)
        let facts = line.take("with") ? try Self.facts(&line, among: count) : []
        try line.expect(":")
        let fact = line.take("contradiction") ? nil : try Fact(&line, among: count)
        self = .by(speaker, facts, fact)
      }
    }

    static func facts(_ line: inout Lexer, among count: Int) throws(Rejection) -> [Fact] {
      var facts: [Fact] = []
      repeat {
        facts.append(try Fact(&line, among: count))
        guard facts.count <= count else { throw .unreadable("expected at most \(count) facts") }
      } while line.take(",")
      return facts
    }
  }

  /// What is known, and from which lines.
  struct Known {
    private let count: Int
    private(set) var mask = 0
    private(set) var knights = 0
    private var sources: [Int]

    init(_ count: Int) {
      self.count = count
      sources = [Int](repeating: 0, count: count)
    }

    var isComplete: Bool { mask == (1 << count) - 1 }

    func knows(_ islander: Int) -> Bool { mask >> islander & 1 == 1 }

    mutating func learn(_ fact: Fact, line: Int) {
      mask |= 1 << fact.islander
      knights = knights & ~(1 << fact.islander) | (fact.isKnight ? 1 << fact.islander : 0)
      sources[fact.islander] = line
    }

    private func known(of concerned: Int) -> [Int] {
      (0..<count).filter { (concerned & mask) >> $0 & 1 == 1 }
    }

    func facts(about concerned: Int) -> [Fact] {
      known(of: concerned).map { Fact(islander: $0, isKnight: knights >> $0 & 1 == 1) }
    }

    /// The problem and the lines behind the facts.
    func lines(about concerned: Int) -> [Int] {
      Set(known(of: concerned).map { sources[$0] } + [0]).sorted()
    }

    var text: [UInt8] {
      let facts = facts(about: (1 << count) - 1).map { fact in
        [UInt8(ascii: "A") + UInt8(fact.islander)]
          + Array((fact.isKnight ? " knight" : " knave").utf8)
      }
      return Array(facts.joined(separator: Array(", ".utf8)))
    }
  }
}
