extension TrigIdentity {
  private static let sine = Formula.function("sin", .x)
  private static let cosine = Formula.function("cos", .x)

  /// What a named identity makes of this node, where the walk applies one.
  static func rewritten(_ node: Formula) -> (rule: String, result: Formula)? {
    switch node {
    case .power(cosine, let n):
      let one: Formula = .difference(.number(1), .power(sine, 2))
      return ("pythagoras", n == 2 ? one : .product(.raised(cosine, n - 2), one))
    case .function("sin", .binary(UInt8(ascii: "*"), .number(2), .x)):
      return ("double-sine", .product(.number(2), .product(sine, cosine)))
    case .function("cos", .binary(UInt8(ascii: "*"), .number(2), .x)):
      return (
        "double-cosine", .difference(.number(1), .product(.number(2), .power(sine, 2)))
      )
    case .function("sin", .binary(UInt8(ascii: "*"), .number(3), .x)):
      return (
        "triple-sine",
        .difference(.product(.number(3), sine), .product(.number(4), .power(sine, 3)))
      )
    case .function("cos", .binary(UInt8(ascii: "*"), .number(3), .x)):
      return (
        "triple-cosine",
        .difference(.product(.number(4), .power(cosine, 3)), .product(.number(3), cosine))
      )
    default: return nil
    }
  }

  /// Places of a term that an identity of the walk changes, from the left.
  static func places(_ term: Formula) -> [[Int]] {
    var found: [[Int]] = []
    func visit(_ node: Formula, _ path: [Int]) {
      if rewritten(node) != nil {
        found.append(path)
        return
      }
      switch node {
      case .number, .x, .function: break
      case .binary(_, let a, let b):
        visit(a, path + [0])
        visit(b, path + [1])
      case .power(let base, _): visit(base, path + [0])
      }
    }
    visit(term, [])
    return found
  }

  /// One step of a side: at a place, or multiplied out if there is none.
  private struct Move {
    var isLeft: Bool
    var path: [Int]?
  }

  private static func moves(_ state: Problem) -> [Move] {
    var moves: [Move] = []
    for isLeft in [true, false] {
      let side = isLeft ? state.left : state.right
      let places = places(side)
      moves += places.map { Move(isLeft: isLeft, path: $0) }
      if places.isEmpty, let polynomial = TrigPolynomial(side), polynomial.expression != side {
        moves.append(Move(isLeft: isLeft, path: nil))
      }
    }
    return moves
  }

  public func choices(_ state: Problem) -> Int { Self.moves(state).count }

  public func step(_ state: Problem, _ choice: Int) -> (line: String, state: Problem) {
    let move = Self.moves(state)[choice]
    let side = move.isLeft ? state.left : state.right
    let changed: Formula
    if let path = move.path {
      changed = side.replacing(
        path[...], by: Self.rewritten(side[path[...]])?.result ?? side)
    } else {
      changed = TrigPolynomial(side)?.expression ?? side
    }
    return Self.written(state, move.isLeft, changed)
  }

  private static func written(
    _ state: Problem, _ isLeft: Bool, _ side: Formula
  ) -> (line: String, state: Problem) {
    let next =
      isLeft
      ? Problem(left: side, right: state.right) : Problem(left: state.left, right: side)
    return (text(next), next)
  }

  public func answer(_ state: Problem) -> String {
    state.left == state.right ? state.left.text : "different"
  }

  public func note(_ state: Problem, _ choice: Int, line: Int) -> StepNote? {
    let move = Self.moves(state)[choice]
    let side = move.isLeft ? state.left : state.right
    let rule = move.path.flatMap { Self.rewritten(side[$0[...]])?.rule }
    return StepNote(rule ?? "multiply-out", from: [line - 1])
  }

  public func slips(_ state: Problem, _ choice: Int) -> [Slip<Problem>] {
    let move = Self.moves(state)[choice]
    let side = move.isLeft ? state.left : state.right
    func slip(_ kind: String, _ changed: Formula) -> Slip<Problem> {
      let next = Self.written(state, move.isLeft, changed)
      return Slip(kind, line: next.line, state: next.state)
    }
    guard let path = move.path else {
      guard let polynomial = TrigPolynomial(side), let some = polynomial.ordered.last else {
        return []
      }
      var terms = polynomial.terms
      terms[some.powers] = some.coefficient + (some.coefficient == -1 ? 2 : 1)
      var slips = [slip("wrong-coefficient", TrigPolynomial(terms).expression)]
      terms[some.powers] = nil
      slips.append(slip("term-lost", TrigPolynomial(terms).expression))
      terms[some.powers] = -some.coefficient
      slips.append(slip("wrong-sign", TrigPolynomial(terms).expression))
      return slips
    }
    func at(_ kind: String, _ result: Formula) -> Slip<Problem> {
      slip(kind, side.replacing(path[...], by: result))
    }
    let square: Formula = .power(Self.sine, 2)
    switch side[path[...]] {
    case .power(_, let n):
      let wrong: Formula = .sum(.number(1), square)
      return [
        at("wrong-sign", n == 2 ? wrong : .product(.raised(Self.cosine, n - 2), wrong)),
        at(
          "power-forgotten",
          n == 2
            ? .difference(.number(1), Self.sine)
            : .product(Self.cosine, .product(Self.cosine, .difference(.number(1), square)))),
      ].filter { $0.kind == "wrong-sign" || n == 2 || n > 4 }
    case .function("sin", .binary(_, .number(2), _)):
      return [
        at("factor-forgotten", .product(Self.sine, Self.cosine)),
        at("wrong-function", .product(.number(2), square)),
      ]
    case .function("cos", .binary(_, .number(2), _)):
      return [
        at("wrong-sign", .sum(.number(1), .product(.number(2), square))),
        at("factor-forgotten", .difference(.number(1), square)),
      ]
    case .function(let name, _):
      return [at("angle-forgotten", .product(.number(3), .function(name, .x)))]
    default: return []
    }
  }
}
