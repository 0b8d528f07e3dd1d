/// The rows of Euclid's algorithm as a solution writes them, up to remainder 0.
///
/// Numbers said have at most 18 digits, so no product or sum of two of them leaves 128 bits.
struct EuclidRows {
  /// Which coefficients a row states beside its remainder.
  enum Shows { case nothing, second, both }

  /// The last divisor.
  var divisor = 0
  /// Its coefficients of the first and the second number.
  var s = 0
  var t = 0

  static func read(
    _ trace: inout TraceReader, _ first: Int, _ second: Int, shows: Shows
  ) throws(Rejection) -> EuclidRows {
    var (high, low) = (first, second)
    var (s, t) = ((high: 1, low: 0), (high: 0, low: 1))
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
          Int128(row.t) == right.t && (shows == .second || Int128(row.s) == right.s),
          "expected coefficients s=\(right.s), t=\(right.t)")
      }
      try trace.applied(
        "divide"
      ) {
        shows == .nothing || $0 == 1
          ? [$0 - 1] : [$0 - 2, $0 - 1]
      }
      (high, low) = (row.divisor, row.rest)
      (s, t) = ((s.low, row.s), (t.low, row.t))
      if row.rest == 0 { return EuclidRows(divisor: high, s: s.high, t: t.high) }
    }
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
      if shows == .both {
        try line.expect(all: [";", "s", "="])
        s = try line.integer(digitLimit: 18)
      }
      if shows != .nothing {
        try line.expect(all: [";", "t", "="])
        t = try line.integer(digitLimit: 18)
      }
    }
  }
}
