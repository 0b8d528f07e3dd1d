// The lines of fraction work, each written by the state before it, which goes on from it; right or
// wrong.
extension Fraction.Problem {
  mutating func convert(_ term: Int, to value: Value, _ line: inout LineText) {
    line.add(wholes[term])
    line.add(UInt8(ascii: " "))
    line.addEquation(values[term], value)
    lineCount += 1
    values[term] = value
    values[term].line = lineCount
    wholes[term] = 0
    if wholes.allSatisfy({ $0 == 0 }) { begin() }
  }

  mutating func row(_ a: Int, _ b: Int, quotient: Int, rest: Int, _ line: inout LineText) {
    line.add(a)
    line.add(UInt8(ascii: "="))
    line.add(quotient)
    line.add(UInt8(ascii: "*"))
    line.add(b)
    line.add(UInt8(ascii: "+"))
    line.add(rest)
    lineCount += 1
    isFirstRow = false
    if case .denominatorRow = phase {
      phase = rest == 0 ? .common(b) : .denominatorRow(b, rest)
    } else if rest > 0 {
      phase = .resultRow(b, rest)
    } else if b > 1 {
      phase = .reduce(b)
    } else {
      endTerm()
    }
  }

  mutating func bringTogether(_ divisor: Int, multiple: Int, _ line: inout LineText) {
    let (a, b) = denominators
    line.add(a)
    line.add(UInt8(ascii: "*"))
    line.add(b)
    line.add(UInt8(ascii: "/"))
    line.add(divisor)
    line.add(UInt8(ascii: "="))
    line.add(multiple)
    lineCount += 1
    common = Value(top: multiple, bottom: 1, line: lineCount)
    if kind == .order {
      done += 1
      nextDenominator()
    } else {
      expandAll([0, done].filter { values[$0].bottom != multiple })
    }
  }

  mutating func expand(_ term: Int, top: Int, _ line: inout LineText) {
    line.addEquation(values[term], Value(top: top, bottom: common.top))
    lineCount += 1
    expanded[term] = Value(top: top, bottom: common.top, line: lineCount)
    if case .expand(let pending) = phase { expandAll(pending.filter { $0 != term }) }
  }

  mutating func invert(_ line: inout LineText) {
    let term = values[done]
    let inverse = Value(top: term.bottom, bottom: term.top, line: lineCount + 1)
    line.addQuotient(values[0], term, as: values[0], times: inverse)
    lineCount += 1
    values[done] = inverse
    phase = .combine
  }

  /// Same, but what is inverted is the wrong one, or nothing.
  mutating func invert(first: Bool, _ line: inout LineText) {
    let (a, b) = (values[0], values[done])
    let wrong = first ? Value(top: a.bottom, bottom: a.top) : a
    line.addQuotient(a, b, as: wrong, times: b)
    lineCount += 1
    values[0] = wrong
    values[0].line = lineCount
    values[done].line = lineCount
    phase = .combine
  }

  mutating func combine(to value: Value, _ line: inout LineText) {
    let (a, b) = operands
    line.add(a)
    line.add(UInt8(ascii: kind == .product ? "*" : isInverse[done] ? "-" : "+"))
    line.addEquation(b, value)
    lineCount += 1
    values[0] = value
    values[0].line = lineCount
    reduceOrGoOn()
  }

  mutating func reduce(to value: Value, _ line: inout LineText) {
    line.addEquation(values[0], value)
    lineCount += 1
    values[0] = value
    values[0].line = lineCount
    endTerm()
  }

  mutating func sort(by order: [Int], _ line: inout LineText) {
    line.addOrder(order.map { expanded[$0] })
    lineCount += 1
    values = order.map { values[$0] }
    phase = .answer
  }
}

extension LineText {
  mutating func add(_ value: Fraction.Value) {
    add(value.top)
    guard value.bottom != 1 else { return }
    add(UInt8(ascii: "/"))
    add(value.bottom)
  }

  fileprivate mutating func addEquation(_ a: Fraction.Value, _ b: Fraction.Value) {
    add(a)
    add(UInt8(ascii: "="))
    add(b)
  }

  fileprivate mutating func addQuotient(
    _ a: Fraction.Value, _ b: Fraction.Value, as c: Fraction.Value, times d: Fraction.Value
  ) {
    add(a)
    add(UInt8(ascii: ":"))
    addEquation(b, c)
    add(UInt8(ascii: "*"))
    add(d)
  }

  fileprivate mutating func addOrder(_ values: [Fraction.Value]) {
    for (index, value) in values.enumerated() {
      if index > 0 { add(UInt8(ascii: "<")) }
      add(value)
    }
  }
}

/// Writes fractions.
enum FractionText {
  static func text(_ value: Fraction.Value) -> String {
    var line = LineText()
    line.add(value)
    return line.text
  }

  static func order(_ values: [Fraction.Value]) -> String {
    var line = LineText()
    line.addOrder(values)
    return line.text
  }
}
