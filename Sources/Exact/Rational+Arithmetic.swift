// Arithmetic after Knuth, The Art of Computer Programming, volume 2, section 4.5.1: common
// factors are removed before multiplying, so products overflow only if the result does.
extension Rational {
  /// `a + b`.
  ///
  /// - Throws: `overflow` where the sum, or the sum over the common denominator, does not fit.
  public static func + (a: Rational, b: Rational) throws(ExactError) -> Rational {
    func name() -> String { "(\(a)) + (\(b))" }
    let shared = try narrow(
      greatestCommonDivisor(a.denominator.magnitude, b.denominator.magnitude), name())
    let left = try product(a.numerator, b.denominator / shared, name())
    let right = try product(b.numerator, a.denominator / shared, name())
    let (top, overflow) = left.addingReportingOverflow(right)
    guard !overflow else { throw .overflow(operation: name()) }
    let rest = try narrow(
      greatestCommonDivisor(top.magnitude, shared.magnitude), name())
    return Rational(
      reduced: top / rest,
      over: try product(a.denominator / shared, b.denominator / rest, name()))
  }

  /// `a - b`.
  ///
  /// - Throws: `overflow` as for a sum, and where `-b` does not fit.
  public static func - (a: Rational, b: Rational) throws(ExactError) -> Rational {
    try a + (try -b)
  }

  /// `-a`.
  ///
  /// - Throws: `overflow` only for a numerator of -2^127.
  public static prefix func - (a: Rational) throws(ExactError) -> Rational {
    let (top, overflow) = Int128(0).subtractingReportingOverflow(a.numerator)
    guard !overflow else { throw .overflow(operation: "-(\(a))") }
    return Rational(reduced: top, over: a.denominator)
  }

  /// `a * b`.
  ///
  /// - Throws: `overflow` exactly where the reduced product does not fit.
  public static func * (a: Rational, b: Rational) throws(ExactError) -> Rational {
    func name() -> String { "(\(a)) * (\(b))" }
    let first = try narrow(
      greatestCommonDivisor(a.numerator.magnitude, b.denominator.magnitude), name())
    let second = try narrow(
      greatestCommonDivisor(b.numerator.magnitude, a.denominator.magnitude), name())
    return Rational(
      reduced: try product(a.numerator / first, b.numerator / second, name()),
      over: try product(a.denominator / second, b.denominator / first, name()))
  }

  /// `a / b`.
  ///
  /// - Throws: `divisionByZero` for b = 0; `overflow` where the quotient does not fit.
  public static func / (a: Rational, b: Rational) throws(ExactError) -> Rational {
    guard b.numerator != 0 else { throw .divisionByZero(operation: "(\(a)) / (\(b))") }
    return try a * Rational(b.denominator, over: b.numerator)
  }

  private static func product(
    _ a: Int128, _ b: Int128, _ operation: @autoclosure () -> String
  ) throws(ExactError) -> Int128 {
    let (value, overflow) = a.multipliedReportingOverflow(by: b)
    guard !overflow else { throw .overflow(operation: operation()) }
    return value
  }

  private static func narrow(
    _ magnitude: UInt128, _ operation: @autoclosure () -> String
  ) throws(ExactError) -> Int128 {
    guard let value = Int128(exactly: magnitude) else { throw .overflow(operation: operation()) }
    return value
  }
}

extension Rational: Comparable {
  /// `a < b`, exact for all values: the cross products are 256 bits wide.
  public static func < (a: Rational, b: Rational) -> Bool {
    let left = a.numerator.multipliedFullWidth(by: b.denominator)
    let right = b.numerator.multipliedFullWidth(by: a.denominator)
    return (left.high, left.low) < (right.high, right.low)
  }
}
