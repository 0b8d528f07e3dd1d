/// A word is rewritten by numbered rules; any rule at any place where it applies is accepted.
struct Rewriting: TraceVerifier {
  let family = "rewriting"
  let version = 1
  let rules = ["erase", "shorten", "swap"]
  let checks =
    "each line is the word before with the named rule applied at the named place, until no rule "
    + "applies; that word is the answer"
  let grammar = """
    problem  = rule , { rule } , ";" , word , [ newline ] ;        (* 1 to 6 rules, numbered from 1 *)
    rule     = natural , ":" , word , ">" , side ;
    solution = { step , newline } , answer , [ newline ] ;
    step     = natural , "at" , natural , ":" , side ;
    answer   = "Answer" , ":" , side ;
    side     = word | "e" ;                                        (* e: the empty word *)
    word     = ? letters a to d, at most 32 ? ;
    natural  = ? digits without leading zeros, at most 2 ? ;
    newline  = ? the byte 0A ? ;
    """
  let example = (
    problem: "1:ba>ab 2:aa>e 3:bbb>b; babab",
    solution: """
    1 at 1: abbab
    1 at 3: ababb
    1 at 2: aabbb
    3 at 3: aab
    2 at 1: b
    Answer: b
    """
  )

  func check(
    _ problem: inout Lexer, _ trace: inout TraceReader
  ) throws(Rejection) -> String {
    let system = try RewritingSystem(&problem)
    var word = try Self.word(&problem, isEnd: true)
    while system.canRewrite(word) {
      let claim = try trace.read("a rule, a place and the word after it") {
        line throws(Rejection) in
        let rule = try line.natural(digitLimit: 2)
        guard (1...system.rules.count).contains(rule) else {
          throw .unreadable("expected a rule from 1 to \(system.rules.count), found \(rule)")
        }
        try line.expect("at")
        let place = try line.natural(digitLimit: 2)
        try line.expect(":")
        return (rule: rule - 1, place: place - 1, word: try Self.side(&line))
      }
      let result = system.rewritten(word, by: claim.rule, at: claim.place)
      let applies = system.applies(claim.rule, to: word, at: claim.place)
      try trace.require(
        applies && claim.word == result,
        applies
          ? "expected the word `\(Self.text(result))` after it"
          : "rule \(claim.rule + 1) does not apply at \(claim.place + 1)"
            + (system.lastRedex(in: word).map { "; rule \($0.rule + 1) does at \($0.place + 1)" }
              ?? ""))
      try trace.applied(system.name(of: claim.rule)) { $0 == 1 ? [0] : [0, $0 - 1] }
      word = claim.word
    }
    return try trace.finish(answer: Self.text(word))
  }

  func checkAnswer(
    _ answer: inout Lexer, to problem: inout Lexer
  ) throws(Rejection) -> String {
    let system = try RewritingSystem(&problem)
    let normal = system.normalForm(of: try Self.word(&problem, isEnd: true))
    let found = try Self.side(&answer)
    try answer.expectEnd()
    guard found == normal else {
      throw .unreadable("the word ends as `\(Self.text(normal))`, found another")
    }
    return Self.text(normal)
  }

  /// A word of at least one letter.
  static func word(_ line: inout Lexer, isEnd: Bool = false) throws(Rejection) -> LetterPlanes {
    guard !line.isAtEnd, let word = LetterPlanes(line.bytes, in: line.current) else {
      throw .unreadable("expected 1 to \(LetterPlanes.limit) letters a to d, found \(line.found)")
    }
    line.advance()
    if isEnd { try line.expectEnd() }
    return word
  }

  static func side(_ line: inout Lexer) throws(Rejection) -> LetterPlanes {
    line.take("e") ? LetterPlanes() : try word(&line)
  }

  static func text(_ word: LetterPlanes) -> String {
    word.count == 0 ? "e" : String(decoding: word.bytes, as: UTF8.self)
  }
}
