/// The class of a scalar in the expressions that cut text: `\p{L}` and its parts, `\p{M}`, `\p{N}`,
/// `\s`.
///
/// Frozen in a table, like `ScalarClass`; this table matches the library's expressions, which use
/// an older version of Unicode than its `Digits`.
package enum ScalarCategory: UInt8 {
  /// Punctuation, symbols, controls, and each byte that is not part of valid UTF-8.
  case other = 0
  /// Lu, Lt.
  case upper = 1
  /// Ll.
  case lower = 2
  /// Lm, Lo: letters without case.
  case letter = 3
  /// M.
  case mark = 4
  /// N.
  case number = 5
  /// White space.
  case space = 6

  /// `\p{L}`.
  @inline(__always)
  package var isLetter: Bool { rawValue &- 1 < 3 }

  /// The category of a byte below 128.
  @inline(__always)
  package init(ascii byte: UInt8) {
    if byte &- 0x61 < 26 {
      self = .lower
    } else if byte &- 0x41 < 26 {
      self = .upper
    } else if byte &- 0x30 < 10 {
      self = .number
    } else if byte == 0x20 || byte &- 0x09 < 5 {
      self = .space
    } else {
      self = .other
    }
  }

  /// The category of a Unicode scalar.
  package init(_ scalar: UInt32) {
    self = ScalarCategory(rawValue: Self.pages[scalar]) ?? .other
  }

  private static let pages = ScalarPages(runs, valueBits: 3)

  /// Category and length in bytes of the character at `at`.
  @inline(__always)
  package static func at(_ bytes: [UInt8], _ at: Int) -> (ScalarCategory, Int) {
    let byte = bytes[at]
    return byte < 0x80 ? (ScalarCategory(ascii: byte), 1) : wide(bytes, at)
  }

  private static func wide(_ bytes: [UInt8], _ at: Int) -> (ScalarCategory, Int) {
    guard let (scalar, length) = UTF8Scalar.decode(bytes, at) else { return (.other, 1) }
    return (ScalarCategory(scalar), length)
  }
}

/// One byte per scalar, in pages of 256; equal pages are stored once.
struct ScalarPages: Sendable {
  private var pageOf: [UInt16] = []
  private var values: [UInt8] = []

  /// - Parameter runs: ascending, from scalar 0 on: first scalar << valueBits | value.
  init(_ runs: [UInt32], valueBits: UInt32) {
    let mask = UInt32(1) << valueBits - 1
    var known: [[UInt8]: UInt16] = [:]
    var run = 0
    var page = [UInt8](repeating: 0, count: 256)
    for first in stride(from: UInt32(0), to: 0x110000, by: 256) {
      for i in 0..<256 {
        while run + 1 < runs.count, runs[run + 1] >> valueBits <= first + UInt32(i) { run += 1 }
        page[i] = UInt8(truncatingIfNeeded: runs[run] & mask)
      }
      let number = known[page] ?? UInt16(known.count)
      if Int(number) == known.count {
        known[page] = number
        values += page
      }
      pageOf.append(number)
    }
  }

  /// - Precondition: a valid scalar, at most U+10FFFF.
  @inline(__always)
  subscript(scalar: UInt32) -> UInt8 {
    values[Int(pageOf[Int(scalar >> 8)]) << 8 | Int(scalar & 255)]
  }
}
