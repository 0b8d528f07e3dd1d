extension LinearEquation {
  /// What a step does to both sides.
  enum Operation { case removeTerm, removeConstant, divide }

  static func operation(_ state: Problem, _ choice: Int) -> Operation {
    if choice == 0, state.c != 0 { return .removeTerm }
    return state.b != 0 ? .removeConstant : .divide
  }

  /// The line of a removal that leads to `next`, and `next`.
  static func removed(
    _ state: Problem, _ operation: Operation, _ next: Problem
  ) -> (line: String, state: Problem) {
    let term = operation == .removeTerm ? side(x: state.c, constant: 0) : String(state.b)
    return (removal(of: term) + text(next), next)
  }

  static func divided(_ state: Problem, _ quotient: String) -> (line: String, state: Problem) {
    var next = state
    next.quotient = quotient
    return ("divide by \(state.a): x=\(quotient)", next)
  }

  public func note(_ state: Problem, _ choice: Int, line: Int) -> StepNote? {
    let rule =
      switch Self.operation(state, choice) {
      case .removeTerm: "remove-term"
      case .removeConstant: "remove-constant"
      case .divide: "divide"
      }
    return StepNote(rule, from: [line - 1])
  }

  public func slips(_ state: Problem, _ choice: Int) -> [Slip<Problem>] {
    let right = step(state, choice)
    var slips: [Slip<Problem>] = []
    func add(_ kind: String, _ wrong: (line: String, state: Problem)) {
      // An equation without x on the left has no way on.
      guard wrong.line != right.line, wrong.state.a != wrong.state.c else { return }
      slips.append(Slip(kind, line: wrong.line, state: wrong.state))
    }
    let operation = Self.operation(state, choice)
    var next = right.state
    switch operation {
    case .removeTerm:
      next.a = state.a + state.c
      add("wrong-sign", Self.removed(state, operation, next))
      next.a = state.a
      add("other-side-forgotten", Self.removed(state, operation, next))
      next.a = right.state.a + 1
      add("off-by-one", Self.removed(state, operation, next))
    case .removeConstant:
      next.d = state.d + state.b
      add("wrong-sign", Self.removed(state, operation, next))
      next.d = state.d
      add("other-side-forgotten", Self.removed(state, operation, next))
      next.d = right.state.d + 1
      add("off-by-one", Self.removed(state, operation, next))
    case .divide:
      add("wrong-sign", Self.divided(state, Self.quotient(-state.d, state.a)))
      if state.d != 0 { add("upside-down", Self.divided(state, Self.quotient(state.a, state.d))) }
      add("subtracted", Self.divided(state, String(state.d - state.a)))
    }
    return slips
  }

  public func guesses(_ problem: Problem) -> [(name: String, answer: String)] {
    [("difference of constants", String(problem.d - problem.b)), ("zero", "0")]
  }
}
