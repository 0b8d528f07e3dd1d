// What goes wrong with fractions: numerator or denominator alone, the wrong fraction turned over, a
// common denominator that is not the least, a row of Euclid's that does not add up.
extension Fraction {
  public func slips(_ state: Problem, _ choice: Int) -> [Slip<Problem>] {
    var slips: [Slip<Problem>] = []
    func add(_ kind: String, _ change: (inout Problem, inout LineText) -> Void) {
      let step = LineText.step(from: state, change)
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
        add(kind) {
          $0.convert(term, to: Value(top: top, bottom: value.bottom), &$1)
        }
      }
    case .denominatorRow(let a, let b), .resultRow(let a, let b):
      for (kind, quotient, rest) in [
        ("wrong-rest", a / b, a % b + 1), ("wrong-rest", a / b, a % b - 1),
        ("small-quotient", a / b - 1, a % b + b),
      ] where quotient >= 0 && rest >= 0 && state.canGoOn(afterDivisor: Self.divisor(b, rest)) {
        add(kind) { $0.row(a, b, quotient: quotient, rest: rest, &$1) }
      }
    case .common(let divisor):
      let (a, b) = state.denominators
      if divisor > 1 { add("not-least") { $0.bringTogether(divisor, multiple: a * b, &$1) } }
      add("doubled") { $0.bringTogether(divisor, multiple: 2 * (a * b / divisor), &$1) }
    case .expand(let pending):
      let value = state.values[pending[choice]]
      let factor = state.common.top / value.bottom
      for (kind, top) in [
        ("unscaled-top", value.top), ("off-by-one", value.top * factor + 1),
        ("wrong-factor", value.top * (factor + 1)),
      ] {
        add(kind) { $0.expand(pending[choice], top: top, &$1) }
      }
    case .invert:
      add("not-inverted") { $0.invert(first: false, &$1) }
      add("inverted-first") { $0.invert(first: true, &$1) }
    case .combine:
      let (a, b) = state.operands
      let right = state.combined(a, b)
      add("off-by-one") { $0.combine(to: Value(top: right.top + 1, bottom: right.bottom), &$1) }
      if state.kind == .product {
        add("cross-product") {
          $0.combine(to: Value(top: a.top * b.bottom, bottom: a.bottom * b.top), &$1)
        }
      } else {
        add("added-denominators") {
          $0.combine(to: Value(top: right.top, bottom: a.bottom + b.bottom), &$1)
        }
        let top = state.isInverse[state.done] ? a.top + b.top : a.top - b.top
        add("wrong-sign") { $0.combine(to: Value(top: top, bottom: right.bottom), &$1) }
      }
    case .reduce(let divisor):
      let value = state.values[0]
      let (top, bottom) = (value.top / divisor, value.bottom / divisor)
      add("half-reduced") { $0.reduce(to: Value(top: top, bottom: value.bottom), &$1) }
      add("off-by-one") { $0.reduce(to: Value(top: top + 1, bottom: bottom), &$1) }
      if bottom > 1 {
        add("off-by-one") { $0.reduce(to: Value(top: top, bottom: bottom + 1), &$1) }
      }
    case .sort:
      let order = state.ascending
      add("descending") { $0.sort(by: order.reversed(), &$1) }
      for place in 1..<order.count {
        var wrong = order
        wrong.swapAt(place - 1, place)
        add("swapped") { $0.sort(by: wrong, &$1) }
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
