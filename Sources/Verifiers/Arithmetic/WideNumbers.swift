extension Lexer {
  /// Goes past a natural number without leading zeros.
  ///
  /// - Parameter digitLimit: most digits, at most 38.
  mutating func wideNatural(digitLimit: Int) throws(Rejection) -> Int128 {
    try naturalDigits(limit: min(digitLimit, 38)).reduce(0) {
      $0 * 10 + Int128($1 - UInt8(ascii: "0"))
    }
  }

  /// Whether this mark is under the cursor.
  func isAt(mark: UInt8) -> Bool { current.count == 1 && bytes[current.lowerBound] == mark }

  /// Goes past this mark if it is under the cursor.
  mutating func take(mark: UInt8) -> Bool {
    guard isAt(mark: mark) else { return false }
    advance()
    return true
  }
}
