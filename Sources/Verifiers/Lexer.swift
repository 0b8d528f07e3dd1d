/// The lexemes of one line of hostile bytes, one at a time.
///
/// A lexeme is a maximal run of `[A-Za-z0-9]` (a word) or any other single byte (a mark). Runs of
/// the ASCII space separate lexemes and mean nothing else: `7 + 5` is `7+5`, but `1 2` is not
/// `12`. Every byte of the line but a space is part of a lexeme, so a line whose lexemes are all
/// accounted for holds nothing unseen.
package struct Lexer: Sendable {
  /// The whole text; the lexer reads one line of it.
  package let bytes: [UInt8]
  private let end: Int
  /// Byte range of the lexeme under the cursor; empty at the end of the line.
  package private(set) var current: Range<Int>

  /// Reads the bytes of `line`, clipped to the bytes available.
  package init(_ bytes: [UInt8], in line: Range<Int>) {
    let line = line.clamped(to: 0..<bytes.count)
    self.bytes = bytes
    end = line.upperBound
    current = line.lowerBound..<line.lowerBound
    advance()
  }

  /// A problem: one line; a newline at its end is not part of it.
  package init(problem: Span<UInt8>) {
    let bytes = Array(copying: problem)
    self.init(bytes, in: 0..<bytes.count - (bytes.last == LineReader.newline ? 1 : 0))
  }

  /// Whether every lexeme was read.
  package var isAtEnd: Bool { current.isEmpty }

  /// The word under the cursor, if it is one.
  package var word: ArraySlice<UInt8>? {
    guard let first = bytes[current].first, Self.isWordByte(first) else { return nil }
    return bytes[current]
  }

  /// The lexeme under the cursor for a message.
  package var found: String {
    isAtEnd
      ? "the end of the line"
      : "\(Excerpt.quoted(bytes, in: current)) at byte \(current.lowerBound + 1)"
  }

  /// Goes to the next lexeme.
  package mutating func advance() {
    var start = current.upperBound
    while start < end, bytes[start] == UInt8(ascii: " ") { start += 1 }
    var stop = start
    while stop < end, Self.isWordByte(bytes[stop]) { stop += 1 }
    if stop == start, start < end { stop += 1 }
    current = start..<stop
  }

  /// Goes past `lexeme` if it is under the cursor.
  package mutating func take(_ lexeme: String) -> Bool {
    guard bytes[current].elementsEqual(lexeme.utf8) else { return false }
    advance()
    return true
  }

  /// Goes past a single decimal digit.
  ///
  /// - Returns: its value, 0...9.
  package mutating func takeDigit() -> UInt8? {
    guard let word, word.count == 1, let digit = word.first, Self.isDigit(digit) else { return nil }
    advance()
    return digit - UInt8(ascii: "0")
  }

  /// Goes past a natural number without leading zeros, of at most `digitLimit` digits.
  ///
  /// - Returns: its digits as ASCII.
  package mutating func takeNatural(digitLimit: Int) -> ArraySlice<UInt8>? {
    guard let word, Self.isNatural(word), word.count <= digitLimit else { return nil }
    advance()
    return word
  }

  /// Whether the text is `0|[1-9][0-9]*`.
  package static func isNatural(_ word: ArraySlice<UInt8>) -> Bool {
    guard let first = word.first, word.allSatisfy(isDigit) else { return false }
    return word.count == 1 || first != UInt8(ascii: "0")
  }

  /// The value of decimal digits, nil for none, for another byte, or beyond `Int`.
  package static func value(of digits: ArraySlice<UInt8>) -> Int? {
    guard !digits.isEmpty else { return nil }
    var value = 0
    for digit in digits {
      guard isDigit(digit) else { return nil }
      let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tens.addingReportingOverflow(Int(digit - UInt8(ascii: "0")))
      guard !overflow, !carry else { return nil }
      value = sum
    }
    return value
  }

  /// Whether two texts have the same lexemes.
  ///
  /// - Returns: nil if so, else the offset in `found`'s bytes of the first lexeme that differs.
  package static func firstDifference(of found: Lexer, from expected: Lexer) -> Int? {
    var (found, expected) = (found, expected)
    while !found.isAtEnd || !expected.isAtEnd {
      guard found.bytes[found.current] == expected.bytes[expected.current] else {
        return found.current.lowerBound
      }
      found.advance()
      expected.advance()
    }
    return nil
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    UInt8(ascii: "0") <= byte && byte <= UInt8(ascii: "9")
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"):
      true
    default: false
    }
  }
}
