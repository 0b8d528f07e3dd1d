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
        try trace.require(
          facts == known.facts.about(claim.concerned),
          "expected after `by` what is known of those concerned by the statement")
        let models = claim.models(known.facts)
        guard let fact else {
          try trace.require(
            supposed != nil && models.isEmpty, "the statement does not contradict the facts")
          try trace.applied("contradict", from: known.lines(about: claim.concerned))
          contradiction = trace.number
          break
        }
        try trace.require(!known.facts.knows(fact.islander), "this is known already")
        try trace.require(models.force(fact), "this does not follow from the statement")
        try trace.applied("deduce", from: known.lines(about: claim.concerned))
        known.learn(fact, line: trace.number)
      case .suppose(let fact):
        try trace.require(supposed == nil, "expected no supposition within another")
        try trace.require(!known.facts.knows(fact.islander), "this is known already")
        try trace.require(
          supposed != nil || !island.forceSomething(known.facts),
          "something follows without supposition")
        try trace.require(
          supposed != nil || island.refutes(fact, known.facts), "this leads to no contradiction")
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
    return try trace.finish(answer: known.facts.text)
  }

  func checkAnswer(
    _ answer: inout Lexer, to problem: inout Lexer
  ) throws(Rejection) -> String {
    let island = try Island(&problem)
    guard let right = island.soleSolution else {
      throw .unreadable("expected statements with exactly one solution")
    }
    let found = try Step.facts(&answer, among: island.claims.count)
    try answer.expectEnd()
    guard found == right else { throw .unreadable("expected \(Excerpt.quoted(right.text))") }
    return String(decoding: right.text, as: UTF8.self)
  }
}
