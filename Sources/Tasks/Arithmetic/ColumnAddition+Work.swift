// How a sum in columns goes on, and the lines of it, right or wrong.
extension ColumnAddition.Problem {
  typealias Number = ColumnAddition.Number

  /// Goes to a phase, or past it where it has nothing to do.
  mutating func begin(_ next: ColumnAddition.Phase) {
    func numbers(minus: Bool) -> [Number] {
      terms.filter { $0.isMinus == minus }.map { $0.number }
    }
    switch next {
    case .plusColumns:
      let group = numbers(minus: false)
      if group.count < 2 {
        plus = group.first
        return begin(.minusColumns)
      }
      (self.numbers, written, carry) = (group, [], 0)
    case .minusColumns:
      let group = numbers(minus: true)
      if group.count < 2 {
        minus = group.first
        return begin(minus == nil ? .answer : .compare)
      }
      (self.numbers, written, carry) = (group, [], 0)
      isNegative = plus == nil
    default: break
    }
    phase = next
  }

  /// After a line of the phase.
  private mutating func goOn() {
    switch phase {
    case .plusColumns where written.count == columnCount:
      begin(terms.contains { $0.isMinus } ? .plusSum : .answer)
    case .minusColumns where written.count == columnCount: begin(plus == nil ? .answer : .minusSum)
    case .plusSum: begin(.minusColumns)
    case .minusSum: begin(.compare)
    case .compare: begin(.difference)
    case .difference where written.count == columnCount: begin(.answer)
    default: break
    }
  }

  /// The digit of a number in the column to come.
  private func digit(ofNumber index: Int) -> Int {
    Int(numbers[index].digit(at: written.count - places))
  }

  /// The column's digits with the carry, or the first less the second and the borrow.
  var columnValue: Int {
    if phase == .difference { return digit(ofNumber: 0) - digit(ofNumber: 1) - carry }
    var value = carry
    for index in numbers.indices { value += digit(ofNumber: index) }
    return value
  }

  func digit(of value: Int) -> Int { value < 0 ? (value + base) % base : value % base }

  func carry(of value: Int) -> Int { phase == .difference ? (value < 0 ? 1 : 0) : value / base }

  /// What the columns write, the last carry before it.
  var sum: Number {
    var digits = written
    var rest = phase == .difference || compareLine > 0 ? 0 : carry
    while rest > 0 {
      digits.append(UInt8(rest % base))
      rest /= base
    }
    while digits.count > places + 1, digits.last == 0 { digits.removeLast() }
    return Number(digits: digits, places: places)
  }

  var minusIsGreater: Bool {
    guard let plus, let minus else { return false }
    return ColumnAddition.precedes(plus, minus)
  }

  mutating func write(digit: Int, carry: Int) {
    written.append(UInt8(digit))
    self.carry = carry
    lineCount += 1
    goOn()
  }

  /// Writes the line of a column and goes on from it.
  ///
  /// - Parameter added: the carry or borrow as the line has it; that of the line before if `nil`.
  mutating func write(
    _ value: Int, digit: Int, carry next: Int, adding added: Int? = nil, to line: inout LineText
  ) {
    let isDifference = phase == .difference
    let sign = UInt8(ascii: isDifference ? "-" : "+")
    for place in numbers.indices {
      line.add(digit: UInt8(self.digit(ofNumber: place)))
      line.add(sign)
    }
    line.add(added ?? carry, base: base)
    line.add(UInt8(ascii: "="))
    line.add(value, base: base)
    line.add(" write ")
    line.add(digit: UInt8(digit))
    line.add(isDifference ? " borrow " : " carry ")
    line.add(next, base: base)
    write(digit: digit, carry: next)
  }

  func writing(
    _ value: Int, digit: Int, carry: Int, adding added: Int? = nil
  ) -> (line: String, state: Self) {
    LineText.step(from: self) {
      $0.write(value, digit: digit, carry: carry, adding: added, to: &$1)
    }
  }

  mutating func read(_ sum: Number) {
    lineCount += 1
    if phase == .plusSum {
      (plus, plusLine) = (sum, lineCount)
    } else {
      (minus, minusLine) = (sum, lineCount)
    }
    goOn()
  }

