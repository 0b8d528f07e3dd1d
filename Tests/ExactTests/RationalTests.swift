import Exact
import Testing

struct `A rational` {
  @Test(arguments: [
    (6, 4, "3/2"), (-6, 4, "-3/2"), (6, -4, "-3/2"), (-6, -4, "3/2"), (0, -5, "0"), (8, 4, "2"),
    (1, 7, "1/7"),
  ])
  func `is reduced with the sign in front`(top: Int, bottom: Int, text: String) throws {
    #expect(try Rational(Int128(top), over: Int128(bottom)).description == text)
  }

  @Test func `with denominator zero does not exist`() {
    #expect(throws: ExactError.divisionByZero(operation: "3/0")) { try Rational(3, over: 0) }
  }

  @Test func `keeps the smallest integer and reports what exceeds it`() throws {
    let least = try Rational(Int128.min, over: 1)
    #expect(least.numerator == Int128.min && least.isInteger)
    #expect(try Rational(Int128.min, over: Int128.min) == .one)
    #expect(try Rational(Int128.min, over: 2).numerator == Int128.min / 2)
    #expect(throws: ExactError.self) { try Rational(Int128.min, over: -1) }
    #expect(throws: ExactError.self) { try Rational(1, over: Int128.min) }
  }

  @Test func `is an integer only with denominator one`() throws {
    #expect(try Rational(12, over: 4).integer == 3)
    #expect(try Rational(12, over: 5).integer == nil)
    #expect(Rational(-7).integer == -7)
  }

  @Test func `equals whatever has the same value`() throws {
    #expect(try Rational(2, over: 6) == Rational(-5, over: -15))
    #expect(try Set([Rational(2, over: 6), Rational(1, over: 3), Rational(1, over: 4)]).count == 2)
  }
}
