import Geometry
import Randomness
import Testing

struct `The prime field` {
  private static let edges: [UInt64] = [
    0, 1, 2, PrimeField.prime - 1, PrimeField.prime - 2, 1 << 60, (1 << 60) + 1, 1 << 32,
  ]

  /// Folding a product of 122 bits must give what long division gives.
  @Test func `multiplies as 128-bit remainders do`() {
    var random = Seed(1).stream()
    var values = Self.edges
    for _ in 0..<200 { values.append(random.next() % PrimeField.prime) }
    for a in values {
      for b in values {
        let expected = UInt64((UInt128(a) * UInt128(b)) % UInt128(PrimeField.prime))
        #expect(PrimeField.multiply(a, b) == expected)
      }
    }
  }

  @Test func `inverts all but zero`() {
    for a in Self.edges where a != 0 { #expect(PrimeField.multiply(a, PrimeField.inverse(a)) == 1) }
    #expect(PrimeField.inverse(0) == 0)
  }

  /// A certificate's factors are read back from residues: each small fraction must return.
  @Test func `lifts residues of small fractions`() throws {
    for numerator in -40...40 {
      for denominator in [1, 2, 3, 4, 7, 12, 360] {
        let residue = PrimeField.element(numerator, over: denominator)
        let fraction = try #require(PrimeField.fraction(residue))
        #expect(fraction.numerator * denominator == numerator * fraction.denominator)
        #expect(fraction.denominator > 0)
      }
    }
  }
}
