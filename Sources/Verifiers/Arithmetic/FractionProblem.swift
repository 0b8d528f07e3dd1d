/// A fraction as it is written, reduced or not; a whole number where `bottom` is 1.
struct WrittenFraction: Sendable {
  var top: Int128
  var bottom: Int128
  /// The line that states it; 0 for the problem.
  var line = 0

  /// Most digits of a number of a solution: sums of two such numbers fit 128 bits.
  static let digitLimit = 30

  var text: String { bottom == 1 ? "\(top)" : "\(top)/\(bottom)" }

  func isWritten(as other: WrittenFraction?) -> Bool {
    top == other?.top && bottom == other?.bottom
  }

  /// `nil` beyond 128 bits.
  static func product(_ a: Int128, _ b: Int128) -> Int128? {
    let (product, overflow) = a.multipliedReportingOverflow(by: b)
    return overflow ? nil : product
  }

  /// Numerators and denominators multiplied.
  static func * (a: Self, b: Self) -> WrittenFraction? {
    guard let top = product(a.top, b.top), let bottom = product(a.bottom, b.bottom) else {
      return nil
    }
    return WrittenFraction(top: top, bottom: bottom)
  }

  /// Over another denominator; `nil` if that is no multiple of this one, or beyond 128 bits.
  func over(_ common: Int128) -> WrittenFraction? {
    let (factor, rest) = common.quotientAndRemainder(dividingBy: bottom)
    guard rest == 0, let top = Self.product(top, factor) else { return nil }
    return WrittenFraction(top: top, bottom: common)
  }

  /// Numerator and denominator divided; `nil` if they leave something.
  func divided(by divisor: Int128) -> WrittenFraction? {
    guard divisor > 0, top % divisor == 0, bottom % divisor == 0 else { return nil }
    return WrittenFraction(top: top / divisor, bottom: bottom / divisor)
  }

  var inverse: WrittenFraction? {
    top > 0 ? WrittenFraction(top: bottom, bottom: top) : nil
  }

  /// Reads `3`, `-3`, `3/4` or `-3/4`; a denominator is at least 2.
  init(_ line: inout Lexer) throws(Rejection) {
    let isNegative = line.take(mark: UInt8(ascii: "-"))
    let size = try line.wideNatural(digitLimit: Self.digitLimit)
    guard !isNegative || size > 0 else { throw .unreadable("expected no -0") }
    top = isNegative ? -size : size
    bottom = 1
    if line.take(mark: UInt8(ascii: "/")) {
      bottom = try line.wideNatural(digitLimit: Self.digitLimit)
      guard bottom >= 2 else { throw .unreadable("expected a denominator of at least 2") }
    }
  }

  init(top: Int128, bottom: Int128, line: Int = 0) {
    (self.top, self.bottom, self.line) = (top, bottom, line)
  }
}

/// What a problem asks.
struct FractionProblem: Sendable {
  enum Kind { case sum, product, order }

  struct Term {
    /// `nil` for a fraction alone.
    var whole: Int128?
    var fraction: WrittenFraction
    /// `+`, `-`, `*`, `:` or `,`; the first term has none.
    var sign: UInt8 = 0

    /// As one fraction.
    var value: WrittenFraction {
      guard let whole else { return fraction }
      return WrittenFraction(
        top: whole * fraction.bottom + fraction.top, bottom: fraction.bottom)
    }

    init(_ problem: inout Lexer) throws(Rejection) {
      var top = try problem.wideNatural(digitLimit: 2)
      if !problem.isAt(mark: UInt8(ascii: "/")) {
        guard top > 0 else { throw .unreadable("expected a whole part of at least 1") }
        whole = top
        top = try problem.wideNatural(digitLimit: 2)
      }
      try problem.expect(mark: UInt8(ascii: "/"))
      let bottom = try problem.wideNatural(digitLimit: 2)
      guard top > 0, bottom >= 2, whole == nil || top < bottom else {
        throw .unreadable(
          "expected a numerator of at least 1, a denominator of at least 2, and a proper fraction "
            + "after a whole part")
      }
      fraction = WrittenFraction(top: top, bottom: bottom)
    }
  }

  var kind: Kind
  var terms: [Term]

  private static let termLimit = 6

  init(_ problem: inout Lexer) throws(Rejection) {
    let sums = [UInt8(ascii: "+"), UInt8(ascii: "-")]
    let products = [UInt8(ascii: "*"), UInt8(ascii: ":")]
    let isOrder = problem.take("order")
    var signs = isOrder ? [UInt8(ascii: ",")] : sums + products
    terms = [try Term(&problem)]
    repeat {
      let sign = try problem.mark(of: signs)
      guard terms.count < Self.termLimit else {
        throw .unreadable("expected at most \(Self.termLimit) terms, found more")
      }
      // The first sign says which others there may be.
      if terms.count == 1, !isOrder { signs = sums.contains(sign) ? sums : products }
      var term = try Term(&problem)
      term.sign = sign
      terms.append(term)
    } while !problem.isAtEnd
    kind = isOrder ? .order : signs == sums ? .sum : .product
    guard kind != .order || hasDifferentValues else {
      throw .unreadable("expected fractions of different values")
    }
  }

  private var hasDifferentValues: Bool {
    for (place, a) in terms.enumerated() {
      for b in terms[..<place] where Self.precedes(a, b) == Self.precedes(b, a) { return false }
    }
    return true
  }

  private static func precedes(_ a: Term, _ b: Term) -> Bool {
    a.value.top * b.value.bottom < b.value.top * a.value.bottom
  }

  /// The answer, worked out as a whole: numerators and denominators of four digits at most, six of
  /// which multiply within 128 bits.
  var answer: String {
    if kind == .order {
      return terms.sorted(by: Self.precedes).map(\.value.text).joined(separator: "<")
    }
    var (top, bottom) = (terms[0].value.top, terms[0].value.bottom)
    for term in terms.dropFirst() {
      let (p, q) = (term.value.top, term.value.bottom)
      switch term.sign {
      case UInt8(ascii: "+"): (top, bottom) = (top * q + p * bottom, bottom * q)
      case UInt8(ascii: "-"): (top, bottom) = (top * q - p * bottom, bottom * q)
      case UInt8(ascii: "*"): (top, bottom) = (top * p, bottom * q)
      default: (top, bottom) = (top * q, bottom * p)
      }
    }
    var (a, b) = (top.magnitude, bottom.magnitude)
    while b > 0 { (a, b) = (b, a % b) }
    return WrittenFraction(top: top / Int128(a), bottom: bottom / Int128(a)).text
  }
}
