import Exact
import GeometryProofs
import Testing

struct `The finite field of the checker` {
  private func power(_ base: Residue, _ exponent: UInt64) -> Residue {
    var (result, base, rest) = (Residue(1), base, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result = result * base }
      base = base * base
      rest >>= 1
    }
    return result
  }

  /// A composite modulus has divisors of 0, and then "0 = 0" would prove anything. Miller and
  /// Rabin's test with these twelve bases is exact below 2^64 (Sorenson, Webster 2015).
  @Test(arguments: [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37])
  func `has a prime modulus`(base: Int) {
    let p = Residue.prime
    #expect(p == (1 << 61) - 465 && p % 24 == 23)
    // p - 1 is twice an odd number, so one power decides.
    let root = power(Residue(base), (p - 1) / 2)
    #expect(root == Residue(1) || root == Residue(-1))
  }

  @Test func `has roots of 2 and 3 and none of -1`() throws {
    for square in [2, 3, 4, 6, 9] {
      let root = try #require(Residue(square).root)
      #expect(root * root == Residue(square))
    }
    #expect(Residue(-1).root == nil && Residue(-3).root == nil)
  }

  @Test func `computes with fractions and signs as the rationals do`() throws {
    for (a, b) in [(1, 2), (-3, 7), (123_456_789, 987_654_321), (-1, 1)] {
      let q = Residue(try Rational(Int128(a), over: Int128(b)))
      #expect(q * Residue(b) == Residue(a) && q - q == Residue(0) && q + -q == Residue(0))
      #expect(Residue(a) / Residue(b) == q)
    }
  }

  /// The angle of 15 degrees, turned 24 times, comes back; 30, 45 and 60 have their known sines.
  @Test func `knows the angles of fifteen degrees and no others`() throws {
    for k in -30...30 {
      let turn = try #require(Residue.cosineAndSine(try Rational(Int128(k), over: 12)))
      #expect(turn.cosine * turn.cosine + turn.sine * turn.sine == Residue(1))
      let twice = try #require(Residue.cosineAndSine(try Rational(Int128(k), over: 6)))
      #expect(Residue(2) * turn.cosine * turn.sine == twice.sine)
    }
    let third = try #require(Residue.cosineAndSine(try Rational(1, over: 3)))
    #expect(Residue(2) * third.cosine == Residue(1))
    let quarter = try #require(Residue.cosineAndSine(try Rational(1, over: 4)))
    #expect(quarter.cosine == quarter.sine)
    #expect(Residue.cosineAndSine(try Rational(1, over: 7)) == nil)
  }
}
