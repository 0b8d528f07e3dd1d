extension Euclid {
  public func step(_ state: Problem, _ choice: Int) -> (line: String, state: Problem) {
    switch state.phase {
    case .row:
      let (quotient, rest) = state.high.quotientAndRemainder(dividingBy: state.low)
      return choice == 0
        ? row(state, quotient, rest, isBelow: false)
        : row(state, quotient + 1, state.low - rest, isBelow: true)
    case .normalize: return normalized(state)
    case .reduce: return reduced(state)
    case .square: return squared(state)
    case .difference: return difference(state)
    case .factor: return factor(state)
    case .combine: return combined(state)
    case .done: return ("", state)
    }
  }

  /// `high = quotient * low + rest`, or `- rest` if `isBelow`; with coefficients as the form has
  /// them.
  func row(
    _ state: Problem, _ quotient: Int, _ rest: Int, isBelow: Bool, off: Int = 0
  ) -> (line: String, state: Problem) {
    var next = state
    (next.high, next.low) = (state.low, rest)
    next.written += 1
    let sign = isBelow ? -1 : 1
    next.s = (state.s.low, sign * (state.s.high - quotient * state.s.low))
    next.t = (state.t.low, sign * (state.t.high - quotient * state.t.low) + off)
    var line = "\(state.high)=\(quotient)*\(state.low)\(isBelow ? "-" : "+")\(rest)"
    if rest != 0 {
      switch state.form {
      case .bezout: line += "; s=\(next.s.low); t=\(next.t.low)"
      case .inverse, .congruences: line += "; t=\(next.t.low)"
      default: break
      }
      return (line, next)
    }
    switch state.form {
    case .divisor:
      next.phase = .done
      next.answer = String(state.low)
    case .bezout: next.phase = .normalize
    case .inverse: next.phase = .reduce
    default: next.phase = .difference
    }
    return (line, next)
  }

  /// Of all coefficients that make the divisor, those with the least natural first one.
  private func normalized(_ state: Problem) -> (line: String, state: Problem) {
    var next = state
    let step = max(1, state.given[1] / state.high)
    let turns = Self.floor(state.s.high, step)
    next.s.high = state.s.high - turns * step
    next.t.high = state.t.high + turns * (state.given[0] / state.high)
    next.phase = .done
    next.answer = "\(next.s.high),\(next.t.high)"
    return (identity(next), next)
  }

  func identity(_ state: Problem) -> String {
    "\(state.high)=\(state.s.high)*\(state.given[0])\(state.t.high < 0 ? "-" : "+")"
      + "\(abs(state.t.high))*\(state.given[1])"
  }

  private func reduced(_ state: Problem, off: Int = 0) -> (line: String, state: Problem) {
    var next = state
    next.phase = .done
    if state.high > 1 {
      next.answer = "none"
      return ("\(state.high) divides \(state.given[0]) and \(state.given[1])", next)
    }
    let inverse = state.t.high - Self.floor(state.t.high, state.given[1]) * state.given[1] + off
    next.answer = String(inverse)
    return ("\(state.t.high) mod \(state.given[1])=\(inverse)", next)
  }

  /// The exponent is halved; an odd one gives the base to the result; the base is squared while
  /// anything is left.
  func squared(
    _ state: Problem, resultOff: Int = 0, baseOff: Int = 0
  ) -> (line: String, state: Problem) {
    var next = state
    let (exponent, modulus) = (state.s.high, state.given[2])
    next.s.high = exponent / 2
    var line = "\(exponent)=2*\(exponent / 2)+\(exponent % 2)"
    if exponent % 2 == 1 {
      let product = state.high * state.low
      next.high = product % modulus + resultOff
      line += "; r=\(state.high)*\(state.low)=\(product)=\(next.high)"
    }
    if exponent > 1 {
      let product = state.low * state.low
      next.low = product % modulus + baseOff
      line += "; b=\(state.low)*\(state.low)=\(product)=\(next.low)"
    } else {
      next.phase = .done
      next.answer = String(next.high)
    }
    return (line, next)
  }

  static func floor(_ a: Int, _ b: Int) -> Int {
    let (quotient, rest) = a.quotientAndRemainder(dividingBy: b)
    return rest < 0 ? quotient - 1 : quotient
  }

  public func note(_ state: Problem, _ choice: Int, line: Int) -> StepNote? {
    switch state.phase {
    case .row:
      return StepNote(
        "divide",
        from: state.form == .congruences
          ? foldedRowInputs(state, line)
          : state.form == .divisor || line == 1 ? [line - 1] : [line - 2, line - 1])
    case .normalize, .reduce:
      let rule =
        state.phase == .normalize
        ? "normalize-coefficients" : state.high > 1 ? "common-divisor" : "reduce-inverse"
      return StepNote(rule, from: line > 2 ? [0, line - 2, line - 1] : [0, line - 1])
    case .square:
      let isOdd = state.s.high % 2 == 1
      return StepNote(
        !isOdd ? "square" : state.s.high > 1 ? "multiply-and-square" : "multiply",
        from: line > 1 ? [0, line - 1] : [0])
    case .difference, .factor, .combine: return foldNote(state, line)
    case .done: return nil
    }
  }

  public func slips(_ state: Problem, _ choice: Int) -> [Slip<Problem>] {
    func slip(_ kind: String, _ wrong: (line: String, state: Problem)) -> Slip<Problem> {
      Slip(kind, line: wrong.line, state: wrong.state)
    }
    switch state.phase {
    case .row:
      let (quotient, rest) = state.high.quotientAndRemainder(dividingBy: state.low)
      var slips = [
        slip("wrong-remainder", row(state, quotient, rest + 1, isBelow: false)),
        slip("off-by-one-quotient", row(state, quotient + 1, rest, isBelow: false)),
      ]
      if quotient > 0 {
        slips.append(
          slip("remainder-too-large", row(state, quotient - 1, rest + state.low, isBelow: false)))
      }
      if rest != 0, state.form != .divisor {
        slips.append(slip("wrong-coefficient", row(state, quotient, rest, isBelow: false, off: 1)))
      }
      return slips
    case .square:
      var slips = [Slip<Problem>]()
      if state.s.high % 2 == 1 {
        slips.append(slip("wrong-product", squared(state, resultOff: 1)))
      }
      if state.s.high > 1 { slips.append(slip("wrong-square", squared(state, baseOff: 1))) }
      return slips
    case .reduce:
      return state.high > 1 ? [] : [slip("wrong-residue", reduced(state, off: 1))]
    case .difference, .factor, .combine: return foldSlips(state)
    case .normalize, .done: return []
    }
  }
}
