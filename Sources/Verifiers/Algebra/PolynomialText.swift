/// A polynomial in x as it is written: from the highest power down, no term of 0, `0` for none.
enum PolynomialText {
  /// Highest power of any polynomial in a text.
  static let degreeLimit = 16

  /// Reads a polynomial in canonical form.
  ///
  /// - Parameter digitLimit: most digits of a coefficient, at most 18.
  /// - Returns: coefficients from the constant up, the last not 0; none for 0.
  static func read(_ line: inout Lexer, digitLimit: Int) throws(Rejection) -> [Int] {
    if line.take("0") { return [] }
    var sign = line.take("-") ? -1 : 1
    var coefficients: [Int] = []
    var last = degreeLimit + 1
    while true {
      let term = try term(&line, digitLimit)
      guard term.power < last else {
        throw .unreadable("expected powers in falling order, found \(line.found)")
      }
      if coefficients.isEmpty { coefficients = [Int](repeating: 0, count: term.power + 1) }
      coefficients[term.power] = sign * term.size
      last = term.power
      if last > 0, line.take("+") {
        sign = 1
      } else if last > 0, line.take("-") {
        sign = -1
      } else {
        return coefficients
      }
    }
  }

  /// A term without its sign: `3`, `x`, `3x`, `x^2`, `3x^2`.
  private static func term(
    _ line: inout Lexer, _ digitLimit: Int
  ) throws(Rejection) -> (size: Int, power: Int) {
    let start = line
    func wrong() -> Rejection { .unreadable("expected a term, found \(start.found)") }
    guard let word = line.word else { throw wrong() }
    let hasX = word.last == UInt8(ascii: "x")
    let digits = hasX ? word.dropLast() : word
    var size = 1
    if !(hasX && digits.isEmpty) {
      guard digits.count <= digitLimit, Lexer.isNatural(digits),
        let value = Lexer.value(of: digits),
        value > (hasX ? 1 : 0)
      else { throw wrong() }
      size = value
    }
    line.advance()
    guard hasX else { return (size, 0) }
    guard line.take("^") else { return (size, 1) }
    let power = try line.natural(digitLimit: 2)
    guard power > 1, power <= degreeLimit else {
      throw .unreadable("expected a power of 2 to \(degreeLimit), found \(power)")
    }
    return (size, power)
  }

  /// Without zeros above the highest term, to compare.
  static func trimmed<Number: BinaryInteger>(_ coefficients: [Number]) -> [Number] {
    var trimmed = coefficients
    while trimmed.last == 0 { trimmed.removeLast() }
    return trimmed
  }

  static func text<Number: SignedInteger>(_ coefficients: [Number]) -> String {
    var text = ""
    for power in coefficients.indices.reversed() where coefficients[power] != 0 {
      text += coefficients[power] < 0 ? "-" : text.isEmpty ? "" : "+"
      let size = coefficients[power].magnitude
      if size != 1 || power == 0 { text += "\(size)" }
      if power > 0 { text += power > 1 ? "x^\(power)" : "x" }
    }
    return text.isEmpty ? "0" : text
  }

  /// The value at a whole number; beyond 128 bits it wraps, which the sizes of problems exclude.
  static func value(_ coefficients: [Int], at x: Int) -> Int128 {
    coefficients.reversed().reduce(Int128(0)) { $0 &* Int128(x) &+ Int128($1) }
  }
}
