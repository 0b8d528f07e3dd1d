/// Where a text can be cut without changing its tokens: between two characters that no merge joins.
///
/// A merge joins the last character of its left token to the first of its right one; nothing else
/// crosses a place between two characters. So if no merge joins these two, each side becomes the
/// same tokens on its own. Texts split into words this way, without any definition of a word.
///
/// Characters are hashed to 1024 classes; a collision can only prevent a cut.
package struct SafeCuts: Sendable {
  /// Bit `right` of row `left`: some merge joins characters of these classes.
  private var joined: [UInt64]
  /// Whether to cut only before visible spaces.
  private let onlyBeforeSpaces: Bool

  private static let classes = 1024
  private static let rowWords = classes / 64
  /// The class of U+2581, the visible space, alone.
  private static let spaceClass = classes - 1

  /// - Parameters:
  ///   - tokens: the bytes that each id stands for.
  ///   - fallbackIds: tokens for single bytes, not for the text that spells them.
  ///   - onlyBeforeSpaces: for models that fuse adjacent characters without a token.
  /// - Returns: `nil` if a merged token stands for no characters, so that its ends are unknown.
  package init?(
    tokens: [[UInt8]], merges: [Merge], fallbackIds: [Int32] = [], onlyBeforeSpaces: Bool = false
  ) {
    let bytes = Set(fallbackIds.filter { $0 >= 0 })
    self.onlyBeforeSpaces = onlyBeforeSpaces
    joined = [UInt64](repeating: 0, count: Self.classes * Self.rowWords)
    for merge in merges {
      guard !bytes.contains(merge.left), !bytes.contains(merge.right),
        let left = Self.last(of: tokens[Int(merge.left)]),
        let right = Self.first(of: tokens[Int(merge.right)])
      else { return nil }
      joined[left * Self.rowWords + right / 64] |= 1 << UInt64(right % 64)
    }
  }

  /// The class and length of the character at `at`; the class of an invalid UTF-8 byte is the byte.
  @inline(__always)
  package static func character(_ bytes: [UInt8], _ at: Int) -> (kind: Int, length: Int) {
    let byte = bytes[at]
    if byte < 0x80 { return (Int(byte), 1) }
    guard let (value, length) = UTF8Scalar.decode(bytes, at) else { return (Int(byte), 1) }
    return (value == 0x2581 ? spaceClass : 128 + Int(value % 895), length)
  }

  /// Whether a piece may end between characters of these classes.
  @inline(__always)
  package func allows(_ left: Int, _ right: Int) -> Bool {
    if onlyBeforeSpaces, right != Self.spaceClass { return false }
    return joined[left * Self.rowWords + right / 64] >> UInt64(right % 64) & 1 == 0
  }

  private static func first(of token: [UInt8]) -> Int? {
    token.isEmpty ? nil : character(token, 0).kind
  }

  private static func last(of token: [UInt8]) -> Int? {
    var at = 0
    var kind: Int?
    while at < token.count {
      let (found, length) = character(token, at)
      kind = found
      at += length
    }
    return kind
  }
}
