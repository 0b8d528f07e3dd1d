/// Lexemes of one byte, compared as bytes: what formulas are made of.
extension Lexer {
  /// The lexeme under the cursor, if it is one byte: a mark, a letter or a digit.
  var single: UInt8? { current.count == 1 ? bytes[current.lowerBound] : nil }

  /// The first byte of the lexeme under the cursor.
  var firstByte: UInt8? { isAtEnd ? nil : bytes[current.lowerBound] }

  /// Goes past this byte if it is the lexeme under the cursor.
  mutating func takeSingle(_ byte: UInt8) -> Bool {
    guard single == byte else { return false }
    advance()
    return true
  }

  /// Goes past this byte.
  mutating func expectSingle(_ byte: UInt8) throws(Rejection) {
    guard takeSingle(byte) else {
      throw .unreadable("expected `\(String(UnicodeScalar(byte)))`, found \(found)")
    }
  }
}
