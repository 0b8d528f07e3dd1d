/// What a problem of `euclid` asks, and answers alone.
enum EuclidProblem {
  case divisor(Int, Int)
  case bezout(Int, Int)
  case inverse(Int, modulus: Int)
  case power(Int, exponent: Int, modulus: Int)
  case congruences([Congruence])

  /// x=remainder mod modulus.
  struct Congruence {
    var remainder: Int
    var modulus: Int
  }

  /// Most digits of a number in a problem.
  private static let digitLimit = 9
  /// The moduli's product stays below this, so that what two right lines come to has 18 digits.
  private static let productLimit = Int128(1_000_000_000_000_000_000)

  init(_ lexer: inout Lexer) throws(Rejection) {
    func number(_ lexer: inout Lexer) throws(Rejection) -> Int {
      try lexer.natural(digitLimit: Self.digitLimit)
    }
    let word = try lexer.one(of: ["gcd", "bezout", "inverse", "power", "x"])
    switch word {
    case "gcd", "bezout":
      let a = try number(&lexer)
      let b = try number(&lexer)
      guard a > b, b > 0 else {
        throw .unreadable("expected a greater number, then a positive one")
      }
      self = word == "gcd" ? .divisor(a, b) : .bezout(a, b)
    case "inverse":
      let a = try number(&lexer)
      try lexer.expect("mod")
      let modulus = try number(&lexer)
      guard a > 1, a < modulus else { throw .unreadable("expected 1 < number < modulus") }
      self = .inverse(a, modulus: modulus)
    case "power":
      let base = try number(&lexer)
      try lexer.expect("^")
      let exponent = try number(&lexer)
      try lexer.expect("mod")
      let modulus = try number(&lexer)
      guard base > 1, base < modulus, exponent > 0 else {
        throw .unreadable("expected 1 < base < modulus and a positive exponent")
      }
      self = .power(base, exponent: exponent, modulus: modulus)
    default:
      var given: [Congruence] = []
      repeat {
        if !given.isEmpty { try lexer.expect("x") }
        try lexer.expect("=")
        let remainder = try number(&lexer)
        try lexer.expect("mod")
        let modulus = try number(&lexer)
        guard remainder < modulus, given.last.map({ $0.modulus }) ?? 1 < modulus else {
          throw .unreadable(
            "expected remainders below their moduli, smaller moduli first, from 2 on")
        }
        given.append(Congruence(remainder: remainder, modulus: modulus))
      } while given.count < 4 && lexer.take(";")
      guard given.count > 1, given.reduce(1, { $0 * Int128($1.modulus) }) < Self.productLimit else {
        throw .unreadable(
          "expected 2 to 4 congruences, a product of the moduli of 18 digits at most")
      }
      self = .congruences(given)
    }
    try lexer.expectEnd()
  }
}

extension Euclid {
  func checkAnswer(
    _ answer: inout Lexer, to problem: inout Lexer
  ) throws(Rejection) -> String {
    func wrong(_ why: String) -> Rejection { .unreadable(why) }
    switch try EuclidProblem(&problem) {
    case .divisor(let a, let b):
      let found = try answer.natural(digitLimit: 9)
      try answer.expectEnd()
      guard found == Self.divisor(a, b) else { throw wrong("not the greatest common divisor") }
      return String(found)
    case .bezout(let a, let b):
      let s = try answer.natural(digitLimit: 9)
      try answer.expect(",")
      let t = try answer.integer(digitLimit: 9)
      try answer.expectEnd()
      let divisor = Self.divisor(a, b)
      guard s * a + t * b == divisor, s < max(1, b / divisor) else {
        throw wrong("not the coefficients of \(divisor) with the least first one")
      }
      return "\(s),\(t)"
    case .inverse(let a, let modulus):
      if answer.take("none") {
        try answer.expectEnd()
        guard Self.divisor(a, modulus) > 1 else { throw wrong("there is an inverse") }
        return "none"
      }
      let found = try answer.natural(digitLimit: 9)
      try answer.expectEnd()
      guard found < modulus, found * a % modulus == 1 else { throw wrong("not the inverse") }
      return String(found)
    case .power(let base, let exponent, let modulus):
      let found = try answer.natural(digitLimit: 9)
      try answer.expectEnd()
      // From the highest bit down, where a solution goes from the lowest up.
      var value = 1
      for place in stride(from: Int.bitWidth - 1 - exponent.leadingZeroBitCount, through: 0, by: -1)
      {
        value = value * value % modulus
        if exponent >> place & 1 == 1 { value = value * base % modulus }
      }
      guard found == value else { throw wrong("not the power") }
      return String(found)
    case .congruences(let given):
      if answer.take("none") {
        try answer.expectEnd()
        guard Self.contradict(given) else { throw wrong("some number meets all") }
        return "none"
      }
      let found = try answer.natural(digitLimit: 18)
      try answer.expect("mod")
      let modulus = try answer.natural(digitLimit: 18)
      try answer.expectEnd()
      let common = given.reduce(1) { $0 / Self.divisor($0, $1.modulus) * $1.modulus }
      guard modulus == common, found < modulus,
        given.allSatisfy({ found % $0.modulus == $0.remainder })
      else { throw wrong("not the number that meets all") }
      return "\(found) mod \(modulus)"
    }
  }

  /// No number meets congruences if and only if some two of them contradict each other.
  private static func contradict(_ given: [EuclidProblem.Congruence]) -> Bool {
    given.indices.contains { a in
      given[..<a].contains { other in
        (given[a].remainder - other.remainder) % divisor(given[a].modulus, other.modulus) != 0
      }
    }
  }

  /// The greatest common divisor by halving and subtracting (Stein 1967), no division by rows.
  private static func divisor(_ a: Int, _ b: Int) -> Int {
    var (a, b) = (a, b)
    let twos = (a | b).trailingZeroBitCount
    a >>= a.trailingZeroBitCount
    while b != 0 {
      b >>= b.trailingZeroBitCount
      if a > b { swap(&a, &b) }
      b -= a
    }
    return a << twos
  }
}
