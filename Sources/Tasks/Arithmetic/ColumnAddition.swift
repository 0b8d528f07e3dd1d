/// Two to five numbers are added and subtracted column by column, each line with its carry.
///
///     347+85     ->  7+5+0=12 write 2 carry 1 / 4+8+1=13 write 3 carry 1 / 3+0+1=4 write 4 carry 0
///                    / Answer: 432
///     2-7.5      ->  -(7.5-2) / 5-0-0=5 write 5 borrow 0 / 7-2-0=5 write 5 borrow 0 / Answer: -5.5
///     9-4+b base 16  ->  9+b+0=14 write 4 carry 1 / sum 14 / 14-4 / 4-4-0=0 write 0 borrow 0
///                    / 1-0-0=1 write 1 borrow 0 / Answer: 10
///
/// What is added is summed, what is subtracted is summed, and the smaller sum taken from the
/// greater. Level l: one operand has exactly d = l + 1 digits (knob `digits`), the other is uniform
/// below 10^d; their order is random. The other knobs are the user's: more numbers, some of them
/// subtracted, digits after the point, other bases. Terms commute with their signs: the canonical
/// form writes the larger first, what is subtracted last.
public struct ColumnAddition: WalkFamily {
  /// Digits, least significant first, the first `places` of them after the point.
  struct Number: Sendable, Equatable {
    var digits: [UInt8]
    var places = 0

    /// The digit that counts base^place, 0 where there is none.
    func digit(at place: Int) -> UInt8 {
      let index = place + places
      return index >= 0 && index < digits.count ? digits[index] : 0
    }
  }

  enum Phase: Sendable {
    case plusColumns, plusSum, minusColumns, minusSum, compare, difference, answer
  }

  /// The terms and what is written of their sum.
  public struct Problem: Sendable {
    var terms: [(number: Number, isMinus: Bool)]
    var base: Int
    var phase = Phase.answer
    /// What is combined in columns.
    var numbers: [Number] = [] { didSet { measure() } }
    /// Most digits of `numbers` after the point, and their columns.
    private(set) var (places, columnCount) = (0, 1)
    /// Digits so far, least significant first.
    var written: [UInt8] = []
    var carry = 0
    var plus: Number?
    var minus: Number?
    var plusLine = 0
    var minusLine = 0
    var compareLine = 0
    var isNegative = false
    var lineCount = 0

    init(terms: [(number: Number, isMinus: Bool)], base: Int) {
      self.terms = terms
      self.base = base
      begin(.plusColumns)
    }

    private mutating func measure() {
      places = numbers.reduce(0) { max($0, $1.places) }
      columnCount = places + numbers.reduce(1) { max($0, $1.digits.count - $1.places) }
    }
  }

  public static let name = "column-addition"

  public init() {}

  public var about: String {
    "Numbers are added and subtracted column by column, each line writing a digit and the carry."
  }

  public var knobs: [Knob] {
    [
      .settable("digits", in: 2...18, "digits of the longest number before the point"),
      .measured("carries", "columns that carry or borrow"),
      .settable("addends", in: 2...5, "numbers; 2 unless set"),
      .settable("subtracted", in: 0...2, "how many of them are subtracted; 0 unless set"),
      .settable("places", in: 0...6, "digits after the point; 0 unless set"),
      .settable("base", in: 2...16, "base of the digits; 10 unless set"), .verbose,
    ]
  }

  public func shortcutBound(level: Int) -> Double { 0.1 }

  public func choices(_ state: Problem) -> Int { state.phase == .answer ? 0 : 1 }

  public func step(_ state: Problem, _ choice: Int) -> (line: String, state: Problem) {
    LineText.step(from: state) { advance(&$0, choice, writing: &$1) }
  }

  public func advance(_ state: inout Problem, _ choice: Int, writing line: inout LineText) {
    switch state.phase {
    case .plusSum, .minusSum: state.read(state.sum, to: &line)
    case .compare: state.compare(isNegative: state.minusIsGreater, to: &line)
    default:
      let value = state.columnValue
      state.write(
        value, digit: state.digit(of: value), carry: state.carry(of: value), to: &line)
    }
  }

  public func note(_ state: Problem, _ choice: Int, line: Int) -> StepNote? {
    let columns = state.written.count
    switch state.phase {
    case .plusSum, .minusSum: return StepNote("read-sum", from: Array(line - columns..<line))
    case .compare:
      return StepNote("compare", from: Set([state.plusLine, state.minusLine]).sorted())
    case .difference:
      return StepNote(
        "subtract-column", from: columns == 0 ? [line - 1] : [state.compareLine, line - 1])
    default: return StepNote("add-column", from: columns == 0 ? [0] : [0, line - 1])
    }
  }

  public func answer(_ state: Problem) -> String {
    let number = state.sum
    var line = LineText()
    if state.isNegative, number.digits.contains(where: { $0 > 0 }) { line.add(UInt8(ascii: "-")) }
    line.add(number)
    return line.text
  }
}

extension LineText {
  mutating func add(_ number: ColumnAddition.Number) {
    for (place, digit) in number.digits.enumerated().reversed() {
      add(digit: digit)
      if place == number.places, place > 0 { add(UInt8(ascii: ".")) }
    }
  }

  /// A number in another base, with its sign.
  mutating func add(_ number: Int, base: Int) {
    if base == 10 { return add(number) }
    if number < 0 { add(UInt8(ascii: "-")) }
    var rest = Int(number.magnitude)
    var digits: [UInt8] = []
    repeat {
      digits.append(UInt8(rest % base))
      rest /= base
    } while rest > 0
    add(reversed: digits)
  }
}
