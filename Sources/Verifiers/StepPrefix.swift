/// What a line of a verbose solution begins with: `3) add-pair from 1, 2:`.
///
///     prefix = number , ")" , rule , [ "from" , number , { "," , number } ] , ":" ;
///
/// `rule` is words joined by hyphens. The claim follows; it is the line of the compact rendering.
struct StepPrefix: Sendable {
  var number: Int
  var rule: String
  var inputs: [Int]

  /// Whether a line begins as a verbose step does; no compact line of a family with rules may.
  static func begins(_ line: Lexer) -> Bool {
    var line = line
    return line.takeNatural(digitLimit: 9) != nil && line.isAt(oneOf: [")"])
  }

  /// Reads the prefix and leaves the lexer at the claim.
  ///
  /// - Throws: `Rejection`, of step 0: the caller knows the line.
  init(_ line: inout Lexer) throws(Rejection) {
    number = try line.natural(digitLimit: 9)
    try line.expect(")")
    rule = try Self.word(&line)
    while line.take("-") { rule += "-" + (try Self.word(&line)) }
    inputs = []
    if line.take("from") {
      repeat { inputs.append(try line.natural(digitLimit: 9)) } while line.take(",")
    }
    try line.expect(":")
  }

  private static func word(_ line: inout Lexer) throws(Rejection) -> String {
    guard let word = line.word else {
      throw .unreadable("expected the name of a rule, found \(line.found)")
    }
    line.advance()
    return String(decoding: word, as: UTF8.self)
  }
}
