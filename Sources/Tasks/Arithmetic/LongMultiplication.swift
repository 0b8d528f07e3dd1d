/// Two naturals are multiplied digit by digit, the rows then added column by column.
///
///     34*26  ->  4*6+0=24 write 4 carry 2 / 3*6+2=20 write 0 carry 2 / row 1: 204
///                / 4*2+0=8 write 8 carry 0 / 3*2+0=6 write 6 carry 0 / row 2: 680
///                / 4+0+0=4 write 4 carry 0 / 0+8+0=8 write 8 carry 0 / 2+6+0=8 write 8 carry 0
///                / Answer: 884
///
/// A row ends with its zeros for the place; the row of a digit 0 is 0 without further work. Knobs:
/// `digits` of the first number and `multiplier_digits` of the second, each drawn uniformly among
/// the numbers of exactly that many digits. Multiplication commutes: the canonical form writes the
/// larger number first.
public struct LongMultiplication: WalkFamily {
  /// The factors and what is written of rows and sum.
  public struct Problem: Sendable {
    /// Decimal digits, least significant first.
    var a: [UInt8]
    var b: [UInt8]
    /// Finished rows with their zeros, least significant digit first.
    var rows: [[UInt8]] = []
    /// The lines on which they stand.
    var rowLines: [Int] = []
    /// Digits of the row or the sum in work, least significant first.
    var written: [UInt8] = []
    var carry = 0
    var lineCount = 0

    init(a: [UInt8], b: [UInt8]) {
      self.a = a
      self.b = b
    }
  }

  public static let name = "long-multiplication"

  public init() {}

  public var about: String {
    "Two numbers are multiplied digit by digit with carries, and the rows added column by column."
  }

  public var knobs: [Knob] {
    [
      .settable("digits", in: 1...12, "digits of the first number"),
      .settable("multiplier_digits", in: 1...6, "digits of the second number"),
      .measured("zeros", "zero digits of the second number: their rows need no work"),
      .verbose,
    ]
  }

  public func shortcutBound(level: Int) -> Double { 0.1 }

  public func choices(_ state: Problem) -> Int {
    state.rows.count < state.b.count || state.written.count < state.columnCount ? 1 : 0
  }

  public func step(_ state: Problem, _ choice: Int) -> (line: String, state: Problem) {
    LineText.step(from: state) { advance(&$0, choice, writing: &$1) }
  }

  public func advance(_ state: inout Problem, _ choice: Int, writing line: inout LineText) {
    if let product = state.product {
      state.write(product: product, digit: product % 10, carry: product / 10, to: &line)
    } else if state.isInRows {
      state.end(row: state.row, to: &line)
    } else {
      let sum = state.columnSum
      state.write(sum: sum, digit: sum % 10, carry: sum / 10, to: &line)
    }
  }

  public func note(_ state: Problem, _ choice: Int, line: Int) -> StepNote? {
    if state.product != nil {
      return StepNote("multiply-digit", from: state.written.isEmpty ? [0] : [0, line - 1])
    }
    if state.isInRows {
      let count = state.written.count
      return StepNote("end-row", from: count == 0 ? [0] : [0] + Array(line - count..<line))
    }
    return StepNote(
      "add-column", from: state.rowLines + (state.written.isEmpty ? [] : [line - 1]))
  }

  public func answer(_ state: Problem) -> String {
    if state.b.count == 1 { return Self.text(state.rows.first ?? []) }
    return Self.text(Self.number(state.written, carry: state.carry))
  }

  static func text(_ digits: [UInt8]) -> String {
    var line = LineText()
    line.add(reversed: digits)
    return line.text
  }

  /// Digits so far with the last carry before them, without leading zeros.
  static func number(_ written: consuming [UInt8], carry: Int) -> [UInt8] {
    var digits = written
    var rest = carry
    while rest > 0 {
      digits.append(UInt8(rest % 10))
      rest /= 10
    }
    while digits.count > 1, digits.last == 0 { digits.removeLast() }
    return digits
  }
}

extension LongMultiplication.Problem {
  var isInRows: Bool { rows.count < b.count }

  /// Columns of the sum; none where there is a single row.
  var columnCount: Int { b.count == 1 ? 0 : rows.reduce(0) { max($0, $1.count) } }

  /// The next digit of the first number times that of the row, with the carry; `nil` where none is
  /// left or the row is that of a zero.
  var product: Int? {
    guard isInRows, b[rows.count] > 0, written.count < a.count else { return nil }
    return Int(a[written.count]) * Int(b[rows.count]) + carry
  }

  /// The row in work, finished: its digits before the zeros of its place.
  var row: [UInt8] {
    if written.isEmpty { return [0] }
    var digits = [UInt8](repeating: 0, count: rows.count)
    digits.reserveCapacity(rows.count + written.count + 2)
    digits += written
    return LongMultiplication.number(digits, carry: carry)
  }

  func digit(ofRow row: Int) -> UInt8 {
    written.count < rows[row].count ? rows[row][written.count] : 0
  }

  var columnSum: Int {
    var sum = carry
    for row in rows.indices { sum += Int(digit(ofRow: row)) }
    return sum
  }

  /// Writes the line of a digit's product and goes on from it.
  ///
  /// - Parameter added: the carry as the line has it; that of the line before if `nil`.
  mutating func write(
    product: Int, digit: Int, carry next: Int, adding added: Int? = nil, to line: inout LineText
  ) {
    line.add(digit: a[written.count])
    line.add(UInt8(ascii: "*"))
    line.add(digit: b[rows.count])
    end(&line, adding: added ?? carry, to: product, digit: digit, carry: next)
  }

  func writing(
    product: Int, digit: Int, carry: Int, adding added: Int? = nil
  ) -> (line: String, state: Self) {
    LineText.step(from: self) {
      $0.write(product: product, digit: digit, carry: carry, adding: added, to: &$1)
    }
  }

  /// Writes the line of a column of rows and goes on from it.
  mutating func write(
    sum: Int, digit: Int, carry next: Int, adding added: Int? = nil, to line: inout LineText
  ) {
    for row in rows.indices {
      if row > 0 { line.add(UInt8(ascii: "+")) }
      line.add(digit: self.digit(ofRow: row))
    }
    end(&line, adding: added ?? carry, to: sum, digit: digit, carry: next)
  }

  func writing(
    sum: Int, digit: Int, carry: Int, adding added: Int? = nil
  ) -> (line: String, state: Self) {
    LineText.step(from: self) {
      $0.write(sum: sum, digit: digit, carry: carry, adding: added, to: &$1)
    }
  }

  private mutating func end(
    _ line: inout LineText, adding added: Int, to sum: Int, digit: Int, carry next: Int
  ) {
    line.add(UInt8(ascii: "+"))
    line.add(added)
    line.add(UInt8(ascii: "="))
    line.add(sum)
    line.add(" write ")
    line.add(digit)
    line.add(" carry ")
    line.add(next)
    written.append(UInt8(digit))
    carry = next
    lineCount += 1
  }

  /// Writes the line of a row and goes on to the next.
  mutating func end(row: [UInt8], to line: inout LineText) {
    line.add("row ")
    line.add(rows.count + 1)
    line.add(": ")
    line.add(reversed: row)
    rows.append(row)
    lineCount += 1
    rowLines.append(lineCount)
    written.removeAll(keepingCapacity: true)
    carry = 0
  }

  func ending(row: [UInt8]) -> (line: String, state: Self) {
    LineText.step(from: self) { $0.end(row: row, to: &$1) }
  }
}
