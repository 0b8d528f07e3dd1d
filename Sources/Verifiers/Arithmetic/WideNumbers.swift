extension Lexer {
  /// Goes past a natural number without leading zeros.
  ///
  /// - Parameter digitLimit: most digits, at most 38.
  mutating func wideNatural(digitLimit: Int) throws(Rejection) -> Int128 {
    let limit = min(digitLimit, 38)
    guard let digits = takeNaturalRange(digitLimit: limit) else { throw noNatural(limit: limit) }
    if digits.count <= 18, let value = value(ofDigits: digits) { return Int128(value) }
    var value: Int128 = 0
    for place in digits { value = value * 10 + Int128(bytes[place] - UInt8(ascii: "0")) }
    return value
  }
}
