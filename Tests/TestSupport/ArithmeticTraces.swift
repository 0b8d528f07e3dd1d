public import Files
public import Records

/// Traces of `sum-reduce`: each line restates the list with one adjacent pair replaced by its sum
/// modulo 10.
public struct SumReduceTraces: TraceEnumerator {
  public let family = "sum-reduce"
  public let alphabet = "0123456789+ \nAnswer:"

  public init() {}

  public func knobs(of record: Record) -> [String: JSON]? {
    ["terms": JSON(record.problem.split { !$0.isNumber }.count)]
  }

  public func begin(_ lexemes: [String]) -> [Int]? {
    guard (3...127).contains(lexemes.count), lexemes.count % 2 == 1 else { return nil }
    var digits: [Int] = []
    for (index, lexeme) in lexemes.enumerated() {
      if index % 2 == 1, lexeme != "+" { return nil }
      if index % 2 == 0 {
        guard let digit = (0...9).first(where: { String($0) == lexeme }) else { return nil }
        digits.append(digit)
      }
    }
    return digits
  }

  public func successors(_ digits: [Int]) -> [(line: String, state: [Int]?)] {
    if digits.count == 1 { return [("Answer: \(digits[0])", nil)] }
    return (1..<digits.count).map { right in
      var next: [Int] = []
      for (index, digit) in digits.enumerated() where index != right {
        next.append(index == right - 1 ? (digit + digits[right]) % 10 : digit)
      }
      return (next.map { "\($0)" }.joined(separator: "+"), next)
    }
  }
}

/// Traces of `column-addition`. Carries come from comparing numbers, not from adding columns: the
/// carry into column i is 1 exactly when the last i digits of both add up to 10^i or more.
public struct ColumnAdditionTraces: TraceEnumerator {
  public let family = "column-addition"

  public struct State {
    var a: String
    var b: String
    var column = 0
  }

  public let alphabet = "0123456789+= \nwritecaryAnswer:"

  public init() {}

  public func knobs(of record: Record) -> [String: JSON]? {
    let numbers = record.problem.split { !$0.isNumber }.map(String.init)
    let carries = record.solution.split(separator: "\n").count { $0.hasSuffix("carry 1") }
    return ["digits": JSON(numbers.map(\.utf8.count).max() ?? 0), "carries": JSON(carries)]
  }

  public func begin(_ lexemes: [String]) -> State? {
    guard lexemes.count == 3, lexemes[1] == "+" else { return nil }
    let operands = [lexemes[0], lexemes[2]]
    for operand in operands {
      guard (1...64).contains(operand.count), operand.allSatisfy({ "0123456789".contains($0) }),
        operand == "0" || operand.first != "0"
      else { return nil }
      precondition(operand.count <= 30, "the tests' mutants stay within 128 bits")
    }
    return State(a: operands[0], b: operands[1])
  }

  public func successors(_ state: State) -> [(line: String, state: State?)] {
    let (a, b) = (UInt128(state.a) ?? 0, UInt128(state.b) ?? 0)
    guard state.column < max(state.a.count, state.b.count) else {
      return [("Answer: \(a + b)", nil)]
    }
    let unit = (0..<state.column).reduce(UInt128(1)) { power, _ in power * 10 }
    let carriesIn = a % unit + b % unit >= unit
    let carriesOut = a % (unit * 10) + b % (unit * 10) >= unit * 10
    var next = state
    next.column += 1
    // Of all lines with these operands, the one that says what holds of the numbers.
    for sum in 0...19 where UInt128(sum % 10) == (a + b) / unit % 10 {
      let (p, q) = (Int(a / unit % 10), Int(b / unit % 10))
      let isRight = p + q + (carriesIn ? 1 : 0) == sum && (sum >= 10) == carriesOut
      if isRight {
        let line =
          "\(p)+\(q)+\(carriesIn ? 1 : 0)=\(sum) write \(sum % 10) carry \(carriesOut ? 1 : 0)"
        return [(line, next)]
      }
    }
    return []
  }
}

/// Traces of `worded-sum`: the words of a question are compared with every wording there is.
public struct WordedSumTraces: TraceEnumerator {
  public let family = "worded-sum"

  public struct State {
    var value: Int
    var changes: [(sign: String, amount: Int)]
  }

  public let alphabet = "0123456789+-= \nAnswer:"

  public init() {}

  /// Two operations are the most that a worded sum has.
  public var levelsOfEqualSteps: ClosedRange<Int>? { 3...10 }
  public var levelsShareProblems: Bool { true }

  public func knobs(of record: Record) -> [String: JSON]? {
    let numbers = record.problem.split { !$0.isNumber }.map(String.init)
    return [
      "operations": JSON(numbers.count - 1), "digits": JSON(numbers.map(\.utf8.count).max() ?? 0),
    ]
  }

  public func begin(_ lexemes: [String]) -> State? {
    var numbers: [Int] = []
    var shape: [String] = []
    for lexeme in lexemes {
      guard lexeme.allSatisfy({ "0123456789".contains($0) }) else {
        shape.append(lexeme)
        continue
      }
      guard (1...11).contains(lexeme.count), lexeme == "0" || lexeme.first != "0",
        let number = Int(lexeme)
      else { return nil }
      numbers.append(number)
      shape.append("N")
    }
    for signs in [["+"], ["-"], ["+", "+"], ["+", "-"], ["-", "+"], ["-", "-"]] {
      guard Self.shapes(signs).contains(shape.joined(separator: " ")),
        numbers.count == signs.count + 1
      else { continue }
      let changes = zip(signs, numbers.dropFirst()).map { (sign: $0, amount: $1) }
      var least = numbers[0]
      var value = numbers[0]
      for change in changes {
        value = change.sign == "+" ? value + change.amount : value - change.amount
        least = min(least, value)
      }
      return least < 0 ? nil : State(value: numbers[0], changes: changes)
    }
    return nil
  }

  /// Every wording of these operations, numbers as N.
  private static func shapes(_ signs: [String]) -> [String] {
    var shapes = ["What is N " + signs.map { $0 + " N " }.joined() + "?"]
    for name in ["Ann", "Ben", "Eve", "Tom"] {
      for thing in ["apples", "books", "coins", "stamps"] {
        let events = signs.map { "\(name) \($0 == "+" ? "gets" : "loses") N \(thing) . " }.joined()
        shapes.append(
          "\(name) has N \(thing) . \(events)How many \(thing) does \(name) have now ?")
      }
    }
    return shapes
  }

  public func successors(_ state: State) -> [(line: String, state: State?)] {
    guard let change = state.changes.first else { return [("Answer: \(state.value)", nil)] }
    let right = change.sign == "+" ? state.value + change.amount : state.value - change.amount
    return [
      (
        "\(state.value)\(change.sign)\(change.amount)=\(right)",
        State(value: right, changes: Array(state.changes.dropFirst()))
      )
    ]
  }
}
