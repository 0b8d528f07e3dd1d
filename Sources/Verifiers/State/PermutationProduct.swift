/// A list of permutations is rewritten line by line, an adjacent pair becoming its product.
///
/// Several next lines may be right, and every one of them is accepted.
struct PermutationProduct: TraceVerifier {
  let family = "permutation-product"
  let version = 1
  let rules = ["multiply"]
  let checks =
    "each line is the line before with exactly one adjacent pair of permutations replaced by its "
    + "product, the left one acting first, down to one permutation, which is the answer"
  let grammar = """
    problem     = group , ":" , permutation , permutation , { permutation } , [ newline ] ;
    group       = "S3" | "S4" | "S5" ;                             (* 2 to 32 permutations *)
    solution    = { step , newline } , answer , [ newline ] ;
    step        = permutation , { permutation } ;
    answer      = "Answer" , ":" , permutation ;
    permutation = ? the digits 1 to 3, 4 or 5, each once ? ;
    newline     = ? the byte 0A ? ;
    """
  let example = (problem: "S4: 2143 2341 4123", solution: "3214 4123\n2143\nAnswer: 2143")

  private static let factorLimit = 32

  func check(
    _ problem: inout Lexer, _ trace: inout TraceReader
  ) throws(Rejection) -> String {
    var (points, factors) = try Self.read(&problem)
    while factors.count > 1 {
      let next = try trace.read("one permutation less") { line throws(Rejection) in
        try Self.list(&line, points: points, countLimit: factors.count - 1)
      }
      try trace.require(
        Self.isReduction(next, of: factors), expecting: Self.reductions(of: factors))
      try trace.applied("multiply") { [$0 - 1] }
      // A granted line may hold fewer.
      factors = next
    }
    return try trace.finish(answer: Self.text(factors))
  }

  /// Each point is followed through all factors.
  func checkAnswer(
    _ answer: inout Lexer, to problem: inout Lexer
  ) throws(Rejection) -> String {
    let (points, factors) = try Self.read(&problem)
    var product: [UInt8] = []
    for point in 1...points {
      var image = UInt8(point)
      for factor in factors { image = factor[Int(image) - 1] }
      product.append(image)
    }
    let found = try Self.permutation(&answer, points: points)
    try answer.expectEnd()
    let text = String(decoding: Self.text([product]), as: UTF8.self)
    guard found == product else { throw .unreadable("the product is \(text), found another") }
    return text
  }

  private static func read(
    _ lexer: inout Lexer
  ) throws(Rejection) -> (points: Int, factors: [[UInt8]]) {
    let group = try lexer.one(of: ["S3", "S4", "S5"])
    let points = group == "S3" ? 3 : group == "S4" ? 4 : 5
    try lexer.expect(":")
    let factors = try list(&lexer, points: points, countLimit: factorLimit)
    try lexer.expectEnd()
    guard factors.count > 1 else { throw .unreadable("expected at least 2 permutations, found 1") }
    return (points, factors)
  }

  private static func list(
    _ line: inout Lexer, points: Int, countLimit: Int
  ) throws(Rejection) -> [[UInt8]] {
    var factors: [[UInt8]] = []
    repeat {
      guard factors.count < countLimit else {
        throw .unreadable("expected at most \(countLimit) permutations, found more")
      }
      factors.append(try permutation(&line, points: points))
    } while !line.isAtEnd
    return factors
  }

  private static func permutation(
    _ line: inout Lexer, points: Int
  ) throws(Rejection) -> [UInt8] {
    var seen = 0
    guard let word = line.word, word.count == points else {
      throw .unreadable("expected a permutation of \(points) points, found \(line.found)")
    }
    let images = word.map { $0 &- UInt8(ascii: "0") }
    for image in images where image >= 1 && image <= points { seen |= 1 << Int(image) }
    guard seen == (1 << (points + 1)) - 2 else {
      throw .unreadable("expected each of 1 to \(points) once, found \(line.found)")
    }
    line.advance()
    return images
  }

  /// Whether some pair, replaced by its product, gives `next`: it lies where the common prefix and
  /// the common suffix leave room for it.
  private static func isReduction(_ next: [[UInt8]], of factors: [[UInt8]]) -> Bool {
    guard next.count == factors.count - 1 else { return false }
    let prefix = zip(next, factors).prefix { $0 == $1 }.count
    let suffix = zip(next.reversed(), factors.reversed()).prefix { $0 == $1 }.count
    return next.indices.contains { pair in
      pair <= prefix && next.count - 1 - pair <= suffix
        && next[pair] == product(factors[pair], factors[pair + 1])
    }
  }

  private static func product(_ first: [UInt8], _ second: [UInt8]) -> [UInt8] {
    first.map { second[Int($0) - 1] }
  }

  /// Every right next line, for messages.
  private static func reductions(of factors: [[UInt8]]) -> [[UInt8]] {
    (0..<factors.count - 1).map { pair in
      text(
        factors[..<pair] + [product(factors[pair], factors[pair + 1])] + factors[(pair + 2)...])
    }
  }

  private static func text(_ factors: some Sequence<[UInt8]>) -> [UInt8] {
    Array(
      factors.map { $0.map { $0 + UInt8(ascii: "0") } }.joined(separator: [UInt8(ascii: " ")]))
  }
}
