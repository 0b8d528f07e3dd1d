public import Exact

/// Constants as text, in both dialects of problem files.
///
///     ratio := ["-"] digits ["/" digits]                       1/2   3
///     angle := ["-"] (digits ["/" digits] "o"                  30o   45/2o   degrees
///                     | [digits] "pi" ["/" digits]             2pi/3         half turns
///                     | digits "/" digits                      1/3           half turns
///                     | digits)                                30            degrees
///
/// At most nine digits in a row: no text overflows.
public enum NumberText {
  /// The number, angles in half turns; nil where the word is not one.
  public static func parse(_ word: some StringProtocol, _ kind: Constant) -> Rational? {
    var rest = Array(word.utf8)[...]
    let negative = rest.first == UInt8(ascii: "-")
    if negative { rest = rest.dropFirst() }
    guard let magnitude = kind == .ratio ? fraction(rest) : angle(rest) else { return nil }
    return negative ? try? -magnitude : magnitude
  }

  /// The text of a number that `parse` reads back: angles in degrees where these are whole.
  public static func text(_ number: Rational, _ kind: Constant) -> String {
    if kind == .angle, let degrees = try? number * Rational(180), degrees.isInteger {
      return "\(degrees)o"
    }
    return "\(number)"
  }

  private static func angle(_ word: ArraySlice<UInt8>) -> Rational? {
    if word.last == UInt8(ascii: "o") {
      return fraction(word.dropLast()).flatMap { try? $0 / Rational(180) }
    }
    if let p = word.firstIndex(of: UInt8(ascii: "p")) {
      guard word.index(after: p) < word.endIndex, word[p + 1] == UInt8(ascii: "i") else {
        return nil
      }
      guard let top = p == word.startIndex ? 1 : digits(word[..<p]) else { return nil }
      let tail = word[(p + 2)...]
      if tail.isEmpty { return Rational(top) }
      guard tail.first == UInt8(ascii: "/"), let bottom = digits(tail.dropFirst()) else {
        return nil
      }
      return try? Rational(top, over: bottom)
    }
    if word.contains(UInt8(ascii: "/")) { return fraction(word) }
    return digits(word).flatMap { try? Rational($0, over: 180) }
  }

  private static func fraction(_ word: ArraySlice<UInt8>) -> Rational? {
    guard let slash = word.firstIndex(of: UInt8(ascii: "/")) else {
      return digits(word).map { Rational($0) }
    }
    guard let top = digits(word[..<slash]), let bottom = digits(word[(slash + 1)...]) else {
      return nil
    }
    return try? Rational(top, over: bottom)
  }

  private static func digits(_ word: ArraySlice<UInt8>) -> Int128? {
    guard (1...9).contains(word.count) else { return nil }
    var value: Int128 = 0
    for byte in word {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
      value = value * 10 + Int128(byte - UInt8(ascii: "0"))
    }
    return value
  }
}
