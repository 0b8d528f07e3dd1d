public import Files
public import Records

/// Traces of `long-multiplication`. Nothing is carried along: a carry is what the number made of
/// the digits to the right overflows by.
public struct LongMultiplicationTraces: TraceEnumerator {
  public let family = "long-multiplication"

  public struct State {
    var a: String
    var b: String
    /// What is yet to be written.
    var lines: [String]
  }

  public let alphabet = "0123456789*+=: \nrowwritecaryAnswer"

  public init() {}

  public func knobs(of record: Record) -> [String: JSON]? {
    let numbers = record.problem.split { !$0.isNumber }.map(String.init)
    guard numbers.count == 2 else { return nil }
    return [
      "digits": JSON(numbers[0].count), "multiplier_digits": JSON(numbers[1].count),
      "zeros": JSON(numbers[1].count { $0 == "0" }),
    ]
  }

  public func begin(_ lexemes: [String]) -> State? {
    guard lexemes.count == 3, lexemes[1] == "*", isNatural(lexemes[0], upTo: 24),
      isNatural(lexemes[2], upTo: 12)
    else { return nil }
    let (first, second) = (lexemes[0], lexemes[2])
    let a = UInt128(first) ?? 0
    var lines: [String] = []
    var rows: [UInt128] = []
    for (place, digit) in second.reversed().enumerated() {
      let y = UInt128(String(digit)) ?? 0
      for column in 0..<first.count where y > 0 {
        let x = a / power(column) % 10
        let carry = a % power(column) * y / power(column)
        lines.append(line("\(x)*\(y)", x * y, carry))
      }
      rows.append(a * y * power(place))
      lines.append("row \(place + 1): \(a * y * power(place))")
    }
    let columns = rows.count == 1 ? 0 : rows.map { String($0).count }.max() ?? 0
    for column in 0..<columns {
      let digits = rows.map { $0 / power(column) % 10 }
      let carry = rows.reduce(0) { $0 + $1 % power(column) } / power(column)
      lines.append(
        line(digits.map { "\($0)" }.joined(separator: "+"), digits.reduce(0, +), carry))
    }
    lines.append("Answer: \(rows.reduce(0, +))")
    return State(a: first, b: second, lines: lines)
  }

  private func line(_ terms: String, _ value: UInt128, _ carry: UInt128) -> String {
    let sum = value + carry
    return "\(terms)+\(carry)=\(sum) write \(sum % 10) carry \(sum / 10)"
  }

  public func successors(_ state: State) -> [(line: String, state: State?)] {
    var rest = state
    let line = rest.lines.removeFirst()
    return [(line, rest.lines.isEmpty ? nil : rest)]
  }
}

/// Traces of `long-division`. Every line follows from the value of a front of the dividend, with
/// its zeros after the point, divided as a whole.
public struct LongDivisionTraces: TraceEnumerator {
  public let family = "long-division"

  public struct State {
    var lines: [String]
  }

  public let alphabet = "0123456789/*-=:. \ntakebringquotientoplacesAnswer"

  public init() {}

  public func knobs(of record: Record) -> [String: JSON]? {
    let numbers = record.problem.split { !$0.isNumber }.map(String.init)
    guard numbers.count == 2 || numbers.count == 3, let a = UInt128(numbers[0]),
      let b = UInt128(numbers[1])
    else { return nil }
    return [
      "quotient_digits": JSON(String(a / b).count), "divisor_digits": JSON(numbers[1].count),
      "remainder": JSON(a % b == 0 ? 0 : 1),
      "places": JSON(numbers.count == 3 ? Int(numbers[2]) ?? 0 : 0),
    ]
  }

  public func begin(_ lexemes: [String]) -> State? {
    guard lexemes.count == 3 || lexemes.count == 6, lexemes[1] == "/",
      isNatural(lexemes[0], upTo: 17), isNatural(lexemes[2], upTo: 9), lexemes[2] != "0",
      let b = UInt128(lexemes[2])
    else { return nil }
    var places = 0
    if lexemes.count == 6 {
      guard lexemes[3] == "to", lexemes[5] == "places", lexemes[4].count == 1,
        let digit = Int(lexemes[4]), digit > 0
      else { return nil }
      places = digit
    }
    let digits = lexemes[0]
    /// The first `length` digits, zeros after the last.
    func front(_ length: Int) -> UInt128 {
      let known = UInt128(String(digits.prefix(length))) ?? 0
      return known * power(max(0, length - digits.count))
    }
    let start = (1...digits.count).first { front($0) >= b } ?? digits.count
    var lines = ["take \(front(start))"]
    var length = start
    while true {
      let whole = front(length)
      // What was brought down onto the remainder before.
      let value = length == start ? whole : front(length - 1) % b * 10 + whole % 10
      let digit = value / b
      lines.append(
        "\(digit)*\(b)=\(digit * b) \(value)-\(digit * b)=\(whole % b) quotient \(whole / b)")
      if length >= digits.count, whole % b == 0 || length == digits.count + places { break }
      length += 1
      let next = front(length)
      lines.append(
        "bring \(length > digits.count ? "." : "")\(next % 10): "
          + "\(front(length - 1) % b * 10 + next % 10)")
    }
    let (quotient, rest) = (front(length) / b, front(length) % b)
    let decimals = length - digits.count
    if lexemes.count == 3 {
      lines.append("Answer: \(quotient)" + (rest > 0 ? "r\(rest)" : ""))
    } else if decimals == 0 {
      lines.append("Answer: \(quotient)")
    } else {
      let fraction = String(quotient % power(decimals))
      let zeros = String(repeating: "0", count: decimals - fraction.count)
      lines.append("Answer: \(quotient / power(decimals)).\(zeros)\(fraction)")
    }
    return State(lines: lines)
  }

  public func successors(_ state: State) -> [(line: String, state: State?)] {
    let rest = Array(state.lines.dropFirst())
    return [(state.lines[0], rest.isEmpty ? nil : State(lines: rest))]
  }
}

/// Ten to that power.
func power(_ exponent: Int) -> UInt128 { (0..<exponent).reduce(1) { power, _ in power * 10 } }

/// Whether a lexeme is a natural number of at most so many digits without leading zeros.
func isNatural(_ lexeme: String, upTo digits: Int) -> Bool {
  (1...digits).contains(lexeme.count) && lexeme.allSatisfy { "0123456789".contains($0) }
    && (lexeme == "0" || lexeme.first != "0")
}
