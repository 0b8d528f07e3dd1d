/// A name of 2 to 12 letters without a difference between capital and small ones, five bits for
/// each letter: 1 for a to 26 for z, the first letter highest.
///
/// Different names give different numbers, for no letter is 0.
package struct PackedName: Sendable, Hashable {
  /// The lengths that names have.
  package static let lengths = 2...12

  private let bits: UInt64

  /// Reads a word: a capital or small letter as asked, then small letters.
  ///
  /// - Precondition: `bytes` has the range.
  package init?(_ bytes: [UInt8], in range: Range<Int>, isCapital: Bool) {
    guard Self.lengths.contains(range.count) else { return nil }
    var bits: UInt64 = 0
    for place in range {
      let isFirst = place == range.lowerBound
      let letter = bytes[place] &- (isCapital && isFirst ? UInt8(ascii: "A") : UInt8(ascii: "a"))
      guard letter < 26 else { return nil }
      bits = bits << 5 | UInt64(letter + 1)
    }
    self.bits = bits
  }

  /// In ASCII, with a capital or a small first letter.
  package func bytes(isCapital: Bool) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = bits
    while rest != 0 {
      bytes.append(UInt8(ascii: "a") - 1 + UInt8(rest & 31))
      rest >>= 5
    }
    if isCapital, let first = bytes.popLast() { bytes.append(first - 32) }
    return bytes.reversed()
  }
}
