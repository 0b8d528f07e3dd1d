/// Where a text can be cut without changing its tokens: between two characters that no merge joins.
///
/// A merge joins the last character of its left token to the first of its right one, and it is the only
/// thing that reaches over a place between two characters. So where no merge has these two, what stands
/// on either side becomes the same tokens alone. Texts fall into words that way, without a rule about
/// what a word is.
///
/// Characters are told apart by 1024 classes; two of one class that differ only keep a cut from being
/// made.
package struct SafeCuts: Sendable {
  /// Bit `right` of row `left`: some merge joins characters of these classes.
  private var joined: [UInt64]
  /// Cuts only before visible spaces.
  private let onlyBeforeSpaces: Bool

  private static let classes = 1024
  private static let rowWords = classes / 64
  /// That of U+2581, the visible space, alone.
  private static let spaceClass = classes - 1

  /// - Parameters:
  ///   - tokens: the bytes that each id stands for.
  ///   - fallbackIds: tokens that stand for single bytes, not for the text that spells them.
  ///   - onlyBeforeSpaces: for models in which characters without a token side by side become one.
  /// - Returns: `nil` where a merge's token stands for no characters, so that nothing is known of it.
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

  /// The class of the character at `at`, and its length; that of a byte that is no UTF-8 is its own.
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
