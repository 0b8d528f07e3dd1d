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

  var places: Int { numbers.reduce(0) { max($0, $1.places) } }

  var columnCount: Int {
    let places = places
    return places + numbers.reduce(1) { max($0, $1.digits.count - $1.places) }
  }

  /// The digit of a number in the column to come.
  private func digit(of number: Number, places: Int) -> Int {
    let place = written.count - places + number.places
    return number.digits.indices.contains(place) ? Int(number.digits[place]) : 0
  }

  /// The column's digits with the carry, or the first less the second and the borrow.
  var columnValue: Int {
    let places = places
    if phase == .difference {
      return digit(of: numbers[0], places: places) - digit(of: numbers[1], places: places) - carry
    }
    return numbers.reduce(carry) { $0 + digit(of: $1, places: places) }
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

  /// - Parameter added: the carry or borrow as the line has it; that of the line before if `nil`.
  func writing(
    _ value: Int, digit: Int, carry next: Int, adding added: Int? = nil
  ) -> (line: String, state: Self) {
    let isDifference = phase == .difference
    let places = places
    let sign = UInt8(ascii: isDifference ? "-" : "+")
    var line = LineText()
    for number in numbers {
      line.add(digit: UInt8(self.digit(of: number, places: places)))
      line.add(sign)
    }
    line.add(added ?? carry, base: base)
    line.add(UInt8(ascii: "="))
    line.add(value, base: base)
    line.add(" write ")
    line.add(digit: UInt8(digit))
    line.add(isDifference ? " borrow " : " carry ")
    line.add(next, base: base)
    var state = self
    state.write(digit: digit, carry: next)
    return (line.text, state)
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

  func reading(_ sum: Number) -> (line: String, state: Self) {
    var line = LineText()
    line.add("sum ")
    line.add(sum)
    var state = self
    state.read(sum)
    return (line.text, state)
  }

  mutating func compare(isNegative negative: Bool, isSwapped: Bool = false) {
    let pair = [plus, minus].compactMap { $0 }
    numbers = negative != isSwapped ? pair.reversed() : pair
    (written, carry, isNegative) = ([], 0, negative)
    lineCount += 1
    compareLine = lineCount
    goOn()
  }

  /// - Parameter isSwapped: whether the smaller stands first, which is wrong.
  func comparing(isNegative negative: Bool, isSwapped: Bool = false) -> (line: String, state: Self)
  {
    var state = self
    state.compare(isNegative: negative, isSwapped: isSwapped)
    var line = LineText()
    if negative { line.add("-(") }
    line.add(state.numbers[0])
    line.add(UInt8(ascii: "-"))
    line.add(state.numbers[1])
    if negative { line.add(UInt8(ascii: ")")) }
    return (line.text, state)
  }
}

extension ColumnAddition {
  /// Whether a number is less than another.
  static func precedes(_ a: Number, _ b: Number) -> Bool {
    let places = max(a.places, b.places)
    func digits(_ number: Number) -> [UInt8] {
      var digits = [UInt8](repeating: 0, count: places - number.places) + number.digits
      while digits.last == 0 { digits.removeLast() }
      return digits
    }
    let (x, y) = (digits(a), digits(b))
    return x.count != y.count
      ? x.count < y.count : x.reversed().lexicographicallyPrecedes(y.reversed())
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
