/// Cuts bytes into pieces, within which alone tokens are merged.
///
/// The same cuts as the `tokenizers` library's `Sequence[Digits(individual_digits: true),
/// ByteLevel(add_prefix_space: false, use_regex: true)]`: every numeric character is a piece of its
/// own, and what lies between is cut by GPT-2's expression (Radford et al. 2019)
///
///     's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
///
/// for which the text seems to end where a number begins. A byte that is not part of valid UTF-8
/// (Unicode 15, table 3-7) counts as one symbol, so any bytes can be cut.
package enum PreTokenizer {
  /// Where the piece that begins at `start` ends; linear in its length.
  ///
  /// - Precondition: `start < bytes.count`, and a piece ended there.
  @inline(__always)
  package static func end(of bytes: [UInt8], from start: Int) -> Int {
    let (first, length) = scalar(bytes, start)
    let next = start + length
    switch first {
    case .number: return next
    case .letter: return endOfRun(.letter, bytes, next)
    case .other:
      if bytes[start] == UInt8(ascii: "'"), let end = endOfContraction(bytes, next) { return end }
      return endOfRun(.other, bytes, next)
    case .space:
      if bytes[start] == 0x20, next < bytes.count {
        let (second, length) = scalar(bytes, next)
        if second == .letter || second == .other {
          return endOfRun(second, bytes, next + length)
        }
      }
      return endOfSpace(bytes, start, next)
    }
  }

  /// All pieces, as the ends of each.
  package static func ends(of bytes: [UInt8]) -> [Int] {
    var ends: [Int] = []
    var at = 0
    while at < bytes.count {
      at = end(of: bytes, from: at)
      ends.append(at)
    }
    return ends
  }

  @inline(__always)
  private static func endOfRun(_ kind: ScalarClass, _ bytes: [UInt8], _ start: Int) -> Int {
    var at = start
    while at < bytes.count {
      let (found, length) = scalar(bytes, at)
      if found != kind { break }
      at += length
    }
    return at
  }

  /// White space leaves its last character to the word or symbol that follows, if it has another.
  private static func endOfSpace(_ bytes: [UInt8], _ start: Int, _ next: Int) -> Int {
    var last = start
    var at = next
    while at < bytes.count {
      let (found, length) = scalar(bytes, at)
      if found == .number { return at }
      if found != .space { return last == start ? at : last }
      last = at
      at += length
    }
    return at
  }

  /// `'s 't 'm 'd 're 've 'll`; `start` is after the apostrophe.
  private static func endOfContraction(_ bytes: [UInt8], _ start: Int) -> Int? {
    guard start < bytes.count else { return nil }
    let first = bytes[start]
    switch first {
    case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"):
      return start + 1
    case UInt8(ascii: "r"), UInt8(ascii: "v"), UInt8(ascii: "l"):
      let second = first == UInt8(ascii: "l") ? first : UInt8(ascii: "e")
      return start + 1 < bytes.count && bytes[start + 1] == second ? start + 2 : nil
    default: return nil
    }
  }

  /// Class and length in bytes of what stands at `at`.
  @inline(__always)
  private static func scalar(_ bytes: [UInt8], _ at: Int) -> (ScalarClass, Int) {
    let byte = bytes[at]
    return byte < 0x80 ? (ScalarClass(ascii: byte), 1) : wideScalar(bytes, at)
  }

  private static func wideScalar(_ bytes: [UInt8], _ at: Int) -> (ScalarClass, Int) {
    let first = bytes[at]
    let length: Int
    // The second byte's legal range excludes overlong forms, surrogates and what is past U+10FFFF.
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch first {
    case 0xC2...0xDF: length = 2
    case 0xE0: (length, second) = (3, 0xA0...0xBF)
    case 0xED: (length, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: length = 3
    case 0xF0: (length, second) = (4, 0x90...0xBF)
    case 0xF1...0xF3: length = 4
    case 0xF4: (length, second) = (4, 0x80...0x8F)
    default: return (.other, 1)
    }
    guard at + length <= bytes.count, second.contains(bytes[at + 1]) else { return (.other, 1) }
    var scalar = UInt32(first) & (0x7F >> UInt32(length))
    for i in 1..<length {
      let byte = bytes[at + i]
      guard byte & 0xC0 == 0x80 else { return (.other, 1) }
      scalar = scalar << 6 | UInt32(byte & 0x3F)
    }
    return (ScalarClass(beyondASCII: scalar), length)
  }
}
