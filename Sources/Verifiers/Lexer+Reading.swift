/// Helpers for readers of problems: each consumes what it reads, or throws that the problem is
/// unreadable and says what was found instead.
extension Lexer {
  /// Goes past this lexeme.
  package mutating func expect(_ lexeme: String) throws(Rejection) {
    guard take(lexeme) else { throw .unreadable("expected `\(lexeme)`, found \(found)") }
  }

  /// Goes past this byte, a lexeme alone.
  package mutating func expect(mark: UInt8) throws(Rejection) {
    guard take(mark: mark) else {
      throw .unreadable("expected `\(String(UnicodeScalar(mark)))`, found \(found)")
    }
  }

  /// Goes past these lexemes, in this order.
  package mutating func expect(all lexemes: [String]) throws(Rejection) {
    for lexeme in lexemes { try expect(lexeme) }
  }

  /// Goes past one of these lexemes.
  ///
  /// - Returns: the one found.
  package mutating func one(of lexemes: [String]) throws(Rejection) -> String {
    for lexeme in lexemes where take(lexeme) { return lexeme }
    throw .unreadable("expected \(lexemes.joined(separator: " or ")), found \(found)")
  }

  /// Goes past one of these marks.
  ///
  /// - Returns: the one found.
  package mutating func mark(of marks: [UInt8]) throws(Rejection) -> UInt8 {
    guard current.count == 1, marks.contains(bytes[current.lowerBound]) else {
      let names = marks.map { String(UnicodeScalar($0)) }
      throw .unreadable("expected \(names.joined(separator: " or ")), found \(found)")
    }
    let mark = bytes[current.lowerBound]
    advance()
    return mark
  }

  /// Whether one of these is under the cursor.
  package func isAt(oneOf lexemes: [String]) -> Bool {
    for lexeme in lexemes where isAt(lexeme) { return true }
    return false
  }

  /// Goes past a natural number without leading zeros.
  ///
  /// - Parameter digitLimit: most digits, at most 18.
  package mutating func natural(digitLimit: Int) throws(Rejection) -> Int {
    guard let digits = takeNaturalRange(digitLimit: digitLimit) else {
      throw noNatural(limit: digitLimit)
    }
    guard let value = value(ofDigits: digits) else {
      throw .unreadable("expected a number of at most 18 digits")
    }
    return value
  }

  /// Goes past a natural number of any length without leading zeros.
  ///
  /// - Returns: its digits as ASCII, most significant first.
  package mutating func naturalDigits(limit: Int) throws(Rejection) -> ArraySlice<UInt8> {
    guard let digits = takeNatural(digitLimit: limit) else { throw noNatural(limit: limit) }
    return digits
  }

  /// That there is no natural number under the cursor.
  func noNatural(limit: Int) -> Rejection {
    .unreadable(
      "expected a natural number of 1 to \(limit) digits without leading zeros, found \(found)")
  }

  /// Goes past a whole number: a natural one, or `-` and a positive one.
  package mutating func integer(digitLimit: Int) throws(Rejection) -> Int {
    let start = self
    let isNegative = take("-")
    let value = try natural(digitLimit: digitLimit)
    guard !isNegative || value > 0 else {
      throw .unreadable("expected no -0, found \(start.found)")
    }
    return isNegative ? -value : value
  }

  /// Goes past a single decimal digit.
  package mutating func digit() throws(Rejection) -> UInt8 {
    guard let digit = takeDigit() else { throw .unreadable("expected a digit, found \(found)") }
    return digit
  }

  /// Goes past a word of lower-case letters.
  package mutating func name(lengths: ClosedRange<Int>) throws(Rejection) -> [UInt8] {
    guard let word, lengths.contains(word.count),
      word.allSatisfy({ UInt8(ascii: "a") <= $0 && $0 <= UInt8(ascii: "z") })
    else {
      throw .unreadable(
        "expected a name of \(lengths.lowerBound) to \(lengths.upperBound) letters a to z, found "
          + found)
    }
    advance()
    return Array(word)
  }

  /// Requires the problem to end here.
  package func expectEnd() throws(Rejection) {
    guard isAtEnd else { throw .unreadable("expected the end, found \(found)") }
  }
}
