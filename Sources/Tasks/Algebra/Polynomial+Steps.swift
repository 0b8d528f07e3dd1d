extension Polynomial {
  public func choices(_ state: Problem) -> Int {
    switch state.form {
    case .expand: state.rest.count
    case .divide: state.row.count < state.first.count ? 1 : 0
    case .factor: state.open.count > 1 ? 2 * state.open.count : state.open.count
    }
  }

  public func step(_ state: Problem, _ choice: Int) -> (line: String, state: Problem) {
    switch state.form {
    case .expand: return multiplied(state, choice)
    case .divide: return divided(state)
    case .factor:
      let root = Self.candidate(state, choice)
      return tried(state, root, Self.row(state.row, root))
    }
  }

  /// A term of the first factor times the second, and the sum so far.
  private func multiplied(
    _ state: Problem, _ choice: Int, product wrong: [Int]? = nil, sum wrongSum: [Int]? = nil
  ) -> (line: String, state: Problem) {
    var next = state
    let power = next.rest.remove(at: choice)
    let term = [Int](repeating: 0, count: power) + [state.first[power]]
    let product = wrong ?? Self.times(term, state.second)
    next.sum = wrongSum ?? Self.plus(state.sum, product)
    next.written += 1
    return (
      "\(Self.text(term))*(\(Self.text(state.second)))=\(Self.text(product)); "
        + "sum \(Self.text(next.sum))", next
    )
  }

  static func plus(_ a: [Int], _ b: [Int]) -> [Int] {
    (0..<max(a.count, b.count)).map {
      ($0 < a.count ? a[$0] : 0) + ($0 < b.count ? b[$0] : 0)
    }
  }

  private func divided(
    _ state: Problem, off: Int = 0, keepsSign: Bool = false
  ) -> (line: String, state: Problem) {
    var next = state
    let coefficient = state.first[state.first.count - 1 - state.row.count]
    next.written += 1
    guard let last = state.row.last else {
      next.row = [coefficient + off]
      return ("bring \(coefficient + off)", next)
    }
    let value = coefficient + (keepsSign ? -1 : 1) * state.shift * last + off
    next.row.append(value)
    return ("\(coefficient)+\(state.shift)*\(last)=\(value)", next)
  }

  public func answer(_ state: Problem) -> String {
    switch state.form {
    case .expand: return Self.text(state.sum)
    case .divide:
      return Self.text(state.row.dropLast().reversed()) + " rem \(state.row.last ?? 0)"
    case .factor: return factors(state)
    }
  }

  public func note(_ state: Problem, _ choice: Int, line: Int) -> StepNote? {
    switch state.form {
    case .expand: return StepNote("multiply-term", from: line > 1 ? [0, line - 1] : [0])
    case .divide:
      return StepNote(
        line > 1 ? "multiply-and-add" : "bring-down", from: line > 1 ? [0, line - 1] : [0])
    case .factor:
      let isRoot = Self.row(state.row, Self.candidate(state, choice)).last?.top == 0
      return StepNote(isRoot ? "root" : "no-root", from: [state.rowLine])
    }
  }

  public func slips(_ state: Problem, _ choice: Int) -> [Slip<Problem>] {
    func slip(_ kind: String, _ wrong: (line: String, state: Problem)) -> Slip<Problem> {
      Slip(kind, line: wrong.line, state: wrong.state)
    }
    let right = step(state, choice).line
    var slips: [Slip<Problem>] = []
    switch state.form {
    case .expand:
      let power = state.rest[choice]
      let term = [Int](repeating: 0, count: power) + [state.first[power]]
      var product = Self.times(term, state.second)
      product[power] = -product[power]
      slips = [
        slip("wrong-sign", multiplied(state, choice, product: product)),
        slip("sum-forgotten", multiplied(state, choice, sum: state.sum.isEmpty ? [0] : state.sum)),
      ]
      product = Self.times(term, state.second)
      product[product.count - 1] += 1
      slips.append(slip("off-by-one", multiplied(state, choice, product: product)))
    case .divide:
      slips = [
        slip("off-by-one", divided(state, off: 1)),
        slip("wrong-sign", divided(state, keepsSign: true)),
      ]
    case .factor: slips = trialSlips(state, choice)
    }
    return slips.filter { $0.line != right }
  }

  // Texts.

  static func text(_ problem: Problem) -> String {
    switch problem.form {
    case .expand: "expand (\(text(problem.first)))*(\(text(problem.second)))"
    case .divide: "divide \(text(problem.first)) by \(text([-problem.shift, 1]))"
    case .factor: "factor \(text(problem.first))"
    }
  }

  /// From the highest power down, terms of 0 omitted; `0` for none.
  static func text(_ coefficients: [Int]) -> String {
    var text = ""
    for power in coefficients.indices.reversed() {
      let value = coefficients[power]
      if value == 0 { continue }
      text += value < 0 ? "-" : text.isEmpty ? "" : "+"
      if abs(value) != 1 || power == 0 { text += String(abs(value)) }
      if power > 0 { text += power == 1 ? "x" : "x^\(power)" }
    }
    return text.isEmpty ? "0" : text
  }

  public func canonicalText(_ problem: Problem) -> String {
    let text = Self.text(problem)
    guard problem.form == .expand, problem.first.count == problem.second.count else { return text }
    var swapped = problem
    (swapped.first, swapped.second) = (problem.second, problem.first)
    return min(text, Self.text(swapped))
  }

  /// Reads loosely and keeps what is written as this family would write it.
  public func read(_ text: String) -> Problem? {
    guard text.utf8.count < 300 else { return nil }
    let body = text.dropFirst(7)
    let problem: Problem
    switch text.prefix(7) {
    case "expand ":
      guard let middle = body.firstRange(of: ")*("), body.first == "(", body.last == ")",
        let first = Self.coefficients(body[body.index(after: body.startIndex)..<middle.lowerBound]),
        let second = Self.coefficients(body[middle.upperBound...].dropLast()),
        first.count > 1, first.count <= second.count, first.count <= 7, second.count <= 7
      else { return nil }
      problem = Self.expanding(first, second)
    case "divide ":
      guard let middle = body.firstRange(of: " by "),
        let first = Self.coefficients(body[..<middle.lowerBound]),
        let second = Self.coefficients(body[middle.upperBound...]), second.count == 2,
        second[1] == 1, abs(second[0]) <= 99, (2...7).contains(first.count)
      else { return nil }
      problem = Self.dividing(first, by: -second[0])
    case "factor ":
      guard let first = Self.coefficients(body), (3...6).contains(first.count),
        (1...Self.leadingLimit).contains(first[first.count - 1]), first[0] != 0,
        first.reduce(0, Self.divisor) == 1
      else { return nil }
      problem = Self.factoring(first)
    default: return nil
    }
    return Self.text(problem) == text ? problem : nil
  }

  /// Coefficients from the constant up; the last is not 0.
  private static func coefficients(_ text: Substring) -> [Int]? {
    var coefficients: [Int] = []
    var bytes = Array(text.utf8)[...]
    func number() -> Int? {
      let digits = bytes.prefix { (0x30...0x39).contains($0) }
      bytes = bytes.dropFirst(digits.count)
      return digits.count < 4 ? Int(String(decoding: digits, as: UTF8.self)) : nil
    }
    while let first = bytes.first {
      var sign = 1
      if first == UInt8(ascii: "+") || first == UInt8(ascii: "-") {
        sign = first == UInt8(ascii: "-") ? -1 : 1
        bytes = bytes.dropFirst()
      }
      let isBare = bytes.first == UInt8(ascii: "x")
      guard let value = isBare ? 1 : number() else { return nil }
      var power = 0
      if bytes.first == UInt8(ascii: "x") {
        bytes = bytes.dropFirst()
        power = 1
        if bytes.first == UInt8(ascii: "^") {
          bytes = bytes.dropFirst()
          guard let exponent = number(), exponent <= 6 else { return nil }
          power = exponent
        }
      }
      while coefficients.count <= power { coefficients.append(0) }
      coefficients[power] += sign * value
    }
    guard let last = coefficients.last, last != 0 else { return nil }
    return coefficients
  }
}
