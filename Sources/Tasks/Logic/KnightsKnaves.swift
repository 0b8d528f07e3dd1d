public import Files
public import Randomness

/// Islanders, each a knight, whose statement is true, or a knave, whose statement is false.
///
///     A: B knave; B: A same C; C: A knight or B knight
///       ->  suppose A knight / by A with A knight: B knave / … / so A knave / … /
///           Answer: A knave, B knight, C knave
///
/// What follows from one statement and the known facts is deduced, any of it first; where nothing
/// follows, some supposition that leads to a contradiction is made. Level l has l + 2 islanders
/// (knob `islanders`), each with one statement of one to three atoms, and exactly one solution.
/// Renaming islanders and swapping the sides of and, or, iff and same give the same problem.
/// Statements are about others, so nothing follows before the first supposition.
public struct KnightsKnaves: WalkFamily {
  public static let name = "knights-knaves"

  public init() {}

  public var about: String {
    "Who of some islanders tells the truth is worked out from what each says, by deduction and "
      + "contradiction."
  }

  public var knobs: [Knob] {
    [
      .settable("islanders", in: 3...Self.most, "islanders, each with a statement"),
      .measured("atoms", "claims about one islander or two in all statements"), .verbose,
    ]
  }

  /// Most islanders.
  static let most = 12

  private static func islanders(at difficulty: Difficulty) -> Int {
    difficulty["islanders"] ?? difficulty.level + 2
  }

  public func knobs(of problem: Problem, at difficulty: Difficulty) -> JSONObject? {
    guard problem.claims.count == Self.islanders(at: difficulty) else { return nil }
    var atoms = 0
    for statement in problem.statements { statement.eachAtom { _ in atoms += 1 } }
    return [
      "islanders": .init(problem.claims.count), "atoms": .init(atoms),
      "verbose": difficulty.isVerbose ? 1 : 0,
    ]
  }

  /// Draws statements until they have one solution that deduction and suppositions find.
  public func pose(
    at difficulty: Difficulty, using stream: inout RandomStream
  ) -> PosedProblem {
    let count = Self.islanders(at: difficulty)
    while true {
      var statements: [Statement] = []
      statements.reserveCapacity(count)
      for speaker in 0..<count {
        statements.append(Statement.drawn(by: speaker, among: count, using: &stream))
      }
      guard let problem = Problem(statements) else { continue }
      return posed(problem, text: Self.text(statements), at: difficulty)
    }
  }

  static func text(_ statements: [Statement]) -> String {
    var text = LineText(capacity: 512)
    for (speaker, statement) in statements.enumerated() {
      if speaker > 0 { text.add("; ") }
      text.add(letter(speaker))
      text.add(": ")
      statement.write(to: &text)
    }
    return text.text
  }

  static func letter(_ islander: Int) -> UInt8 { UInt8(ascii: "A") + UInt8(islander) }

  /// Keeps what has one solution.
  public func read(_ text: String) -> Problem? {
    Self.statements(text).flatMap { Problem($0) }
  }

  public func canonicalText(_ problem: Problem) -> String {
    KnightsKnavesNaming.canonicalText(problem.statements)
  }

  public func choices(_ state: Problem) -> Int { state.moves.count }

  public func step(_ state: Problem, _ choice: Int) -> (line: String, state: Problem) {
    let move = state.moves[choice]
    return (state.line(of: move), state.after(move))
  }

  public func answer(_ state: Problem) -> String {
    var text = LineText(capacity: 128)
    for islander in state.claims.indices {
      if islander > 0 { text.add(", ") }
      state.facts.fact(islander).write(to: &text)
    }
    return text.text
  }

  public func note(_ state: Problem, _ choice: Int, line: Int) -> StepNote? {
    switch state.moves[choice] {
    case .deduce(let claim, _): StepNote("deduce", from: state.lines(usedBy: claim))
    case .contradict(let claim): StepNote("contradict", from: state.lines(usedBy: claim))
    case .suppose: StepNote("suppose", from: [])
    case .conclude:
      StepNote("conclude", from: [state.supposition?.line ?? 0, state.contradiction ?? 0])
    }
  }

  public func slips(_ state: Problem, _ choice: Int) -> [Slip<Problem>] {
    state.slips(at: state.moves[choice])
  }

  /// The knights are those whom more statements call a knight than a knave.
  public func guesses(_ problem: Problem) -> [(name: String, answer: String)] {
    var votes = [Int](repeating: 0, count: problem.claims.count)
    for statement in problem.statements {
      statement.eachAtom { atom in
        guard case .kind(let islander, let isKnight) = atom else { return }
        votes[islander] += isKnight ? 1 : -1
      }
    }
    func answer(_ isKnight: (Int) -> Bool) -> String {
      problem.claims.indices.map {
        "\(Character(UnicodeScalar(Self.letter($0)))) \(isKnight($0) ? "knight" : "knave")"
      }.joined(separator: ", ")
    }
    return [
      ("what most say", answer { votes[$0] >= 0 }), ("all knights", answer { _ in true }),
      ("all knaves", answer { _ in false }),
    ]
  }

  public func shortcutBound(level: Int) -> Double { level == 1 ? 0.3 : 0.2 }

  /// Of canonical problems, at most n! renamings and 2 orders of each connective are one; so the
  /// collision probability is at most the sum over texts of that many times the text's probability
  /// squared (Cauchy and Schwarz), divided by the square of the share of draws that are kept.
  public func space(at difficulty: Difficulty) -> ProblemSpace {
    let count = Self.islanders(at: difficulty)
    var bound = 1 / (Self.keptShare * Self.keptShare)
    let statement = Statement.squaredProbabilities(among: count)
    for islander in 1...count { bound *= statement * Double(islander) }
    let collision = min(1, bound)
    return ProblemSpace(
      problems: ProblemSpace.uncounted, collision: collision, collisionIsExact: false,
      heaviest: collision.squareRoot(),
      note:
        "\(count) statements of 1 to 3 atoms with one solution, up to renaming and swapped sides; "
        + "collision bounded by the likeliest texts, with at least 30 % of draws kept (measured)")
  }

  /// Of drawn problems, more than this share has one solution that the rules find: it was 38 to 48
  /// % in 600 to 20 000 draws of each size.
  private static let keptShare = 0.3
}
