/// An equation `3x-y=1` in the unknowns x, y, z, w as numbers: coefficients, then the right side.
enum LinearRow {
  static let letters: [UInt8] = Array("xyzw".utf8)

  /// Reads a row in canonical form: ascending unknowns, no zero terms, `0` for no terms.
  ///
  /// - Parameters:
  ///   - count: unknowns there are.
  ///   - limits: most digits of a coefficient and of the right side, at most 18.
  static func read(
    _ line: inout Lexer, count: Int, limits: (coefficient: Int, side: Int)
  ) throws(Rejection) -> [Int] {
    var row = [Int](repeating: 0, count: count + 1)
    if !line.take("0") {
      var last = -1
      var sign = line.take("-") ? -1 : 1
      while true {
        guard let word = line.word, let letter = word.last,
          let column = letters.firstIndex(of: letter), column < count, column > last,
          let size = size(word.dropLast(), limits.coefficient)
        else {
          throw .unreadable(
            "expected a term in one of \(count) unknowns in their order, found \(line.found)")
        }
        line.advance()
        row[column] = sign * size
        last = column
        if line.take("+") { sign = 1 } else if line.take("-") { sign = -1 } else { break }
      }
    }
    try line.expect("=")
    row[count] = try line.integer(digitLimit: limits.side)
    return row
  }

  /// The number before a letter: nothing is 1, and 1 is never written.
  private static func size(_ digits: ArraySlice<UInt8>, _ limit: Int) -> Int? {
    if digits.isEmpty { return 1 }
    guard digits.count <= limit, Lexer.isNatural(digits), let value = Lexer.value(of: digits),
      value > 1
    else { return nil }
    return value
  }

  /// The row in canonical form.
  static func text(_ row: [Int128]) -> String {
    var text = ""
    for (entry, letter) in zip(row.dropLast(), ["x", "y", "z", "w"]) where entry != 0 {
      text += entry < 0 ? "-" : text.isEmpty ? "" : "+"
      text += (entry.magnitude == 1 ? "" : "\(entry.magnitude)") + letter
    }
    return "\(text.isEmpty ? "0" : text)=\(row.last ?? 0)"
  }
}
