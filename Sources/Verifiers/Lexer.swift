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

  /// Whether this lexeme is under the cursor.
  package func isAt(_ lexeme: String) -> Bool {
    let text = lexeme.utf8
    guard text.count == current.count else { return false }
    var place = current.lowerBound
    for byte in text {
      if bytes[place] != byte { return false }
      place += 1
    }
    return true
  }

  /// Goes past `lexeme` if it is under the cursor.
  package mutating func take(_ lexeme: String) -> Bool {
    guard isAt(lexeme) else { return false }
    advance()
    return true
  }

  /// The lexeme under the cursor, if it is one byte: a mark, a letter or a digit.
  package var single: UInt8? { current.count == 1 ? bytes[current.lowerBound] : nil }

  /// The first byte of the lexeme under the cursor.
  package var firstByte: UInt8? { isAtEnd ? nil : bytes[current.lowerBound] }

  /// Whether this byte alone is the lexeme under the cursor.
  package func isAt(mark: UInt8) -> Bool { single == mark }

  /// Goes past this byte if it alone is the lexeme under the cursor.
  package mutating func take(mark: UInt8) -> Bool {
    guard isAt(mark: mark) else { return false }
    advance()
    return true
  }

  /// Goes past a single decimal digit.
  ///
  /// - Returns: its value, 0...9.
  package mutating func takeDigit() -> UInt8? {
    guard current.count == 1 else { return nil }
    let digit = bytes[current.lowerBound]
    guard Self.isDigit(digit) else { return nil }
    advance()
    return digit - UInt8(ascii: "0")
  }

  /// Goes past a natural number without leading zeros, of at most `digitLimit` digits.
  ///
  /// - Returns: the range of its digits, ASCII.
  package mutating func takeNaturalRange(digitLimit: Int) -> Range<Int>? {
    let word = current
    guard !word.isEmpty, word.count <= digitLimit else { return nil }
    for place in word where !Self.isDigit(bytes[place]) { return nil }
    guard word.count == 1 || bytes[word.lowerBound] != UInt8(ascii: "0") else { return nil }
    advance()
    return word
  }

  /// Goes past a natural number without leading zeros, of at most `digitLimit` digits.
  ///
  /// - Returns: its digits as ASCII.
  package mutating func takeNatural(digitLimit: Int) -> ArraySlice<UInt8>? {
    takeNaturalRange(digitLimit: digitLimit).map { bytes[$0] }
  }

  /// The value of a range of decimal digits; nil beyond `Int`.
  package func value(ofDigits range: Range<Int>) -> Int? {
    // 18 digits fit whatever they are.
    guard range.count > 18 else {
      var value = 0
      for place in range { value = value &* 10 &+ Int(bytes[place] &- UInt8(ascii: "0")) }
      return value
    }
    return Self.value(of: bytes[range])
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
    byte &- UInt8(ascii: "0") < 10
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    // Setting bit 5 makes capitals small letters, and no other byte one.
    byte &- UInt8(ascii: "0") < 10 || (byte | 0x20) &- UInt8(ascii: "a") < 26
  }
}
