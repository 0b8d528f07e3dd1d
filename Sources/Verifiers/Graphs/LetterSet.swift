/// A set of letters A to Z, gone through by the alphabet.
struct LetterSet: Equatable, Sequence, IteratorProtocol {
  private var bits: UInt32 = 0

  var isEmpty: Bool { bits == 0 }
  var count: Int { bits.nonzeroBitCount }

  func contains(_ letter: UInt8) -> Bool { bits & Self.bit(letter) != 0 }

  mutating func insert(_ letter: UInt8) { bits |= Self.bit(letter) }

  mutating func formUnion(_ other: Self) { bits |= other.bits }

  func isSubset(of other: Self) -> Bool { bits & ~other.bits == 0 }

  static func & (first: Self, second: Self) -> Self {
    var both = first
    both.bits &= second.bits
    return both
  }

  static func - (first: Self, second: Self) -> Self {
    var rest = first
    rest.bits &= ~second.bits
    return rest
  }

  mutating func next() -> UInt8? {
    guard bits != 0 else { return nil }
    let letter = UInt8(ascii: "A") + UInt8(bits.trailingZeroBitCount)
    bits &= bits - 1
    return letter
  }

  private static func bit(_ letter: UInt8) -> UInt32 { 1 << UInt32(letter - UInt8(ascii: "A")) }
}
