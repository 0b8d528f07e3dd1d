extension Derivative {
  public func choices(_ state: Problem) -> Int {
    guard let term = state.term else { return 1 }
    return term.redexes.count
  }

  public func step(_ state: Problem, _ choice: Int) -> (line: String, state: Problem) {
    guard let term = state.term else {
      return guessed(state, state.given.antiderivative ?? .x)
    }
    let path = term.redexes[choice][...]
    return replaced(state, path, by: term[path].reduced?.result ?? .x)
  }

  private func guessed(_ state: Problem, _ guess: Formula) -> (line: String, state: Problem) {
    var next = state
    next.written += 1
    next.guess = guess
    next.term = .derivative(guess)
    return ("guess \(guess.text)", next)
  }

  private func replaced(
    _ state: Problem, _ path: ArraySlice<Int>, by other: Formula
  ) -> (line: String, state: Problem) {
    var next = state
    next.written += 1
    let term = (state.term ?? .x).replacing(path, by: other)
    next.term = term
    return (term.text, next)
  }

  public func answer(_ state: Problem) -> String {
    guard let term = state.term else { return "none" }
    guard state.isIntegral else { return term.text }
    return term == state.given ? state.guess?.text ?? "none" : "none"
  }

  public func note(_ state: Problem, _ choice: Int, line: Int) -> StepNote? {
    guard let term = state.term else { return StepNote("guess", from: [0]) }
    let path = term.redexes[choice][...]
    return StepNote(term[path].reduced?.rule ?? "fold", from: [line - 1])
  }

  public func slips(_ state: Problem, _ choice: Int) -> [Slip<Problem>] {
    guard let term = state.term else {
      guard let wrong = state.given.undivided else { return [] }
      let next = guessed(state, wrong)
      return wrong == state.given.antiderivative
        ? [] : [Slip("factor-not-divided", line: next.line, state: next.state)]
    }
    let path = term.redexes[choice][...]
    return term[path].mistakes.map { kind, wrong in
      let next = replaced(state, path, by: wrong)
      return Slip(kind, line: next.line, state: next.state)
    }
  }
}

extension Formula {
  /// Whether all numbers are within a bound.
  func holdsNumbers(upTo bound: Int) -> Bool {
    switch self {
    case .number(let value): abs(value) <= bound
    case .x: true
    case .binary(_, let a, let b): a.holdsNumbers(upTo: bound) && b.holdsNumbers(upTo: bound)
    case .power(let base, _): base.holdsNumbers(upTo: bound)
    case .function(_, let argument): argument.holdsNumbers(upTo: bound)
    }
  }

  /// Of a sum of simple terms; `nil` for any other.
  var antiderivative: Formula? { integrated { $0 % $1 == 0 ? $0 / $1 : nil } }

  /// Same, but the new exponent was not divided out.
  var undivided: Formula? { integrated { a, _ in a } }

  private func integrated(_ divide: (Int, Int) -> Int?) -> Formula? {
    func times(_ factor: Int, _ term: Formula) -> Formula {
      factor == 1 ? term : .product(.number(factor), term)
    }
    switch self {
    case .binary(let sign, let a, let b)
    where sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"):
      guard let left = a.integrated(divide), let right = b.integrated(divide) else { return nil }
      return .binary(sign, left, right)
    case .number(let value): return value > 0 ? times(value, .x) : nil
    case .function(let name, .x): return Self.integrated(1, name)
    case .binary(UInt8(ascii: "*"), .number(let factor), let term) where factor > 1:
      switch term {
      case .x: return divide(factor, 2).map { times($0, .power(.x, 2)) }
      case .power(.x, let n): return divide(factor, n + 1).map { times($0, .power(.x, n + 1)) }
      case .function(let name, .x): return Self.integrated(factor, name)
      default: return nil
      }
    default: return nil
    }
  }

  private static func integrated(_ factor: Int, _ name: String) -> Formula? {
    func times(_ name: String) -> Formula {
      factor == 1 ? .function(name, .x) : .product(.number(factor), .function(name, .x))
    }
    switch name {
    case "sin": return .product(.number(-factor), .function("cos", .x))
    case "cos": return times("sin")
    case "exp": return times("exp")
    default: return nil
    }
  }

  /// Wrong results of a step at this node.
  var mistakes: [(kind: String, result: Formula)] {
    guard case .function("D", let argument) = self else {
      guard case .binary(UInt8(ascii: "*"), .number(let a), let b) = self else { return [] }
      switch b {
      case .number(let c): return [("wrong-factor", .number(a * c + 1))]
      case .binary(UInt8(ascii: "*"), .number(let c), let d):
        return [("wrong-factor", .product(.number(a * c + 1), d))]
      default: return []
      }
    }
    switch argument {
    case .number(let value): return [("constant-kept", .number(value))]
    case .x: return [("wrong-identity", .number(0))]
    case .binary(UInt8(ascii: "*"), .number(let factor), let b):
      return [
        ("constant-lost", .derivative(b)),
        ("wrong-factor", .product(.number(factor + 1), .derivative(b))),
      ]
    case .binary(UInt8(ascii: "*"), let a, let b):
      return [
        ("product-of-derivatives", .product(.derivative(a), .derivative(b))),
        ("wrong-sign", .difference(.product(.derivative(a), b), .product(a, .derivative(b)))),
      ]
    case .binary(UInt8(ascii: "/"), let a, let b):
      let (p, q): (Formula, Formula) = (
        .product(.derivative(a), b), .product(a, .derivative(b))
      )
      return [
        ("wrong-sign", .quotient(.sum(p, q), .power(b, 2))),
        ("square-forgotten", .quotient(.difference(p, q), b)),
      ]
    case .binary: return []
    case .power(.x, let n):
      return [
        ("exponent-kept", .product(.number(n), .power(.x, n))),
        ("factor-forgotten", Self.raised(.x, n - 1)),
      ]
    case .power(let base, let n):
      return [
        ("chain-forgotten", .product(.number(n), Self.raised(base, n - 1))),
        ("exponent-kept", .product(.number(n), .product(.power(base, n), .derivative(base)))),
      ]
    case .function(let name, let inner):
      let other: Formula =
        name == "sin" ? .function("cos", inner) : name == "cos" ? .function("sin", inner) : argument
      let isPlain = inner == .x
      if name == "cos" {
        return [("wrong-sign", isPlain ? other : .product(other, .derivative(inner)))]
      }
      return isPlain || name == "ln" ? [("wrong-function", argument)] : [("chain-forgotten", other)]
    }
  }
}
