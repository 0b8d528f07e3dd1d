import Exact
import Testing

/// Layer 3 of the geometry checker stands on these digits.
struct `Double-double numbers` {
  private func error(_ value: DoubleDouble, _ expected: DoubleDouble) -> Double {
    abs((value - expected).high) / max(abs(expected.high), 1)
  }

  /// A root and a quotient that keep only 53 bits pass every test of doubles and fail here.
  @Test(arguments: [2, 3, 5, 7, 10, 1_000_003, 999_999_937])
  func `roots and quotients carry a hundred bits`(n: Int) {
    let value = DoubleDouble(n)
    let root = value.squareRoot()
    #expect(error(root * root, value) < 0x1p-98 * Double(n))
    let third = value / DoubleDouble(3)
    #expect(error(third * DoubleDouble(3), value) < 0x1p-98)
    #expect(third.low != 0 || n % 3 == 0)
  }

  /// cos and sin of 30 degrees are 1/2 and root 3 halves; any wrong quadrant shows at once.
  @Test func `the circle is right in every quadrant`() throws {
    for k in -24...48 {
      let (c, s) = DoubleDouble.cosineAndSine(halfTurns: try Rational(Int128(k), over: 12))
      #expect(error(c * c + s * s, DoubleDouble(1)) < 1e-30)
      let (c2, s2) = DoubleDouble.cosineAndSine(halfTurns: try Rational(Int128(k), over: 6))
      #expect(error(c * c - s * s, c2) < 1e-30)
      #expect(error(DoubleDouble(2) * c * s, s2) < 1e-30)
    }
    let (c, s) = DoubleDouble.cosineAndSine(halfTurns: try Rational(1, over: 6))
    #expect(error(s, DoubleDouble(0.5)) < 1e-31)
    #expect(error(c, DoubleDouble(3).squareRoot() / DoubleDouble(2)) < 1e-31)
  }

  @Test func `a rational keeps what a double drops`() throws {
    let third = DoubleDouble(try Rational(1, over: 3))
    #expect(error(third * DoubleDouble(3), DoubleDouble(1)) < 1e-31)
    let big = DoubleDouble(Rational(Int128(1) << 80 + 1))
    #expect((big - DoubleDouble(Rational(Int128(1) << 80))).high == 1)
  }
}
