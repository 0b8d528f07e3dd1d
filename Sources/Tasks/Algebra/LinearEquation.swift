public import Files
public import Randomness

/// One equation in x, solved by removing terms and dividing.
///
///     3x+5=2x-7  ->  subtract 2x: x+5=-7 / subtract 5: x=-12 / Answer: -12
///
/// The x-term on the right and the constant on the left may go in either order, each equally
/// likely. The sides may be swapped: the canonical form is the lexicographically smaller text.
///
/// Levels: 1 `ax=d`, 2 `ax+b=d`, from 3 on `ax+b=cx+d` where any term may be missing, also the x on
/// the left. Knobs: `coefficient_bound` and `constant_bound` hold for both sides, at levels 1 and 2
/// too, where the right side follows from the solution; `fractions`: whether the solution is a
/// fraction, which happens from level 6 on.
public struct LinearEquation: WalkFamily {
  /// `ax+b=cx+d`; once divided, the solution.
  public struct Problem: Sendable, Equatable {
    var a: Int
    var b: Int
    var c: Int
    var d: Int
    var quotient: String?

    /// Neither side needs work: `x=5` or `5=x`.
    var isBare: Bool { (a == 1 && b == 0 && c == 0) || (c == 1 && d == 0 && a == 0) }
    var swapped: Problem { Problem(a: c, b: d, c: a, d: b) }
  }

  public static let name = "linear-equation"

  public init() {}

  public var about: String {
    "A linear equation in x is solved by adding, subtracting and dividing on both sides."
  }

  public var knobs: [Knob] {
    [
      .settable("coefficient_bound", in: 2...9999, "largest coefficient of x, without its sign"),
      .settable(
        "constant_bound", in: 1...9999,
        "largest constant; at levels 1 and 2 it follows from the solution"),
      .measured("fractions", "whether the solution is a fraction"), .verbose,
    ]
  }

  public func refusal(of difficulty: Difficulty) -> String? {
    difficulty.level < 3 && difficulty["constant_bound"] != nil
      ? "constant_bound follows from the solution there and can be set from level 3 on" : nil
  }

  public func pose(
    at difficulty: Difficulty, using stream: inout RandomStream
  ) -> PosedProblem {
    let problem = Level.of(difficulty).draw(using: &stream)
    return posed(problem, text: Self.text(problem), at: difficulty)
  }

  public func knobs(of problem: Problem, at difficulty: Difficulty) -> JSONObject? {
    let bounds = Level.of(difficulty)
    guard bounds.poses(problem) else { return nil }
    return [
      "coefficient_bound": .init(bounds.coefficient),
      "constant_bound": .init(bounds.constantBound),
      "fractions": .init((problem.d - problem.b) % (problem.a - problem.c) != 0),
      "verbose": difficulty.isVerbose ? 1 : 0,
    ]
  }

  public func eachProblem(
    at difficulty: Difficulty, _ body: (String) throws -> Void
  ) rethrows -> Bool {
    try Level.of(difficulty).eachProblem { try body(Self.text($0)) }
  }

  public func space(at difficulty: Difficulty) -> ProblemSpace { Level.of(difficulty).space }

  public func read(_ text: String) -> Problem? {
    let sides = text.split(separator: "=", omittingEmptySubsequences: false)
    guard sides.count == 2, let left = Self.side(sides[0]), let right = Self.side(sides[1]),
      left.x != right.x
    else { return nil }
    return Problem(a: left.x, b: left.constant, c: right.x, d: right.constant)
  }

  public func canonicalText(_ problem: Problem) -> String {
    let text = Self.text(problem)
    let other = Self.text(problem.swapped)
    return other.utf8.lexicographicallyPrecedes(text.utf8) ? other : text
  }

  public func choices(_ state: Problem) -> Int {
    if state.quotient != nil { return 0 }
    let removals = (state.c != 0 ? 1 : 0) + (state.b != 0 ? 1 : 0)
    if removals > 0 { return removals }
    return state.a == 1 ? 0 : 1
  }

  public func step(_ state: Problem, _ choice: Int) -> (line: String, state: Problem) {
    var next = state
    switch Self.operation(state, choice) {
    case .removeTerm:
      next.a -= state.c
      next.c = 0
      return Self.removed(state, .removeTerm, next)
    case .removeConstant:
      next.d -= state.b
      next.b = 0
      return Self.removed(state, .removeConstant, next)
    case .divide: return Self.divided(state, Self.quotient(state.d, state.a))
    }
  }

  public func answer(_ state: Problem) -> String { state.quotient ?? String(state.d) }

  static func text(_ problem: Problem) -> String {
    side(x: problem.a, constant: problem.b) + "=" + side(x: problem.c, constant: problem.d)
  }

  static func removal(of term: String) -> String {
    term.hasPrefix("-") ? "add \(term.dropFirst()): " : "subtract \(term): "
  }

  static func side(x: Int, constant: Int) -> String {
    if x == 0 { return String(constant) }
    let term = x == 1 ? "x" : x == -1 ? "-x" : "\(x)x"
    if constant == 0 { return term }
    return constant > 0 ? "\(term)+\(constant)" : "\(term)\(constant)"
  }

  /// Numerator over denominator in lowest terms, the sign in front; an integer without `/1`.
  static func quotient(_ numerator: Int, _ denominator: Int) -> String {
    var (p, q) = (abs(numerator), abs(denominator))
    while q != 0 { (p, q) = (q, p % q) }
    let sign = (numerator < 0) != (denominator < 0) && numerator != 0 ? "-" : ""
    let bottom = abs(denominator) / p
    return sign + String(abs(numerator) / p) + (bottom == 1 ? "" : "/\(bottom)")
  }

  /// Reads a side loosely and keeps it only if it is written as this family would write it.
  private static func side(_ text: Substring) -> (x: Int, constant: Int)? {
    var x = 0
    var constant = text
    if let end = text.firstIndex(of: "x") {
      let coefficient = text[..<end]
      switch coefficient {
      case "": x = 1
      case "-": x = -1
      default:
        guard coefficient.utf8.count <= 10, let number = Int(coefficient) else { return nil }
        x = number
      }
      constant = text[text.index(after: end)...]
      if constant.isEmpty { constant = "0" }
    }
    guard constant.utf8.count <= 10, let number = Int(constant), abs(x) <= 999_999_999,
      abs(number) <= 999_999_999, side(x: x, constant: number) == text
    else { return nil }
    return (x, number)
  }
}
