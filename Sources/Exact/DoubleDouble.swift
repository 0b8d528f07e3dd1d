/// A number of about 106 bits: the unevaluated sum of two doubles, `high + low`.
///
///     |low| <= ulp(high) / 2,  relative error of + - * below 2^-103, of / and root below 2^-100
///
/// Algorithms: Dekker, A floating-point technique for extending the available precision (1971);
/// Knuth, The Art of Computer Programming, volume 2, section 4.2.2. No operation traps: 1/0 and
/// roots of negative numbers are NaN.
@frozen public struct DoubleDouble: Sendable, Hashable {
  /// The value rounded to a double.
  public var high: Double
  /// The value minus `high`.
  public var low: Double

  /// - Precondition: `low` is at most half a unit in the last place of `high`.
  @inlinable public init(high: Double, low: Double) {
    self.high = high
    self.low = low
  }
  /// The value of a double, exactly.
  @inlinable public init(_ value: Double) { self.init(high: value, low: 0) }
  /// An integer, exact below 2^53.
  @inlinable public init(_ value: Int) { self.init(Double(value)) }

  /// The quotient, correctly rounded to about 106 bits while both parts are below 2^106.
  public init(_ value: Rational) {
    self = Self(exactly: value.numerator) / Self(exactly: value.denominator)
  }

  /// A 128-bit integer as a sum of two doubles.
  private init(exactly value: Int128) {
    let high = Double(value)
    guard let back = Int128(exactly: high) else {
      self.init(high)
      return
    }
    self.init(high: high, low: Double(value &- back))
  }

  /// π: the nearest double, and the double nearest to the rest.
  public static let pi = DoubleDouble(high: 0x1.921fb54442d18p1, low: 0x1.1a62633145c07p-53)

  @inlinable static func sum(_ a: Double, _ b: Double) -> DoubleDouble {
    let s = a + b
    let t = s - a
    return DoubleDouble(high: s, low: (a - (s - t)) + (b - t))
  }
  /// `sum` for |a| >= |b|.
  @inlinable static func quickSum(_ a: Double, _ b: Double) -> DoubleDouble {
    let s = a + b
    return DoubleDouble(high: s, low: b - (s - a))
  }
  /// The exact product, by Dekker's splitting: no fused operation, so all processors agree.
  @inlinable static func product(_ a: Double, _ b: Double) -> DoubleDouble {
    let splitter = 134_217_729.0  // 2^27 + 1
    let (p, ta, tb) = (a * b, splitter * a, splitter * b)
    let (ha, hb) = (ta - (ta - a), tb - (tb - b))
    let (la, lb) = (a - ha, b - hb)
    return DoubleDouble(high: p, low: ((ha * hb - p) + ha * lb + la * hb) + la * lb)
  }

  /// The sum, relative error below 2^-103: both pairs of parts are added without loss, then
  /// rounded.
  @inlinable public static func + (a: Self, b: Self) -> Self {
    var s = sum(a.high, b.high)
    let t = sum(a.low, b.low)
    s.low += t.high
    s = quickSum(s.high, s.low)
    s.low += t.low
    return quickSum(s.high, s.low)
  }

  /// The negative, exactly.
  @inlinable public static prefix func - (a: Self) -> Self { Self(high: -a.high, low: -a.low) }
  /// The difference, `a + -b`: relative error below 2^-103.
  @inlinable public static func - (a: Self, b: Self) -> Self { a + -b }
  /// The product, relative error below 2^-103; the product of the two low parts is left out.
  ///
  /// NaN if a factor is above about 2^996: splitting it overflows.
  @inlinable public static func * (a: Self, b: Self) -> Self {
    var p = product(a.high, b.high)
    p.low += a.high * b.low + a.low * b.high
    return quickSum(p.high, p.low)
  }

  /// Relative error below 2^-102: three quotients, each of what the one before left.
  @inlinable public static func / (a: Self, b: Self) -> Self {
    let first = a.high / b.high
    var rest = a - b * Self(first)
    let second = rest.high / b.high
    rest = rest - b * Self(second)
    let third = rest.high / b.high
    let q = quickSum(first, second)
    return q + Self(third)
  }

  /// The square root; NaN below 0.
  @inlinable public func squareRoot() -> Self {
    guard high != 0 else { return Self(0.0) }
    let x = high.squareRoot()
    // One double-double Newton step from a double result doubles its 53 digits.
    let first = Self(x)
    return (first + self / first) * Self(0.5)
  }

  /// The cosine and sine of `halfTurns` half turns, i.e. of `halfTurns * pi`.
  ///
  /// Exact reduction to an eighth of a circle, then the Taylor series.
  public static func cosineAndSine(halfTurns: Rational) -> (cosine: Self, sine: Self) {
    let double = Int128(2)
    // The remainder of numerator modulo 2 * denominator: a full turn is two half turns.
    let (circle, overflow) = halfTurns.denominator.multipliedReportingOverflow(by: double)
    guard !overflow else { return (Self(Double.nan), Self(Double.nan)) }
    var rest = halfTurns.numerator % circle
    if rest < 0 { rest += circle }
    // Quarter turns passed (each is denominator / 2), kept exact by doubling.
    var quarter = 0
    var part = Self(exactly: rest) / Self(exactly: halfTurns.denominator)
    while part.high > 0.25 {
      part = part - Self(0.5)
      quarter += 1
    }
    let x = part * pi
    let square = x * x
    var (cosine, sine, term) = (Self(1), x, Self(1))
    for k in 1..<18 {
      term = -(term * square) / Self((2 * k - 1) * (2 * k))
      cosine = cosine + term
      sine = sine + term * x / Self(2 * k + 1)
    }
    for _ in 0..<(quarter % 4) { (cosine, sine) = (-sine, cosine) }
    return (cosine, sine)
  }
}

extension DoubleDouble: Comparable {
  /// Compares the exact values, by the high parts first; false where either is NaN.
  @inlinable public static func < (a: Self, b: Self) -> Bool {
    a.high < b.high || (a.high == b.high && a.low < b.low)
  }
}
