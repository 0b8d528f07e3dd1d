/// Cuts bytes into pieces; tokens are merged only within a piece.
///
/// Cuts like the `tokenizers` library's `Sequence[Digits(individual_digits: true),
/// ByteLevel(add_prefix_space: false, use_regex: true)]`: every numeric character is a piece of its
/// own, and the text in between is cut by GPT-2's expression (Radford et al. 2019)
///
///     's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
///
/// which sees the end of the text where a number begins. A byte that is not part of valid UTF-8
/// (Unicode 15, table 3-7) counts as one symbol, so any bytes can be cut.
package enum PreTokenizer {
  /// End of the piece that begins at `start`; linear in its length.
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

  /// The ends of all pieces.
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

  /// White space leaves its last character to the following word or symbol, unless it has only one.
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

  /// Whether a numeric character stands at `at`, and its length in bytes.
  static func numeral(_ bytes: [UInt8], _ at: Int) -> (isNumeral: Bool, length: Int) {
    let (found, length) = scalar(bytes, at)
    return (found == .number, length)
  }

  /// Class and length in bytes of the character at `at`.
  @inline(__always)
  private static func scalar(_ bytes: [UInt8], _ at: Int) -> (ScalarClass, Int) {
    let byte = bytes[at]
    return byte < 0x80 ? (ScalarClass(ascii: byte), 1) : wideScalar(bytes, at)
  }

  private static func wideScalar(_ bytes: [UInt8], _ at: Int) -> (ScalarClass, Int) {
    guard let (scalar, length) = UTF8Scalar.decode(bytes, at) else { return (.other, 1) }
    return (ScalarClass(beyondASCII: scalar), length)
  }
}
