/// What a problem of `polynomial` asks, and answers alone.
enum PolynomialProblem {
  case expand([Int], [Int])
  case divide([Int], shift: Int)
  case factor([Int])

  /// Coefficients of a problem have at most 3 digits: its rows then stay below 18.
  private static let digitLimit = 3
  /// First coefficients of what is factored, for the same reason.
  private static let leadingLimit = 99

  init(_ lexer: inout Lexer) throws(Rejection) {
    switch try lexer.one(of: ["expand", "divide", "factor"]) {
    case "expand":
      try lexer.expect("(")
      let a = try PolynomialText.read(&lexer, digitLimit: Self.digitLimit)
      try lexer.expect(all: [")", "*", "("])
      let b = try PolynomialText.read(&lexer, digitLimit: Self.digitLimit)
      try lexer.expect(")")
      guard 2...7 ~= a.count, 2...7 ~= b.count, a.count <= b.count else {
        throw .unreadable("expected factors of degree 1 to 6, the second not of lower degree")
      }
      self = .expand(a, b)
    case "divide":
      let a = try PolynomialText.read(&lexer, digitLimit: Self.digitLimit)
      try lexer.expect("by")
      let b = try PolynomialText.read(&lexer, digitLimit: 2)
      guard 2...7 ~= a.count, b.count == 2, b[1] == 1 else {
        throw .unreadable("expected a dividend of degree 1 to 6 and a divisor x-r")
      }
      self = .divide(a, shift: -b[0])
    default:
      let a = try PolynomialText.read(&lexer, digitLimit: Self.digitLimit)
      guard 3...6 ~= a.count, 1...Self.leadingLimit ~= a[a.count - 1], a[0] != 0,
        (2...Self.leadingLimit).allSatisfy({ divisor in a.contains { $0 % divisor != 0 } })
      else {
        throw .unreadable(
          "expected a degree of 2 to 5, a first coefficient of 1 to \(Self.leadingLimit), a constant "
            + "that is not 0, and no common factor")
      }
      self = .factor(a)
    }
    try lexer.expectEnd()
  }
}

extension Polynomial {
  /// Polynomials are compared by their values at more points than their degree.
  func checkAnswer(
    _ answer: inout Lexer, to problem: inout Lexer
  ) throws(Rejection) -> String {
    func isEqual(_ points: Int, _ left: (Int) -> Int128, _ right: (Int) -> Int128) -> Bool {
      (-points...points).allSatisfy { left($0) == right($0) }
    }
    let value = PolynomialText.value
    switch try PolynomialProblem(&problem) {
    case .expand(let a, let b):
      let found = try PolynomialText.read(&answer, digitLimit: 9)
      try answer.expectEnd()
      guard
        isEqual(
          PolynomialText.degreeLimit, { value(a, $0) * value(b, $0) }, { value(found, $0) })
      else { throw .unreadable("the product is another polynomial") }
      return PolynomialText.text(found)
    case .divide(let a, let shift):
      let quotient = try PolynomialText.read(&answer, digitLimit: 18)
      try answer.expect("rem")
      let rest = try answer.integer(digitLimit: 18)
      try answer.expectEnd()
      guard quotient.count < a.count,
        isEqual(
          PolynomialText.degreeLimit, { value(a, $0) },
          { Int128($0 - shift) &* value(quotient, $0) &+ Int128(rest) })
      else { throw .unreadable("divisor times quotient plus remainder is another polynomial") }
      return "\(PolynomialText.text(quotient)) rem \(rest)"
    case .factor(let a):
      var roots: [RootSearch.Ratio] = []
      var rest: [[Int]] = []
      repeat {
        try answer.expect("(")
        let factor = try PolynomialText.read(&answer, digitLimit: 9)
        try answer.expect(")")
        guard factor.count > 1, factor[factor.count - 1] > 0, rest.isEmpty, roots.count < 6 else {
          throw .unreadable("expected linear factors, then at most one other")
        }
        if factor.count > 2 {
          rest.append(factor)
          continue
        }
        // Larger ones could not divide, and their product might leave 128 bits.
        guard factor.allSatisfy({ $0.magnitude < 1000 }), RootSearch.isReduced(factor[0], factor[1])
        else { throw .unreadable("expected a linear factor of numbers without a common factor") }
        roots.append(RootSearch.Ratio(top: -factor[0], bottom: factor[1]))
      } while answer.take("*")
      try answer.expectEnd()
      let factors = roots.map { [-$0.top, $0.bottom] } + rest
      guard roots == RootSearch.falling(roots),
        factors.reduce(0, { $0 + $1.count - 1 }) == a.count - 1,
        isEqual(
          a.count, { value(a, $0) }, { x in factors.reduce(1) { $0 &* value($1, x) } })
      else { throw .unreadable("the product of the factors is another polynomial") }
      guard rest.allSatisfy({ !Self.hasRoot($0) }) else {
        throw .unreadable("the last factor has a root that is a fraction or a whole number")
      }
      return RootSearch.answer(roots: roots, rest: rest)
    }
  }

  /// Whether p/q is a root for any p up to the constant and any q up to the first coefficient, both
  /// of a factor of a problem: the values are tried, divisors or not.
  private static func hasRoot(_ factor: [Int]) -> Bool {
    guard let last = factor.last else { return false }
    let (tops, bottoms) = (min(factor[0].magnitude, 999), min(last.magnitude, 99))
    return (1...max(1, Int(bottoms))).contains { bottom in
      (-Int(tops)...Int(tops)).contains { top in
        var (value, power) = (Int128(0), Int128(1))
        for coefficient in factor.reversed() {
          value = value * Int128(top) + Int128(coefficient) * power
          power *= Int128(bottom)
        }
        return value == 0
      }
    }
  }
}
