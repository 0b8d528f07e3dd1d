extension Euclid {
  /// Two congruences: rows for the moduli, then how often the first modulus is added.
  static func congruences(
    _ trace: inout TraceReader, _ a: Int, _ m: Int, _ b: Int, _ n: Int
  ) throws(Rejection) -> String {
    let rows = try EuclidRows.read(&trace, n, m, shows: .second)
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
    let product = Int128(gap.3) * Int128(gap.4)
    try trace.require(
      gap.0 == b && gap.1 == a && gap.2 == b - a && gap.4 == rows.divisor
        && product + Int128(gap.5) == Int128(gap.2) && gap.5 < gap.4,
      "expected \(b)-\(a)=\(b - a) as a multiple of \(rows.divisor) and a remainder below it")
    try trace.applied("divide-difference") { [0, $0 - 1] }
    if gap.5 != 0 { return "none" }

    let step = max(1, n / max(1, rows.divisor))
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
    let right = Int128(gap.3) * Int128(rows.t)
    try trace.require(
      count.0 == gap.3 && count.1 == rows.t && Int128(count.2) == right && count.3 == count.2
        && count.4 == step
        && Int128(count.5) == right - floor(right, Int128(step)) * Int128(step),
      "expected \(gap.3)*\(rows.t) modulo \(step)")
    let line = trace.number
    try trace.applied("find-multiple", from: line > 3 ? [0, line - 3, line - 1] : [0, line - 1])

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
      sum.0 == a && sum.1 == m && sum.2 == count.5
        && Int128(sum.3) == Int128(a) + Int128(m) * Int128(count.5)
        && Int128(sum.4) == Int128(m) * Int128(step),
      "expected \(a)+\(m)*\(count.5) modulo \(m)*\(step)")
    try trace.applied("combine") { [0, $0 - 1] }
    return "\(sum.3) mod \(sum.4)"
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
