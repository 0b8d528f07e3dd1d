extension Euclid {
  /// Congruences one after another: what is known so far with the next of them.
  static func congruences(
    _ trace: inout TraceReader, _ given: [EuclidProblem.Congruence]
  ) throws(Rejection) -> String {
    var known = given[0]
    // The lines that a fold begins from.
    var origins = [0]
    for next in given.dropFirst() {
      guard let both = try fold(&trace, known, next, from: origins) else { return "none" }
      known = both
      origins = [0, trace.number]
    }
    return "\(known.remainder) mod \(known.modulus)"
  }

  /// Rows for the moduli, then how often the known one is added; nil where a rest shows that no
  /// number meets both.
  private static func fold(
    _ trace: inout TraceReader, _ known: EuclidProblem.Congruence,
    _ next: EuclidProblem.Congruence, from origins: [Int]
  ) throws(Rejection) -> EuclidProblem.Congruence? {
    let rows = try EuclidRows.read(
      &trace, max(known.modulus, next.modulus), min(known.modulus, next.modulus),
      shows: known.modulus >= next.modulus ? .first : .second, from: origins)
    // The coefficient of the known modulus.
    let t = known.modulus >= next.modulus ? rows.s : rows.t
    let wanted = next.remainder - known.remainder
    let gap = try trace.read("the difference of the remainders") { line throws(Rejection) in
      let second = try line.natural(digitLimit: 18)
      try line.expect("-")
      let first = try line.natural(digitLimit: 18)
      try line.expect("=")
      let difference = try line.integer(digitLimit: 18)
      try line.expect("=")
      let quotient = try line.integer(digitLimit: 18)
      try line.expect("*")
      let divisor = try line.natural(digitLimit: 18)
      try line.expect("+")
      let rest = try line.natural(digitLimit: 18)
      return (second, first, difference, quotient, divisor, rest)
    }
    let whole = Int128(gap.3) * Int128(gap.4)
    try trace.require(
      gap.0 == next.remainder && gap.1 == known.remainder && gap.2 == wanted
        && gap.4 == rows.divisor && whole + Int128(gap.5) == Int128(gap.2) && gap.5 < gap.4,
      "expected \(next.remainder)-\(known.remainder)=\(wanted) as a multiple of \(rows.divisor) "
        + "and a remainder below it")
    try trace.applied("divide-difference") { origins + [$0 - 1] }
    if gap.5 != 0 { return nil }

    let step = max(1, next.modulus / max(1, rows.divisor))
    let count = try trace.read("how often the modulus is added") { line throws(Rejection) in
      let first = try line.integer(digitLimit: 18)
      try line.expect("*")
      let second = try line.integer(digitLimit: 18)
      try line.expect("=")
      let product = try line.integer(digitLimit: 18)
      try line.expect(";")
      let again = try line.integer(digitLimit: 18)
      try line.expect("mod")
      let modulus = try line.natural(digitLimit: 18)
      try line.expect("=")
      return (first, second, product, again, modulus, try line.natural(digitLimit: 18))
    }
    let right = Int128(gap.3) * Int128(t)
    try trace.require(
      count.0 == gap.3 && count.1 == t && Int128(count.2) == right && count.3 == count.2
        && count.4 == step
        && Int128(count.5) == right - floor(right, Int128(step)) * Int128(step),
      "expected \(gap.3)*\(t) modulo \(step)")
    let line = trace.number
    try trace.applied(
      "find-multiple", from: (rows.count > 1 ? [0, line - 3] : origins) + [line - 1])

    let sum = try trace.read("the number that meets both") { line throws(Rejection) in
      let first = try line.natural(digitLimit: 18)
      try line.expect("+")
      let modulus = try line.natural(digitLimit: 18)
      try line.expect("*")
      let count = try line.natural(digitLimit: 18)
      try line.expect("=")
      let value = try line.natural(digitLimit: 18)
      try line.expect("mod")
      return (first, modulus, count, value, try line.natural(digitLimit: 18))
    }
    try trace.require(
      sum.0 == known.remainder && sum.1 == known.modulus && sum.2 == count.5
        && Int128(sum.3) == Int128(known.remainder) + Int128(known.modulus) * Int128(count.5)
        && Int128(sum.4) == Int128(known.modulus) * Int128(step),
      "expected \(known.remainder)+\(known.modulus)*\(count.5) modulo \(known.modulus)*\(step)")
    try trace.applied("combine") { origins + [$0 - 1] }
    return EuclidProblem.Congruence(remainder: sum.3, modulus: sum.4)
  }

  /// A power: the exponent is halved line by line, the base squared.
  static func power(
    _ trace: inout TraceReader, _ start: Int, _ exponent: Int, _ modulus: Int
  ) throws(Rejection) -> String {
    var (result, base, exponent) = (1, start, exponent)
    repeat {
      let isOdd = exponent % 2 == 1
      let found = try trace.read("the exponent \(exponent) halved") { line throws(Rejection) in
        let whole = try line.natural(digitLimit: 18)
        try line.expect(all: ["=", "2", "*"])
        let half = try line.natural(digitLimit: 18)
        try line.expect("+")
        let bit = try line.one(of: ["0", "1"])
        let r = isOdd ? try product("r", &line) : []
        return (whole, half, bit, r, exponent > 1 ? try product("b", &line) : [])
      }
      var isRight =
        found.0 == exponent && found.1 == exponent / 2 && (found.2 == "1") == isOdd
      if isOdd { isRight = isRight && isProduct(found.3, result, base, modulus) }
      if exponent > 1 { isRight = isRight && isProduct(found.4, base, base, modulus) }
      try trace.require(
        isRight,
        "expected \(exponent) halved"
          + (isOdd ? ", \(result)*\(base) modulo \(modulus) as r" : "")
          + (exponent > 1 ? ", \(base)*\(base) modulo \(modulus) as b" : ""))
      try trace.applied(
        !isOdd ? "square" : exponent > 1 ? "multiply-and-square" : "multiply"
      ) { $0 > 1 ? [0, $0 - 1] : [0] }
      if isOdd { result = found.3[3] }
      if exponent > 1 { base = found.4[3] }
      exponent = exponent > 1 ? found.1 : 0
    } while exponent > 0
    return String(result)
  }

  /// Reads `; r=7*9=63=11`: two factors, their product, its residue.
  private static func product(
    _ name: String, _ line: inout Lexer
  ) throws(Rejection) -> [Int] {
    try line.expect(all: [";", name, "="])
    var numbers = [try line.natural(digitLimit: 18)]
    try line.expect("*")
    numbers.append(try line.natural(digitLimit: 18))
    for _ in 0..<2 {
      try line.expect("=")
      numbers.append(try line.natural(digitLimit: 18))
    }
    return numbers
  }

  private static func isProduct(_ said: [Int], _ a: Int, _ b: Int, _ modulus: Int) -> Bool {
    let product = Int128(a) * Int128(b)
    return said[0] == a && said[1] == b && Int128(said[2]) == product
      && Int128(said[3]) == product % Int128(modulus)
  }
}