  /// Writes the line of a sum and goes on from it.
  mutating func read(_ sum: Number, to line: inout LineText) {
    line.add("sum ")
    line.add(sum)
    read(sum)
  }

  func reading(_ sum: Number) -> (line: String, state: Self) {
    LineText.step(from: self) { $0.read(sum, to: &$1) }
  }

  mutating func compare(isNegative negative: Bool, isSwapped: Bool = false) {
    let pair = [plus, minus].compactMap { $0 }
    numbers = negative != isSwapped ? pair.reversed() : pair
    (written, carry, isNegative) = ([], 0, negative)
    lineCount += 1
    compareLine = lineCount
    goOn()
  }

  /// Writes the line of a comparison and goes on from it.
  ///
  /// - Parameter isSwapped: whether the smaller stands first, which is wrong.
  mutating func compare(
    isNegative negative: Bool, isSwapped: Bool = false, to line: inout LineText
  ) {
    compare(isNegative: negative, isSwapped: isSwapped)
    if negative { line.add("-(") }
    line.add(numbers[0])
    line.add(UInt8(ascii: "-"))
    line.add(numbers[1])
    if negative { line.add(UInt8(ascii: ")")) }
  }

  func comparing(isNegative negative: Bool, isSwapped: Bool = false) -> (line: String, state: Self)
  {
    LineText.step(from: self) { $0.compare(isNegative: negative, isSwapped: isSwapped, to: &$1) }
  }
}

extension ColumnAddition {
  /// Whether a number is less than another.
  static func precedes(_ a: Number, _ b: Number) -> Bool {
    let whole = max(a.digits.count - a.places, b.digits.count - b.places)
    for place in stride(from: whole - 1, through: -max(a.places, b.places), by: -1) {
      let (x, y) = (a.digit(at: place), b.digit(at: place))
      if x != y { return x < y }
    }
    return false
  }

  public func slips(_ state: Problem, _ choice: Int) -> [Slip<Problem>] {
    var slips: [Slip<Problem>] = []
    func add(_ kind: String, _ step: (line: String, state: Problem)) {
      slips.append(Slip(kind, line: step.line, state: step.state))
    }
    func wrong(_ kind: String, _ value: Int, adding: Int? = nil) {
      add(
        kind,
        state.writing(
          value, digit: state.digit(of: value), carry: state.carry(of: value), adding: adding))
    }
    let value = state.columnValue
    switch state.phase {
    case .plusSum, .minusSum:
      var number = state.sum
      if state.carry > 0 {
        var lost = state
        lost.carry = 0
        add("lost-carry", state.reading(lost.sum))
      }
      number.digits[number.digits.count - 1] =
        (number.digits.last ?? 0) % UInt8(state.base - 1) + 1
      add("wrong-digit", state.reading(number))
    case .compare:
      let isNegative = state.minusIsGreater
      add("swapped", state.comparing(isNegative: isNegative, isSwapped: true))
      add("wrong-sign", state.comparing(isNegative: !isNegative, isSwapped: true))
    case .difference:
      if state.carry > 0 { wrong("lost-borrow", value + 1, adding: 0) }
      if value < 0 {
        add("smaller-from-greater", state.writing(-value, digit: state.digit(of: -value), carry: 0))
      }
      let (digit, borrow) = (state.digit(of: value), state.carry(of: value))
      add("wrong-borrow", state.writing(value, digit: digit, carry: 1 - borrow))
      add("wrong-digit", state.writing(value, digit: (digit + 1) % state.base, carry: borrow))
    default:
      if state.carry > 0 { wrong("lost-carry", value - state.carry, adding: 0) }
      wrong("off-by-one", value + 1)
      if value > 0 { wrong("off-by-one", value - 1) }
      let (digit, carry) = (state.digit(of: value), state.carry(of: value))
      add("wrong-carry", state.writing(value, digit: digit, carry: carry > 0 ? carry - 1 : 1))
      if carry > 0, carry < state.base {
        add("swapped-digits", state.writing(value, digit: carry, carry: digit))
      }
    }
    return slips
  }
}
