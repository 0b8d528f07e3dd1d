/// Exact odds of suspects, clue by clue, and the most probable one.
///
/// Clues may be taken in any order.
struct Mystery: TraceVerifier {
  let family = "mystery"
  let version = 1
  let rules = ["multiply", "odds", "sum"]
  let checks =
    "each clue multiplies every suspect's odds by its probability, the odds are whole numbers in lowest "
    + "terms; the answer is the most probable suspect with its exact probability"
  let grammar = """
    problem  = prior , { "," , prior } , { ";" , clue } , [ newline ] ;
    prior    = suspect , positive ;                              (* 2 to 8 suspects, up to 99 *)
    clue     = word , ":" , suspect , fraction , { "," , suspect , fraction } ;  (* 1 to 12 *)
    solution = { step , newline } , answer , [ newline ] ;
    step     = word , ":" , fraction , { "," , fraction }
             | "odds" , positive , { ":" , positive }
             | "sum" , positive , { "+" , positive } , "=" , positive ;
    answer   = "Answer" , ":" , suspect , fraction ;
    fraction = positive , [ "/" , positive ] ;                   (* in lowest terms *)
    positive = ? 1 to 15 digits, no zero in front ? ;
    suspect  = ? a capital letter and 1 to 11 small ones ? ;
    word     = ? 2 to 12 small letters, but not odds or sum ? ;
    newline  = ? the byte 0A ? ;
    """
  let example = (
    problem: "Ada 2, Ben 1; mud: Ada 1/4, Ben 3/4; alibi: Ada 1/2, Ben 1/6",
    solution: """
    mud: 1/2, 3/4
    odds 2:3
    alibi: 1, 1/2
    odds 2:1
    sum 2+1=3
    Answer: Ada 2/3
    """
  )

  func check(
    _ problem: inout Lexer, _ trace: inout TraceReader
  ) throws(Rejection) -> String {
    let story = try Story(&problem)
    guard story.culprit != nil else {
      throw .unreadable("expected one suspect to be the most probable")
    }
    var odds = story.priors
    var left = Set(story.clues.indices)
    while !left.isEmpty {
      let (clue, products) = try trace.read("a clue with the products") {
        line throws(Rejection) in try Self.products(&line, story)
      }
      try trace.require(left.contains(clue), "this clue was taken before")
      let right = zip(odds, story.clues[clue].chances).map { odds, chance in
        Fraction(lowest: odds, over: 1).times(chance)
      }
      try trace.require(
        products.map { Optional($0) } == right,
        expecting: [Self.line(story.clues[clue].name, right)])
      let number = trace.number
      try trace.applied("multiply", from: number == 1 ? [0] : [0, number - 1])
      left.remove(clue)
      let stated = try trace.read("the odds") { line throws(Rejection) in
        try Self.odds(&line, count: odds.count)
      }
      try trace.require(
        Fraction.areOdds(stated, of: products),
        "expected the products as whole numbers in lowest terms")
      try trace.applied("odds", from: [number])
      odds = stated
    }
    let (summands, total) = try trace.read("the sum of the odds") { line throws(Rejection) in
      try Self.sum(&line, count: odds.count)
    }
    try trace.require(summands == odds, "expected the odds")
    // Sums of eight numbers of 15 digits fit.
    try trace.require(total == odds.reduce(0, +), "expected \(odds.reduce(0, +)), found \(total)")
    let number = trace.number
    try trace.applied("sum", from: [number - 1])
    let most = odds.max() ?? 1
    let culprit = odds.firstIndex(of: most) ?? 0
    let share = Fraction(lowest: most, over: total)
    return try trace.finish(answer: story.names[culprit] + Array(" \(share.text)".utf8))
  }

  func checkAnswer(
    _ answer: inout Lexer, to problem: inout Lexer
  ) throws(Rejection) -> String {
    let story = try Story(&problem)
    guard let (culprit, share) = story.culprit else {
      throw .unreadable("expected one suspect to be the most probable")
    }
    let name = try Story.name(&answer)
    let found = try Fraction(&answer)
    try answer.expectEnd()
    let right = String(decoding: story.names[culprit], as: UTF8.self) + " " + share.text
    guard name == story.names[culprit], found == share else {
      throw .unreadable("expected \(right)")
    }
    return right
  }

  private static func line(_ clue: [UInt8], _ products: [Fraction?]) -> [UInt8] {
    let texts = products.map { Array(($0?.text ?? "more than 15 digits").utf8) }
    return clue + Array(": ".utf8) + Array(texts.joined(separator: Array(", ".utf8)))
  }

  private static func products(
    _ line: inout Lexer, _ story: Story
  ) throws(Rejection) -> (clue: Int, [Fraction]) {
    let name = try line.name(lengths: 2...12)
    guard let clue = story.clues.firstIndex(where: { $0.name == name }) else {
      throw .unreadable("expected the name of a clue")
    }
    try line.expect(":")
    var products: [Fraction] = []
    repeat { products.append(try Fraction(&line)) } while products.count < 9 && line.take(",")
    guard products.count == story.names.count else {
      throw .unreadable("expected \(story.names.count) products, found \(products.count)")
    }
    return (clue, products)
  }

  private static func odds(_ line: inout Lexer, count: Int) throws(Rejection) -> [Int] {
    try line.expect("odds")
    return try numbers(&line, separator: ":", count: count)
  }

  private static func sum(
    _ line: inout Lexer, count: Int
  ) throws(Rejection) -> (summands: [Int], total: Int) {
    try line.expect("sum")
    let summands = try numbers(&line, separator: "+", count: count)
    try line.expect("=")
    return (summands, try Fraction.positive(&line))
  }

  private static func numbers(
    _ line: inout Lexer, separator: String, count: Int
  ) throws(Rejection) -> [Int] {
    var numbers: [Int] = []
    repeat {
      numbers.append(try Fraction.positive(&line))
    } while numbers.count < 9
      && line.take(separator)
    guard numbers.count == count else {
      throw .unreadable("expected \(count) numbers, found \(numbers.count)")
    }
    return numbers
  }
}
