/// Finds added tokens in a text, from left to right; at each place the longest match wins.
///
/// Same as the `tokenizers` library, including a consequence of its order of steps: a match that is
/// later refused (not a single word, a special token that should be text) still covers its
/// characters.
struct AddedTokenMatcher: Sendable {
  /// A part of a text.
  enum Segment: Sendable, Equatable {
    case token(Int32)
    case text(Range<Int>)
  }

  private let tokens: [AddedToken]
  /// node << 8 | byte  →  node: a trie of all contents.
  private var children: IntegerTable
  /// Token that ends at each node; -1 for none.
  private var tokenAt: [Int32]
  private var begins = [Bool](repeating: false, count: 256)

  /// Whether all tokens are special.
  let hasOnlySpecial: Bool
  var isEmpty: Bool { tokens.isEmpty }

  /// - Parameter tokens: each with the content to match; empty content never matches.
  init(_ tokens: [AddedToken]) {
    let tokens = tokens.filter { !$0.content.isEmpty }
    self.tokens = tokens
    hasOnlySpecial = tokens.allSatisfy(\.special)
    children = IntegerTable(capacity: tokens.reduce(0) { $0 + $1.content.count } + 1)
    tokenAt = [-1]
    // If two have the same content the first wins, special ones before others, as in the library.
    let order =
      tokens.indices.filter { tokens[$0].special } + tokens.indices.filter { !tokens[$0].special }
    for (number, token) in order.map({ ($0, tokens[$0]) }) {
      begins[Int(token.content[0])] = true
      var node = 0
      for byte in token.content {
        let key = UInt64(node << 8 | Int(byte))
        if let next = children[key] {
          node = Int(next)
        } else {
          _ = children.insert(key, UInt64(tokenAt.count))
          node = tokenAt.count
          tokenAt.append(-1)
        }
      }
      if tokenAt[node] < 0 { tokenAt[node] = Int32(number) }
    }
  }

  /// The longest token that begins at `start`.
  private func match(_ text: [UInt8], _ start: Int) -> AddedToken? {
    var node = 0
    var longest: Int32 = -1
    for at in start..<text.count {
      guard let next = children[UInt64(node << 8 | Int(text[at]))] else { break }
      node = Int(next)
      if tokenAt[node] >= 0 { longest = tokenAt[node] }
    }
    return longest < 0 ? nil : tokens[Int(longest)]
  }

  /// Splits the text into segments, in order; none is empty.
  func segments(of text: [UInt8], parsingSpecials: Bool) -> [Segment] {
    var segments: [Segment] = []
    /// Start of the text not yet in a segment.
    var start = 0
    var at = 0
    while at < text.count {
      guard begins[Int(text[at])], let token = match(text, at) else {
        at += 1
        continue
      }
      let found = at..<(at + token.content.count)
      at = found.upperBound
      if token.special && !parsingSpecials { continue }
      if token.singleWord,
        WordCharacter.ends(text, at: found.lowerBound)
          || WordCharacter.begins(text, at: found.upperBound)
      {
        continue
      }
      var (first, end) = (found.lowerBound, found.upperBound)
      if token.stripsLeft { first = max(start, Self.startOfSpace(text, endingAt: first)) }
      if token.stripsRight { end = Self.endOfSpace(text, from: end) }
      // Nothing is left of a token whose characters an earlier one absorbed as white space.
      guard first < end else { continue }
      if start < first { segments.append(.text(start..<first)) }
      segments.append(.token(token.id))
      start = end
    }
    if start < text.count { segments.append(.text(start..<text.count)) }
    return segments
  }

  private static func startOfSpace(_ text: [UInt8], endingAt end: Int) -> Int {
    var at = end
    while at > 0 {
      let start = UTF8Scalar.start(of: text, endingAt: at)
      guard ScalarCategory.at(text, start).0 == .space else { break }
      at = start
    }
    return at
  }

  private static func endOfSpace(_ text: [UInt8], from start: Int) -> Int {
    ScalarRun.end(of: .space, text, start)
  }
}

/// Characters that continue a word: `\w` in the library's matching of added tokens.
private enum WordCharacter {
  static func ends(_ text: [UInt8], at end: Int) -> Bool {
    end > 0 && isWord(text, UTF8Scalar.start(of: text, endingAt: end))
  }

  static func begins(_ text: [UInt8], at start: Int) -> Bool {
    start < text.count && isWord(text, start)
  }

  private static let pages = ScalarPages(WordScalars.runs, valueBits: 1)

  private static func isWord(_ text: [UInt8], _ at: Int) -> Bool {
    UTF8Scalar.decode(text, at).map { pages[$0.value] == 1 } ?? false
  }
}

/// Table of the scalars that are part of words.
enum WordScalars {}
