/// An exact fraction of 128-bit integers, always reduced.
///
///     value = numerator / denominator,  denominator > 0,  gcd(|numerator|, denominator) = 1
///
/// So equal values have equal parts, and `==` and `hash` compare parts. No operation traps or
/// rounds: if the result does not fit, it throws `ExactError.overflow`.
public struct Rational: Hashable, Sendable {
  /// Carries the sign.
  public let numerator: Int128
  /// Positive.
  public let denominator: Int128

  /// The integer `value`.
  public init(_ value: Int128) { self.init(reduced: value, over: 1) }

  /// The integer `value`.
  public init(_ value: Int) { self.init(reduced: Int128(value), over: 1) }

  /// `numerator / denominator`, reduced, with the sign in the numerator.
  ///
  /// - Throws: `divisionByZero` for denominator 0; `overflow` where a reduced part is 2^127,
  ///   which only `Int128.min` as an argument can cause.
  public init(_ numerator: Int128, over denominator: Int128) throws(ExactError) {
    guard denominator != 0 else {
      throw .divisionByZero(operation: "\(numerator)/\(denominator)")
    }
    let divisor = Self.greatestCommonDivisor(numerator.magnitude, denominator.magnitude)
    let isNegative = (numerator < 0) != (denominator < 0)
    guard
      let top = Self.signed(numerator.magnitude / divisor, isNegative: isNegative),
      let bottom = Int128(exactly: denominator.magnitude / divisor)
    else {
      throw .overflow(operation: "\(numerator)/\(denominator)")
    }
    self.init(reduced: top, over: bottom)
  }

  /// Parts that already satisfy the type's invariant.
  init(reduced numerator: Int128, over denominator: Int128) {
    self.numerator = numerator
    self.denominator = denominator
  }

  /// 0.
  public static let zero = Rational(reduced: 0, over: 1)
  /// 1.
  public static let one = Rational(reduced: 1, over: 1)

  /// Whether the value is a whole number.
  public var isInteger: Bool { denominator == 1 }

  /// The value if it is a whole number.
  public var integer: Int128? { isInteger ? numerator : nil }

  /// Euclid's algorithm on magnitudes; `gcd(0, n) = n`, and 0 only for two zeros.
  static func greatestCommonDivisor(_ a: UInt128, _ b: UInt128) -> UInt128 {
    var (a, b) = (a, b)
    while b != 0 { (a, b) = (b, a % b) }
    return a
  }

  /// `magnitude` with a sign, or nil if it does not fit.
  private static func signed(_ magnitude: UInt128, isNegative: Bool) -> Int128? {
    guard isNegative else { return Int128(exactly: magnitude) }
    if magnitude == Int128.min.magnitude { return Int128.min }
    return Int128(exactly: magnitude).map { -$0 }
  }
}

extension Rational: CustomStringConvertible {
  /// `-7`, `3/4`, `-3/4`: sign in front, no denominator for whole numbers.
  public var description: String {
    isInteger ? "\(numerator)" : "\(numerator)/\(denominator)"
  }
}
