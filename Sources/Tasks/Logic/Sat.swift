public import Files
public import Randomness

/// Clauses, and the assignment that satisfies them or a refutation: decisions, unit clauses,
/// conflicts (Davis, Logemann and Loveland 1962), and clauses learned by resolution (Marques-Silva
/// and Sakallah 1996).
///
///     C1: a b; C2: a -b; C3: -a c; C4: -a -c
///       ->  decide a / unit C3: c / conflict C4 / C5 = C4 x C3 on c: -a / undo a / unit C5: -a /
///           unit C1: b / conflict C2 / C6 = C2 x C1 on b: a / C7 = C6 x C5 on a: empty /
///           Answer: UNSAT
///
/// A conflict is resolved until only decisions are left in its clause; the last of them is undone.
/// So an unsatisfiable problem ends with the empty clause. Level l has l + 3 variables (knob
/// `variables`); most problems have one solution, one in seven none. Renaming variables, changing a
/// variable's sign everywhere and other orders of clauses give the same problem.
public struct Sat: WalkFamily {
  public static let name = "sat"

  public init() {}

  public var about: String {
    "The assignment that satisfies clauses is searched for, and conflicts are explained by resolution."
  }

  public var knobs: [Knob] {
    [
      .settable("variables", in: 4...Self.most, "variables"), .measured("clauses", "clauses"),
      .verbose,
    ]
  }

  /// Most variables.
  static let most = 13

  static func variables(at difficulty: Difficulty) -> Int {
    difficulty["variables"] ?? difficulty.level + 3
  }

  public func knobs(of problem: Problem, at difficulty: Difficulty) -> JSONObject? {
    guard problem.variables == Self.variables(at: difficulty) else { return nil }
    return [
      "variables": .init(problem.variables), "clauses": .init(problem.clauses.count),
      "verbose": difficulty.isVerbose ? 1 : 0,
    ]
  }

  public func pose(
    at difficulty: Difficulty, using stream: inout RandomStream
  ) -> PosedProblem {
    let count = Self.variables(at: difficulty)
    while true {
      let isUnsatisfiable = stream.uniform(7) == 0
      let clauses = Self.clauses(
        count, satisfiable: !isUnsatisfiable, using: &stream)
      let problem = Problem(clauses)
      guard problem.variables == count else { continue }
      // Signs that most clauses have would give the solution away.
      if !isUnsatisfiable, Self.votes(problem) == Self.solution(clauses, count),
        stream.uniform(4) > 0
      {
        continue
      }
      return posed(problem, text: Self.text(clauses), at: difficulty)
    }
  }

  static func text(_ clauses: [Clause]) -> String {
    var text: [UInt8] = []
    for (index, clause) in clauses.enumerated() {
      if index > 0 { text += "; ".utf8 }
      text += "C\(index + 1): ".utf8
      clause.write(to: &text)
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Reads loosely and keeps what is written as this family would write it.
  public func read(_ text: String) -> Problem? {
    guard text.utf8.count <= 4096, text.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
    var clauses: [Clause] = []
    for part in text.split(separator: "; ", omittingEmptySubsequences: false) {
      guard let colon = part.firstIndex(of: ":") else { return nil }
      var clause = Clause()
      for word in part[colon...].dropFirst(2).split(separator: " ") {
        guard let letter = word.utf8.last, letter >= UInt8(ascii: "a"),
          letter < UInt8(ascii: "a") + UInt8(Self.most)
        else { return nil }
        clause.insert(Literal(Int(letter - UInt8(ascii: "a")), isTrue: word.first != "-"))
      }
      clauses.append(clause)
    }
    guard (1...64).contains(clauses.count), Self.text(clauses) == text,
      clauses.allSatisfy({ $0.positive & $0.negative == 0 && !$0.isEmpty })
    else { return nil }
    return Problem(clauses)
  }

  public func canonicalText(_ problem: Problem) -> String { SatNaming.canonicalText(problem) }

  public func choices(_ state: Problem) -> Int { state.moves.count }

  public func step(_ state: Problem, _ choice: Int) -> (line: String, state: Problem) {
    let move = state.moves[choice]
    return (state.line(of: move), state.after(move))
  }

  public func answer(_ state: Problem) -> String {
    if let analysed = state.analysed, state.clauses[analysed].isEmpty { return "UNSAT" }
    return Self.model(state.isTrue, state.variables)
  }

  static func model(_ isTrue: UInt16, _ variables: Int) -> String {
    var clause = Clause()
    for variable in 0..<variables {
      clause.insert(Literal(variable, isTrue: isTrue >> UInt16(variable) & 1 == 1))
    }
    var text: [UInt8] = []
    clause.write(to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  public func note(_ state: Problem, _ choice: Int, line: Int) -> StepNote? {
    state.note(of: state.moves[choice])
  }

  public func slips(_ state: Problem, _ choice: Int) -> [Slip<Problem>] {
    state.slips(at: state.moves[choice])
  }

  /// The sign that each variable has most often.
  private static func votes(_ problem: Problem) -> UInt16 {
    var isTrue: UInt16 = 0
    for variable in 0..<problem.variables {
      let bit = UInt16(1) << UInt16(variable)
      let surplus = problem.clauses.reduce(0) {
        $0 + ($1.positive & bit != 0 ? 1 : 0) - ($1.negative & bit != 0 ? 1 : 0)
      }
      if surplus >= 0 { isTrue |= bit }
    }
    return isTrue
  }

  public func guesses(_ problem: Problem) -> [(name: String, answer: String)] {
    [
      ("UNSAT", "UNSAT"), ("majority of signs", Self.model(Self.votes(problem), problem.variables)),
      ("all true", Self.model(~0, problem.variables)),
      ("all false", Self.model(0, problem.variables)),
    ]
  }

  public func shortcutBound(level: Int) -> Double { level < 3 ? 0.3 : 0.25 }
}
