/// The rows of Euclid's algorithm as a solution writes them, up to remainder 0.
///
/// Numbers said have at most 18 digits, so no product or sum of two of them leaves 128 bits.
struct EuclidRows {
  /// Which coefficients a row states beside its remainder: of one number alone it is called t.
  enum Shows { case nothing, first, second, both }

  /// The last divisor.
  var divisor = 0
  /// Its coefficients of the first and the second number.
  var s = 0
  var t = 0
  var count = 0

  /// - Parameter origins: the lines that state the two numbers.
  static func read(
    _ trace: inout TraceReader, _ first: Int, _ second: Int, shows: Shows, from origins: [Int] = [0]
  ) throws(Rejection) -> EuclidRows {
    var (high, low) = (first, second)
    var (s, t) = ((high: 1, low: 0), (high: 0, low: 1))
    let start = trace.number
    while true {
      let row = try trace.read("a row such as 252=2*105+42") { line throws(Rejection) in
        try Row(&line, shows: shows)
      }
      let (a, b) = (Int128(row.quotient), Int128(row.divisor))
      let rest = row.isBelow ? -Int128(row.rest) : Int128(row.rest)
      let isNear = row.isBelow ? row.rest > 0 && 2 * Int128(row.rest) < b : row.rest < row.divisor
      try trace.require(
        row.dividend == high && row.divisor == low && a * b + rest == Int128(high) && isNear,
        "expected \(high) as a multiple of \(low) and a remainder below it, or as a multiple less "
          + "something below its half")
      let sign = Int128(row.isBelow ? -1 : 1)
      if row.rest != 0, shows != .nothing {
        let right = (
          s: sign * (Int128(s.high) - a * Int128(s.low)),
          t: sign * (Int128(t.high) - a * Int128(t.low))
        )
        try trace.require(
          (shows == .first || Int128(row.t) == right.t)
            && (shows == .second || Int128(row.s) == right.s),
          "expected coefficients s=\(right.s), t=\(right.t)")
      }
      try trace.applied(
        "divide"
      ) { inputs($0, start: start, shows, origins) }
      (high, low) = (row.divisor, row.rest)
      (s, t) = ((s.low, row.s), (t.low, row.t))
      if row.rest == 0 {
        return EuclidRows(divisor: high, s: s.high, t: t.high, count: trace.number - start)
      }
    }
  }

  /// Coefficients come from the two rows before, or from what the rows began with.
  private static func inputs(
    _ line: Int, start: Int, _ shows: Shows, _ origins: [Int]
  ) -> [Int] {
    if line == start + 1 { return origins }
    if shows == .nothing { return [line - 1] }
    return line == start + 2 ? origins + [line - 1] : [line - 2, line - 1]
  }

  /// What a line uses that follows the rows: the problem, the row that leaves the divisor, and the
  /// row that shows it to be the last.
  func inputs(at line: Int) -> [Int] { line > 2 ? [0, line - 2, line - 1] : [0, line - 1] }

  /// One row as it is written.
  private struct Row {
    var dividend: Int
    var quotient: Int
    var divisor: Int
    var isBelow: Bool
    var rest: Int
    var s = 0
    var t = 0

    init(_ line: inout Lexer, shows: Shows) throws(Rejection) {
      dividend = try line.natural(digitLimit: 18)
      try line.expect("=")
      quotient = try line.natural(digitLimit: 18)
      try line.expect("*")
      divisor = try line.natural(digitLimit: 18)
      isBelow = try line.one(of: ["+", "-"]) == "-"
      rest = try line.natural(digitLimit: 18)
      guard rest != 0 else { return }
      if shows == .nothing { return }
      if shows == .both {
        try line.expect(all: [";", "s", "="])
        s = try line.integer(digitLimit: 18)
      }
      try line.expect(all: [";", "t", "="])
      let said = try line.integer(digitLimit: 18)
      if shows == .first { s = said } else { t = said }
    }
  }
}
