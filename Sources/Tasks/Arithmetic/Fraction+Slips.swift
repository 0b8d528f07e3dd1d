// What goes wrong with fractions: numerator or denominator alone, the wrong fraction turned over, a
// common denominator that is not the least, a row of Euclid's that does not add up.
extension Fraction {
  public func slips(_ state: Problem, _ choice: Int) -> [Slip<Problem>] {
    var slips: [Slip<Problem>] = []
    func add(_ kind: String, _ step: (line: String, state: Problem)) {
      slips.append(Slip(kind, line: step.line, state: step.state))
    }
    switch state.phase {
    case .convert:
      let term = state.mixed(choice)
      let (whole, value) = (state.wholes[term], state.values[term])
      for (kind, top) in [
        ("added-whole", whole + value.top), ("lost-numerator", whole * value.bottom),
        ("off-by-one", whole * value.bottom + value.top + 1),
      ] {
        add(kind, state.converting(term, to: Value(top: top, bottom: value.bottom)))
      }
    case .denominatorRow(let a, let b), .resultRow(let a, let b):
      for (kind, quotient, rest) in [
        ("wrong-rest", a / b, a % b + 1), ("wrong-rest", a / b, a % b - 1),
        ("small-quotient", a / b - 1, a % b + b),
      ] where quotient >= 0 && rest >= 0 && state.canGoOn(afterDivisor: Self.divisor(b, rest)) {
        add(kind, state.row(a, b, quotient: quotient, rest: rest))
      }
    case .common(let divisor):
      let (a, b) = state.denominators
      if divisor > 1 { add("not-least", state.common(divisor, multiple: a * b)) }
      add("doubled", state.common(divisor, multiple: 2 * (a * b / divisor)))
    case .expand(let pending):
      let value = state.values[pending[choice]]
      let factor = state.common.top / value.bottom
      for (kind, top) in [
        ("unscaled-top", value.top), ("off-by-one", value.top * factor + 1),
        ("wrong-factor", value.top * (factor + 1)),
      ] {
        add(kind, state.expanding(pending[choice], top: top))
      }
    case .invert:
      add("not-inverted", state.inverting(first: false))
      add("inverted-first", state.inverting(first: true))
    case .combine:
      let (a, b) = state.operands
      let right = state.combined(a, b)
      add("off-by-one", state.combining(to: Value(top: right.top + 1, bottom: right.bottom)))
      if state.kind == .product {
        add(
          "cross-product",
          state.combining(to: Value(top: a.top * b.bottom, bottom: a.bottom * b.top)))
      } else {
        add(
          "added-denominators",
          state.combining(to: Value(top: right.top, bottom: a.bottom + b.bottom)))
        let top = state.isInverse[state.done] ? a.top + b.top : a.top - b.top
        add("wrong-sign", state.combining(to: Value(top: top, bottom: right.bottom)))
      }
    case .reduce(let divisor):
      let value = state.values[0]
      let (top, bottom) = (value.top / divisor, value.bottom / divisor)
      add("half-reduced", state.reducing(to: Value(top: top, bottom: value.bottom)))
      add("off-by-one", state.reducing(to: Value(top: top + 1, bottom: bottom)))
      if bottom > 1 { add("off-by-one", state.reducing(to: Value(top: top, bottom: bottom + 1))) }
    case .sort:
      let order = state.ascending
      add("descending", state.sorting(by: order.reversed()))
      for place in 1..<order.count {
        var wrong = order
        wrong.swapAt(place - 1, place)
        add("swapped", state.sorting(by: wrong))
      }
    case .answer: break
    }
    return slips
  }

  static func divisor(_ a: Int, _ b: Int) -> Int {
    var (a, b) = (a, b)
    while b > 0 { (a, b) = (b, a % b) }
    return a
  }
}

extension Fraction.Problem {
  /// Whether a wrong greatest common divisor lets the work come out even.
  func canGoOn(afterDivisor divisor: Int) -> Bool {
    guard divisor > 0 else { return false }
    if case .denominatorRow = phase {
      let (a, b) = denominators
      return a * b % divisor == 0 && a * b / divisor % a == 0 && a * b / divisor % b == 0
    }
    return values[0].top % divisor == 0 && values[0].bottom % divisor == 0
  }
}
