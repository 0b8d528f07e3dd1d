public import Files

/// A small program is executed, one line for each statement with what it changes.
///
///     mod 11, a=4, b=7: while b>4 max 3 {a=a*b; b=b-2}; print a
///       ->  7>4 yes / a=4*7=6 / b=7-2=5 / 5>4 yes / a=6*5=8 / b=5-2=3 / 3>4 no / Answer: 8
///
/// Results are taken modulo the number that the program begins with; a loop ends where its
/// condition fails, or after its most rounds; an index is taken modulo the length of `p`. Level l
/// has l + 2 statements (knob `statements`), from level 4 on with an array. Renaming variables
/// gives the same problem.
public struct ProgramTrace: WalkFamily {
  public static let name = "program-trace"

  static let statementLimit = 32
  static let scalarLimit = 5
  static let elementLimit = 8
  static let roundLimit = 9
  static let moduli = 2...97
  /// Programs tried for one that ends with a value worth asking for.
  static let attempts = 8

  public init() {}

  public var about: String {
    "A small program with loops and branches is executed; each line is one statement's effect."
  }

  public var knobs: [Knob] {
    [
      .settable("statements", in: 3...16, "assignments, loops and branches in the text"),
      .settable("variables", in: 2...5, "variables beside the array"),
      .settable("array", in: 0...8, "elements of the array, 0 for none"),
      .settable("modulus", in: 5...97, "results are taken modulo this"), .verbose,
    ]
  }

  struct Size {
    var statements, variables, array, modulus: Int
  }

  static func size(at difficulty: Difficulty) -> Size {
    let level = difficulty.level
    let moduli = [11, 11, 13, 13, 17, 17, 19, 19, 23, 23]
    return Size(
      statements: difficulty["statements"] ?? level + 2,
      variables: difficulty["variables"] ?? 2 + (level - 1) / 3,
      array: difficulty["array"] ?? (level < 4 ? 0 : 3 + (level - 4) / 3),
      modulus: difficulty["modulus"] ?? moduli[(level - 1) % moduli.count])
  }

  public func knobs(of problem: Problem, at difficulty: Difficulty) -> JSONObject? {
    let size = Self.size(at: difficulty)
    let program = problem.program
    guard program.statementCount == size.statements, program.scalars.count == size.variables,
      program.array.count == size.array, program.modulus == size.modulus
    else { return nil }
    return [
      "statements": .init(size.statements), "variables": .init(size.variables),
      "array": .init(size.array), "modulus": .init(size.modulus),
      "verbose": difficulty.isVerbose ? 1 : 0,
    ]
  }

  /// A named program is drawn, in each of at most 8 attempts, with a probability of at most
  /// M^-(v+n) for what variables and elements begin with, and q for each statement: an assignment
  /// draws its target among v variables (or the array, a quarter) and one of three operators, a
  /// test its number among M - 2. At most v! programs are one up to renaming.
  public func space(at difficulty: Difficulty) -> ProblemSpace {
    let size = Self.size(at: difficulty)
    func power(_ base: Double, _ exponent: Int) -> Double {
      (0..<exponent).reduce(1) { product, _ in product * base }
    }
    let target = max(1 / Double(size.variables), size.array > 0 ? 0.25 : 0)
    let statement = max(target / 3, 1 / Double(size.modulus - 2))
    let renamings = (1...size.variables).reduce(1.0) { $0 * Double($1) }
    let bound = min(
      1,
      Double(Self.attempts) * renamings
        * power(1 / Double(size.modulus), size.variables + size.array)
        * power(statement, size.statements))
    return ProblemSpace(
      problems: ProblemSpace.uncounted, collision: bound, collisionIsExact: false,
      heaviest: bound,
      note: "\(size.statements) statements, \(size.variables) variables, \(size.array) elements, "
        + "modulo \(size.modulus), up to renaming; bounded by the values and statements drawn")
  }

  public func canonicalText(_ problem: Problem) -> String {
    problem.program.renamed(problem.program.orderOfMention).text
  }

  public func choices(_ state: Problem) -> Int { state.isAtEnd ? 0 : 1 }

  public func step(_ state: Problem, _ choice: Int) -> (line: String, state: Problem) {
    switch state.instruction {
    case .assign(let assignment): state.assigning(assignment, state.evaluated(assignment))
    case .test(let test, _): state.testing(state.values(test), test)
    case .jump: ("", state)  // never where a step begins
    }
  }

  public func answer(_ state: Problem) -> String { String(state.values[state.program.printed]) }

  public func note(_ state: Problem, _ choice: Int, line: Int) -> StepNote? {
    switch state.instruction {
    case .assign(let assignment):
      StepNote("set", from: state.sources(of: assignment.places))
    case .test(let test, let isLoop):
      StepNote(
        isLoop ? (state.holds(state.values(test), test) ? "loop" : "leave") : "branch",
        from: state.sources(of: [test.left, test.right]))
    case .jump: nil
    }
  }

  public func slips(_ state: Problem, _ choice: Int) -> [Slip<Problem>] {
    switch state.instruction {
    case .assign(let assignment): state.slips(assignment)
    case .test(let test, _): state.slips(test)
    case .jump: []
    }
  }

  /// What the variable begins with, and what others begin with.
  public func guesses(_ problem: Problem) -> [(name: String, answer: String)] {
    let program = problem.program
    return [
      ("start value", String(program.scalars[program.printed])),
      ("greatest start", String(program.scalars.max() ?? 0)), ("zero", "0"), ("one", "1"),
    ]
  }

  public func shortcutBound(level: Int) -> Double { 0.2 }
}
