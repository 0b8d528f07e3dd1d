import Exact
import Testing

struct `Rational arithmetic` {
  /// Cross multiplication of small fractions is an independent witness for every operation.
  @Test func `agrees with cross multiplication on all small fractions`() throws {
    var pairs = 0
    for a in -6...6 {
      for b in 1...6 {
        for c in -6...6 {
          for d in 1...6 {
            let (x, y) = (try fraction(a, b), try fraction(c, d))
            #expect(try x + y == fraction(a * d + c * b, b * d))
            #expect(try x - y == fraction(a * d - c * b, b * d))
            #expect(try x * y == fraction(a * c, b * d))
            if c != 0 { #expect(try x / y == fraction(a * d, b * c)) }
            #expect((x < y) == (a * d < c * b))
            pairs += 1
          }
        }
      }
    }
    #expect(pairs == 13 * 6 * 13 * 6)
  }

  @Test func `keeps results reduced`() throws {
    let sum = try fraction(1, 6) + fraction(1, 10)
    #expect(sum.numerator == 4 && sum.denominator == 15)
  }

  @Test func `reports overflow instead of trapping`() throws {
    let most = Rational(Int128.max)
    let tiny = try Rational(1, over: Int128.max)
    #expect(throws: ExactError.self) { try most + .one }
    #expect(throws: ExactError.self) { try Rational(Int128.min) - .one }
    #expect(throws: ExactError.self) { try -Rational(Int128.min) }
    #expect(throws: ExactError.self) { try most * Rational(2) }
    #expect(throws: ExactError.self) { try most / fraction(1, 2) }
    #expect(throws: ExactError.self) { try tiny / Rational(2) }
    #expect(throws: ExactError.self) { try tiny + fraction(1, 2) }
    #expect(throws: ExactError.self) { try Rational.one / .zero }
  }

  @Test func `cancels before it multiplies`() throws {
    let most = Rational(Int128.max)
    #expect(try most * (try Rational(1, over: Int128.max)) == .one)
    #expect(try most / most == .one)
    #expect(try most - most == .zero)
  }

  @Test func `orders values whose cross products exceed 128 bits`() throws {
    let a = try Rational(Int128.max, over: Int128.max - 1)
    let b = try Rational(Int128.max - 1, over: Int128.max - 2)
    #expect(a < b && !(b < a) && !(a < a))
    #expect(try Rational(Int128.min) < Rational(Int128.min + 1, over: 1))
    #expect(try -b < -a)
  }

  private func fraction(_ top: Int, _ bottom: Int) throws -> Rational {
    try Rational(Int128(top), over: Int128(bottom))
  }
}
