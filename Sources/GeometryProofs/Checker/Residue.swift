package import Exact

/// A number of the prime field of p = 2^61 - 465, which is 23 modulo 24.
///
/// So 2 and 3 have square roots here (and every angle of 15 degrees its cosine), -1 has none (no
/// vector but 0 is perpendicular to itself), and a root is one power: a^((p + 1) / 4). There is no
/// rounding: an identity of degree d that is false holds at random points with probability d / p.
package struct Residue: Scalar, Hashable {
  /// 2^61 - 465.
  package static let prime: UInt64 = 2_305_843_009_213_693_487
  /// Below `prime`.
  package let value: UInt64

  private init(reduced value: UInt64) { self.value = value }
  /// Any 64 bits, reduced.
  package init(bits: UInt64) { value = bits % Self.prime }
  /// The residue of a whole number.
  package init(_ value: Int) {
    let magnitude = Residue(bits: UInt64(value.magnitude))
    self = value < 0 ? -magnitude : magnitude
  }
  /// The quotient; 0 for a denominator that the prime divides, which no text's number has.
  package init(_ value: Rational) {
    func residue(_ number: Int128) -> Residue {
      let rest = Residue(reduced: UInt64(number.magnitude % UInt128(Self.prime)))
      return number < 0 ? -rest : rest
    }
    self = residue(value.numerator) / residue(value.denominator)
  }

  /// The sum.
  package static func + (a: Self, b: Self) -> Self {
    let sum = a.value + b.value
    return Self(reduced: sum >= prime ? sum - prime : sum)
  }
  /// The additive inverse.
  package static prefix func - (a: Self) -> Self {
    Self(reduced: a.value == 0 ? 0 : prime - a.value)
  }
  /// The difference.
  package static func - (a: Self, b: Self) -> Self { a + -b }
  /// The product.
  package static func * (a: Self, b: Self) -> Self {
    Self(reduced: prime.dividingFullWidth(a.value.multipliedFullWidth(by: b.value)).remainder)
  }
  /// 0 for a divisor of 0: callers test first, or the result fails every later test.
  package static func / (a: Self, b: Self) -> Self { a * b.power(prime - 2) }

  private func power(_ exponent: UInt64) -> Self {
    var (result, base, rest) = (Self(reduced: 1), self, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result = result * base }
      base = base * base
      rest >>= 1
    }
    return result
  }

  /// One of the two roots, if the number is a square.
  package var root: Self? {
    let candidate = power((Self.prime + 1) / 4)
    return candidate * candidate == self ? candidate : nil
  }
  /// A finite field has no order.
  package var approximation: Double? { nil }

  /// Powers of the turn by 15 degrees; no other angle.
  package static func cosineAndSine(_ halfTurns: Rational) -> (cosine: Self, sine: Self)? {
    guard let steps = (try? halfTurns * Rational(12))?.integer, let (half, turn) = unit else {
      return nil
    }
    let count = Int((steps % 24 + 24) % 24)
    var z = Position(half + half, Self(0))
    for _ in 0..<count { z = z * turn }
    return (z.x, z.y)
  }

  /// 1/2, and cos 15 + i sin 15 as the quotient of the turns by 45 and by 30 degrees.
  private static let unit: (half: Self, turn: Position<Self>)? = {
    guard let two = Residue(2).root, let three = Residue(3).root else { return nil }
    let half = Residue(1) / Residue(2)
    let eighth = Position(two * half, two * half)
    let twelfth = Position(three * half, -half)
    return (half, eighth * twelfth)
  }()
}
