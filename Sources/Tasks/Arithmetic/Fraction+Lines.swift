// The lines of fraction work, each with the state after it; right or wrong.
extension Fraction.Problem {
  private func after(_ line: LineText) -> (line: String, state: Self) {
    var state = self
    state.lineCount += 1
    return (line.text, state)
  }

  func converting(_ term: Int, to value: Value) -> (line: String, state: Self) {
    var line = LineText()
    line.add(wholes[term])
    line.add(UInt8(ascii: " "))
    line.add(values[term])
    line.add(UInt8(ascii: "="))
    line.add(value)
    var next = after(line)
    next.state.values[term] = value
    next.state.values[term].line = next.state.lineCount
    next.state.wholes[term] = 0
    if next.state.wholes.allSatisfy({ $0 == 0 }) { next.state.begin() }
    return next
  }

  func row(_ a: Int, _ b: Int, quotient: Int, rest: Int) -> (line: String, state: Self) {
    var line = LineText()
    line.add(a)
    line.add(UInt8(ascii: "="))
    line.add(quotient)
    line.add(UInt8(ascii: "*"))
    line.add(b)
    line.add(UInt8(ascii: "+"))
    line.add(rest)
    var next = after(line)
    next.state.isFirstRow = false
    if case .denominatorRow = phase {
      next.state.phase = rest == 0 ? .common(b) : .denominatorRow(b, rest)
    } else if rest > 0 {
      next.state.phase = .resultRow(b, rest)
    } else if b > 1 {
      next.state.phase = .reduce(b)
    } else {
      next.state.endTerm()
    }
    return next
  }

  func common(_ divisor: Int, multiple: Int) -> (line: String, state: Self) {
    let (a, b) = denominators
    var line = LineText()
    line.add(a)
    line.add(UInt8(ascii: "*"))
    line.add(b)
    line.add(UInt8(ascii: "/"))
    line.add(divisor)
    line.add(UInt8(ascii: "="))
    line.add(multiple)
    var next = after(line)
    next.state.common = Value(top: multiple, bottom: 1, line: next.state.lineCount)
    if kind == .order {
      next.state.done += 1
      next.state.nextDenominator()
    } else {
      next.state.expandAll([0, done].filter { values[$0].bottom != multiple })
    }
    return next
  }

  func expanding(_ term: Int, top: Int) -> (line: String, state: Self) {
    var next = after(FractionText.equation(values[term], Value(top: top, bottom: common.top)))
    next.state.expanded[term] = Value(top: top, bottom: common.top, line: next.state.lineCount)
    if case .expand(let pending) = phase {
      next.state.expandAll(pending.filter { $0 != term })
    }
    return next
  }

  func inverting() -> (line: String, state: Self) {
    let term = values[done]
    let inverse = Value(top: term.bottom, bottom: term.top, line: lineCount + 1)
    var line = LineText()
    line.add(values[0])
    line.add(UInt8(ascii: ":"))
    line.add(term)
    line.add(UInt8(ascii: "="))
    line.add(values[0])
    line.add(UInt8(ascii: "*"))
    line.add(inverse)
    var next = after(line)
    next.state.values[done] = inverse
    next.state.phase = .combine
    return next
  }

  /// Same, but what is inverted is the wrong one, or nothing.
  func inverting(first: Bool) -> (line: String, state: Self) {
    let (a, b) = (values[0], values[done])
    let wrong = first ? Value(top: a.bottom, bottom: a.top) : a
    var line = LineText()
    line.add(a)
    line.add(UInt8(ascii: ":"))
    line.add(b)
    line.add(UInt8(ascii: "="))
    line.add(wrong)
    line.add(UInt8(ascii: "*"))
    line.add(b)
    var next = after(line)
    next.state.values[0] = wrong
    next.state.values[0].line = next.state.lineCount
    next.state.values[done].line = next.state.lineCount
    next.state.phase = .combine
    return next
  }

  func combining(to value: Value) -> (line: String, state: Self) {
    let (a, b) = operands
    var line = LineText()
    line.add(a)
    line.add(UInt8(ascii: kind == .product ? "*" : isInverse[done] ? "-" : "+"))
    line.add(b)
    line.add(UInt8(ascii: "="))
    line.add(value)
    var next = after(line)
    next.state.values[0] = value
    next.state.values[0].line = next.state.lineCount
    next.state.reduceOrGoOn()
    return next
  }

  func reducing(to value: Value) -> (line: String, state: Self) {
    var next = after(FractionText.equation(values[0], value))
    next.state.values[0] = value
    next.state.values[0].line = next.state.lineCount
    next.state.endTerm()
    return next
  }

  func sorting(by order: [Int]) -> (line: String, state: Self) {
    var line = LineText()
    line.add(FractionText.order(order.map { expanded[$0] }))
    var next = after(line)
    next.state.values = order.map { values[$0] }
    next.state.phase = .answer
    return next
  }
}

extension LineText {
  mutating func add(_ value: Fraction.Value) {
    add(value.top)
    guard value.bottom != 1 else { return }
    add(UInt8(ascii: "/"))
    add(value.bottom)
  }
}

/// Writes fractions.
enum FractionText {
  static func text(_ value: Fraction.Value) -> String {
    var line = LineText()
    line.add(value)
    return line.text
  }

  static func equation(_ a: Fraction.Value, _ b: Fraction.Value) -> LineText {
    var line = LineText()
    line.add(a)
    line.add(UInt8(ascii: "="))
    line.add(b)
    return line
  }

  static func order(_ values: [Fraction.Value]) -> String {
    var line = LineText()
    for (index, value) in values.enumerated() {
      if index > 0 { line.add(UInt8(ascii: "<")) }
      line.add(value)
    }
    return line.text
  }
}
