/// A word is read by an automaton with choices, or an automaton's states are parted into blocks.
struct Automaton: TraceVerifier {
  let family = "automaton"
  let version = 1
  let rules = ["move", "close", "accept", "part", "split"]
  let checks =
    "each line is the set of states after the next letter, after moves that read nothing, or of "
    + "those that accept; or the blocks after one of them is split by a letter, until none can be; "
    + "the answer is the last set and whether it accepts, or the last blocks"
  let grammar = """
    problem  = ( "run" , word , "from" , state | "minimal" ) , ":" , move , { "," , move } , ";" ,
               "accept" , set , [ newline ] ;
    move     = place , ">" , set ;
    solution = { step , newline } , answer , [ newline ] ;
    step     = ( letter | "e" | "accept" ) , ":" , states
             | [ letter , "on" , set , ":" ] , blocks ;
    answer   = "Answer" , ":" , ( states , ( "yes" | "no" ) | blocks ) ;
    states   = set | "none" ;
    blocks   = set , { "|" , set } ;
    set      = state , { state } ;                       (* ascending *)
    state    = ? a number from 1 to 16 without leading zeros ? ;
    place    = ? a state and a letter or e, as one lexeme ? ;
    word     = ? 1 to 32 letters a to d, as one lexeme ? ;
    letter   = "a" | "b" | "c" | "d" ;
    newline  = ? the byte 0A ? ;
    """
  let example = (
    problem: "run abba from 1: 1a>1 2, 2b>3, 3a>2, 3b>1 3; accept 2 3",
    solution: """
    a: 1 2
    b: 3
    b: 1 3
    a: 1 2
    accept: 2
    Answer: 1 2 yes
    """
  )

  func check(
    _ problem: inout Lexer, _ trace: inout TraceReader
  ) throws(Rejection) -> String {
    let table = try AutomatonTable(&problem)
    return table.isRun
      ? try run(table, &trace) : try minimize(table, &trace)
  }

  func checkAnswer(
    _ answer: inout Lexer, to problem: inout Lexer
  ) throws(Rejection) -> String {
    let table = try AutomatonTable(&problem)
    let right: [UInt8]
    let isRight: Bool
    if table.isRun {
      let end = table.statesAtEnd
      let accepts = !end.isDisjoint(with: table.accepting)
      right = Self.answer(end, accepts)
      let found = try StateSet.orNone(&answer)
      isRight = try (answer.one(of: ["yes", "no"]) == "yes") == accepts && found == end
    } else {
      let blocks = table.equivalentStates
      right = StateBlocks.text(blocks)
      isRight = try StateBlocks.read(&answer, of: table.states) == blocks
    }
    try answer.expectEnd()
    let text = String(decoding: right, as: UTF8.self)
    guard isRight else { throw .unreadable("the answer is `\(text)`, found another") }
    return text
  }

  // Runs.

  private func run(
    _ table: AutomatonTable, _ trace: inout TraceReader
  ) throws(Rejection) -> String {
    var states = StateSet(table.start)
    let isSilent = table.readsNothing
    if isSilent { states = try claim("e", "close", table.closure(of: states), &trace) }
    for letter in table.word {
      let right = table.targets(of: states, by: letter)
      states = try claim(AutomatonTable.letters[letter], "move", right, &trace)
      if isSilent { states = try claim("e", "close", table.closure(of: states), &trace) }
    }
    let accepting = try claim(
      "accept", "accept", states.intersection(table.accepting), &trace)
    return try trace.finish(answer: Self.answer(states, !accepting.isEmpty))
  }

  /// The set that the next line states.
  private func claim(
    _ label: String, _ rule: String, _ right: StateSet, _ trace: inout TraceReader
  ) throws(Rejection) -> StateSet {
    func expected() -> [UInt8] { Array("\(label): ".utf8) + right.text }
    let claim = try trace.read(Excerpt.quoted(expected())) { line throws(Rejection) in
      let isLabelled = line.take(label)
      if !isLabelled { _ = try line.one(of: Self.labels) }
      try line.expect(":")
      return (isLabelled: isLabelled, states: try StateSet.orNone(&line))
    }
    try trace.require(
      claim.isLabelled && claim.states == right, expecting: [expected()])
    try trace.applied(rule) { $0 == 1 ? [0] : [0, $0 - 1] }
    return claim.states
  }

  private static let letters = Array(AutomatonTable.letters.dropLast())
  private static let labels = AutomatonTable.letters + ["accept"]

  private static func answer(_ states: StateSet, _ accepts: Bool) -> [UInt8] {
    states.text + (accepts ? " yes" : " no").utf8
  }

  // Minimal automata.

  private func minimize(
    _ table: AutomatonTable, _ trace: inout TraceReader
  ) throws(Rejection) -> String {
    let parts = StateBlocks.ordered([
      table.accepting, table.states.subtracting(table.accepting),
    ])
    var blocks = try trace.read("the accepting states and the others") {
      line throws(Rejection) in
      try StateBlocks.read(&line, of: table.states)
    }
    try trace.require(blocks == parts, expecting: [StateBlocks.text(parts)])
    try trace.applied("part", from: [0])
    while table.canSplit(blocks) {
      let before = blocks
      let claim = try trace.read("a letter, the block that it splits, and all blocks after") {
        line throws(Rejection) in
        let letter = try line.one(of: Self.letters)
        try line.expect("on")
        let block = try StateSet(&line)
        try line.expect(":")
        let blocks = try StateBlocks.read(&line, of: table.states)
        return (letter: letter, block: block, blocks: blocks)
      }
      let letter = AutomatonTable.letters.firstIndex(of: claim.letter) ?? 0
      let right = table.splitting(claim.block, by: letter, in: before)
      try trace.require(
        right != nil && right == claim.blocks,
        right.map {
          "expected the blocks `\(String(decoding: StateBlocks.text($0), as: UTF8.self))`"
        }
          ?? "`\(claim.letter)` does not split such a block; others can be split")
      try trace.applied("split") { [0, $0 - 1] }
      blocks = claim.blocks
    }
    return try trace.finish(answer: StateBlocks.text(blocks))
  }
}
