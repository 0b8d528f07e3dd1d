/// Arithmetic modulo the Mersenne prime 2^61 - 1: one word per coefficient, no growth.
///
/// The closure only asks whether linear forms vanish. A form with rational coefficients that
/// vanishes over the rationals vanishes modulo p; the converse fails with probability about 2^-61
/// per question, and what is printed is lifted to the rationals and checked there again.
package enum PrimeField {
  /// A residue below `prime`.
  package typealias Element = UInt64

  /// 2^61 - 1.
  package static let prime: UInt64 = (1 << 61) - 1

  /// Modulo p.
  @inline(__always)
  package static func add(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let sum = a &+ b
    return sum >= prime ? sum &- prime : sum
  }

  /// Modulo p.
  @inline(__always)
  package static func subtract(_ a: UInt64, _ b: UInt64) -> UInt64 {
    a >= b ? a &- b : a &+ prime &- b
  }

  /// Modulo p.
  @inline(__always)
  package static func negate(_ a: UInt64) -> UInt64 { a == 0 ? 0 : prime &- a }

  /// Modulo p.
  @inline(__always)
  package static func multiply(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let product = a.multipliedFullWidth(by: b)
    // 2^64 = 8 and 2^61 = 1 modulo p.
    let sum = (product.low & prime) &+ (product.low >> 61 | product.high << 3)
    return sum >= prime ? sum &- prime : sum
  }

  /// The residue of a whole number.
  @inline(__always)
  package static func element(_ value: Int) -> UInt64 {
    value >= 0 ? UInt64(value) % prime : negate(UInt64(-value) % prime)
  }

  /// The residue of a fraction whose denominator p does not divide.
  package static func element(_ numerator: Int, over denominator: Int) -> UInt64 {
    denominator == 1
      ? element(numerator) : multiply(element(numerator), inverse(element(denominator)))
  }

  /// `1 / a` by Fermat; 0 for 0.
  package static func inverse(_ a: UInt64) -> UInt64 {
    if a == 1 { return 1 }
    if a == prime &- 1 { return a }
    var result: UInt64 = 1
    var base = a
    var exponent = prime &- 2
    while exponent > 0 {
      if exponent & 1 == 1 { result = multiply(result, base) }
      base = multiply(base, base)
      exponent >>= 1
    }
    return result
  }

  /// The fraction with the smallest parts that `a` is the residue of (Wang 1981), if one has parts
  /// below 2^30.
  package static func fraction(_ a: UInt64) -> (numerator: Int, denominator: Int)? {
    var (r0, r1) = (Int64(prime), Int64(a))
    var (t0, t1): (Int64, Int64) = (0, 1)
    let bound: Int64 = 1 << 30
    while r1 >= bound {
      let q = r0 / r1
      (r0, r1) = (r1, r0 - q * r1)
      (t0, t1) = (t1, t0 - q * t1)
    }
    guard t1 != 0, abs(t1) < bound else { return nil }
    return t1 < 0 ? (Int(-r1), Int(-t1)) : (Int(r1), Int(t1))
  }
}
