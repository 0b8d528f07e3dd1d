public import Files
internal import Foundation
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
/// carry into column i is what the last i digits of all numbers add up to above base^i, the borrow
/// 1 exactly when those of the greater number are less than those of the smaller.
public struct ColumnAdditionTraces: TraceEnumerator {
  public let family = "column-addition"

  public struct State {
    var lines: [String]
  }

  struct Term {
    var whole: String
    var fraction: String
    var isMinus: Bool
  }

  public let alphabet = "0123456789+=-. \nwritecarybosumAnswer:"

  public init() {}

  public func knobs(of record: Record) -> [String: JSON]? {
    let parts = record.problem.components(separatedBy: " base ")
    let terms = parts[0].split { "+-".contains($0) }.map {
      $0.split(separator: ".").map(String.init)
    }
    let places = Set(terms.map { $0.count == 2 ? $0[1].count : 0 })
    guard places.count == 1 else { return nil }
    let carries = record.solution.split(separator: "\n").count {
      ($0.contains(" carry ") || $0.contains(" borrow ")) && !$0.hasSuffix(" 0")
    }
    return [
      "digits": JSON(terms.map { $0[0].count }.max() ?? 0), "carries": JSON(carries),
      "addends": JSON(terms.count), "subtracted": JSON(parts[0].count { $0 == "-" }),
      "places": JSON(places.first ?? 0), "base": JSON(parts.count == 2 ? Int(parts[1]) ?? 0 : 10),
    ]
  }

  public func begin(_ lexemes: [String]) -> State? {
    var lexemes = lexemes[...]
    var base = 10
    if let word = lexemes.firstIndex(of: "base") {
      let named = lexemes[(word + 1)...]
      guard named.count == 1, let name = named.first, isNatural(name, upTo: 2),
        let number = Int(name), (2...16).contains(number), number != 10
      else { return nil }
      base = number
      lexemes = lexemes[..<word]
    }
    func isNumeral(_ text: String) -> Bool {
      text.allSatisfy { "0123456789abcdef".prefix(base).contains($0) }
    }
    var terms: [Term] = []
    if let first = lexemes.first, first != "-" { lexemes = ["+"] + lexemes }
    while let sign = lexemes.popFirst() {
      guard ["+", "-"].contains(sign), let whole = lexemes.popFirst(),
        (1...64).contains(whole.count), isNumeral(whole), whole == "0" || whole.first != "0"
      else { return nil }
      var term = Term(whole: whole, fraction: "", isMinus: sign == "-")
      if lexemes.first == "." {
        guard lexemes.count > 1, let point = lexemes.indices.first,
          (1...16).contains(lexemes[point + 1].count), isNumeral(lexemes[point + 1])
        else { return nil }
        term.fraction = lexemes[point + 1]
        lexemes = lexemes.dropFirst(2)
      }
      precondition(whole.count + term.fraction.count <= 30, "the tests' mutants fit 128 bits")
      terms.append(term)
    }
    guard (2...5).contains(terms.count) else { return nil }
    return State(lines: Columns(base: UInt128(base)).lines(terms))
  }

  public func successors(_ state: State) -> [(line: String, state: State?)] {
    let rest = Array(state.lines.dropFirst())
    return [(state.lines[0], rest.isEmpty ? nil : State(lines: rest))]
  }

  private struct Columns {
    var base: UInt128

    func power(_ exponent: Int) -> UInt128 {
      (0..<exponent).reduce(1) { power, _ in power * base }
    }

    func text(_ value: UInt128, places: Int = 0) -> String {
      let digits = String(value, radix: Int(base))
      if places == 0 { return digits }
      let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
      return "\(padded.dropLast(places)).\(padded.suffix(places))"
    }

    func scaled(_ terms: [Term], _ places: Int) -> [UInt128] {
      terms.map { term in
        let zeros = String(repeating: "0", count: places - term.fraction.count)
        return UInt128(term.whole + term.fraction + zeros, radix: Int(base)) ?? 0
      }
    }

    func lines(_ terms: [Term]) -> [String] {
      var lines: [String] = []
      var totals: [(value: UInt128, places: Int)?] = []
      let isMixed = Set(terms.map(\.isMinus)).count == 2
      for isMinus in [false, true] {
        let group = terms.filter { $0.isMinus == isMinus }
        let places = group.map(\.fraction.count).max() ?? 0
        let values = scaled(group, places)
        let sum = values.reduce(0, +)
        totals.append(group.isEmpty ? nil : (sum, places))
        if group.count < 2 { continue }
        for column in 0..<places + (group.map(\.whole.count).max() ?? 0) {
          let unit = power(column)
          let carry = values.reduce(0) { $0 + $1 % unit } / unit
          let digits = values.map { $0 / unit % base }
          let value = digits.reduce(carry, +)
          lines.append(
            digits.map { text($0) }.joined(separator: "+")
              + "+\(text(carry))=\(text(value)) write \(text(value % base)) carry "
              + text(value / base))
        }
        if isMixed { lines.append("sum " + text(sum, places: places)) }
      }
      guard let plus = totals[0], let minus = totals[1] else {
        let (value, places) = totals.compactMap { $0 }[0]
        let sign = totals[0] == nil && value > 0 ? "-" : ""
        return lines + ["Answer: \(sign)\(text(value, places: places))"]
      }
      let places = max(plus.places, minus.places)
      let a = plus.value * power(places - plus.places)
      let b = minus.value * power(places - minus.places)
      let (greater, smaller) = a < b ? (b, a) : (a, b)
      let (plusText, minusText) = (
        text(plus.value, places: plus.places), text(minus.value, places: minus.places)
      )
      lines.append(a < b ? "-(\(minusText)-\(plusText))" : "\(plusText)-\(minusText)")
      for column in 0..<max(text(greater).count, places + 1) {
        let unit = power(column)
        let borrow = greater % unit < smaller % unit ? 1 : 0
        let (p, q) = (Int(greater / unit % base), Int(smaller / unit % base))
        let value = p - q - borrow
        let size = String(value.magnitude, radix: Int(base))
        let digit = value < 0 ? value + Int(base) : value
        lines.append(
          "\(text(UInt128(p)))-\(text(UInt128(q)))-\(borrow)=\(value < 0 ? "-" : "")\(size) write "
            + "\(text(UInt128(digit))) borrow \(value < 0 ? 1 : 0)")
      }
      let sign = a < b ? "-" : ""
      return lines + ["Answer: \(sign)\(text(greater - smaller, places: places))"]
    }
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
