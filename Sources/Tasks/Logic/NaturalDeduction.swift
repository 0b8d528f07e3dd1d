public import Files
internal import Randomness

/// Premises and some formulas, one of which follows: it is proved by natural deduction in Fitch's
/// style (1952), each line with its subproof depth, rule and cited lines.
///
///     p->q, q->r; A: p->r; B: r->p
///       ->  1. p->q by premise / 2. q->r by premise / 3. |p by assume / 4. |q by imp-elim 1, 3 /
///           5. |r by imp-elim 2, 4 / 6. p->r by imp-intro 3-5 / Answer: A
///
/// Level l asks for proofs whose shortest found has 2l + 1 or 2l + 2 lines. All options have the
/// same shape, so that only their atoms and negations tell them apart (knob `options`). Renaming
/// atoms, other orders of premises and options, and swapped sides of & and | give the same problem.
public struct NaturalDeduction: OpenFamily {
  public static let name = "natural-deduction"

  public init() {}

  public var about: String {
    "Which of some formulas follows from the premises, with a proof by natural deduction."
  }

  public var knobs: [Knob] {
    [
      .settable("options", in: 3...8, "formulas, one of which follows"),
      .measured("premises", "premises"), .verbose,
    ]
  }

  /// A problem, its proof in no order yet, and the lines written.
  public struct Problem: Sendable {
    var formulas = Formulas()
    var premises: [Int] = []
    var options: [Int] = []
    /// The option that follows.
    var right = 0
    var plan = Plan()
    // The progress: the line of each node, and the innermost open subproof.
    var lineOf: [Int] = []
    var block = 0
    var line = 0
    /// The option on the last line at depth 0.
    var reached: Int?
    var moves: [Move] = []
  }

  enum Move: Sendable {
    case node(Int)
    case open(block: Int)
  }

  static func options(at difficulty: Difficulty) -> Int { difficulty["options"] ?? 6 }

  /// Lines of the proof that a level asks for.
  static func lines(level: Int) -> ClosedRange<Int> { 2 * level + 1...2 * level + 2 }

  public func knobs(of problem: Problem, at difficulty: Difficulty) -> JSONObject? {
    guard problem.options.count == Self.options(at: difficulty),
      Self.lines(level: difficulty.level).contains(problem.plan.nodes.count)
    else { return nil }
    return [
      "options": .init(problem.options.count), "premises": .init(problem.premises.count),
      "verbose": difficulty.isVerbose ? 1 : 0,
    ]
  }

  static func text(_ problem: Problem) -> String {
    var text = LineText(capacity: 256)
    for (index, premise) in problem.premises.enumerated() {
      if index > 0 { text.add(", ") }
      problem.formulas.write(premise, to: &text)
    }
    for (index, option) in problem.options.enumerated() {
      text.add("; ")
      text.add(letter(index))
      text.add(": ")
      problem.formulas.write(option, to: &text)
    }
    return text.text
  }

  static func letter(_ option: Int) -> UInt8 { UInt8(ascii: "A") + UInt8(option) }

  /// Reads loosely and keeps what is written as this family would write it and can be proved.
  public func read(_ text: String) -> Problem? {
    guard text.utf8.count <= 4096, var problem = Self.statement(text), Self.text(problem) == text
    else { return nil }
    return problem.prepare() ? problem : nil
  }

  public func canonicalText(_ problem: Problem) -> String {
    NaturalDeductionNaming.canonicalText(problem)
  }

  public func choices(_ state: Problem) -> Int { state.moves.count }

  public func step(_ state: Problem, _ choice: Int) -> (line: String, state: Problem) {
    let move = state.moves[choice]
    return (state.line(of: move), state.after(move))
  }

  public func answer(_ state: Problem) -> String {
    String(UnicodeScalar(Self.letter(state.reached ?? state.right)))
  }

  public func note(_ state: Problem, _ choice: Int, line: Int) -> StepNote? {
    switch state.moves[choice] {
    case .open: StepNote(Rule.assume.rawValue, from: [])
    case .node(let node):
      StepNote(
        state.plan.nodes[node].rule.rawValue,
        from: state.plan.nodes[node].rule == .premise ? [0] : state.linesUsed(by: node))
    }
  }

  public func slips(_ state: Problem, _ choice: Int) -> [Slip<Problem>] {
    guard case .node(let node) = state.moves[choice] else { return [] }
    return state.slips(at: node)
  }

  /// The option nearest to the others, with the fewest negations, with the most atoms of premises.
  public func guesses(_ problem: Problem) -> [(name: String, answer: String)] {
    let texts = problem.options.map { problem.formulas.text($0) }
    let premises = problem.premises.map { problem.formulas.text($0) }
    func best(_ score: (Int) -> Int) -> String {
      let place = texts.indices.max { (score($0), $1) < (score($1), $0) } ?? 0
      return String(UnicodeScalar(Self.letter(place)))
    }
    func shared(_ a: String, _ b: String) -> Int { zip(a.utf8, b.utf8).count { $0 == $1 } }
    return [
      ("most like the others", best { i in texts.reduce(0) { $0 + shared(texts[i], $1) } }),
      ("fewest negations", best { i in -texts[i].utf8.count { $0 == UInt8(ascii: "~") } }),
      ("most negations", best { i in texts[i].utf8.count { $0 == UInt8(ascii: "~") } }),
      (
        "most like a premise",
        best { i in premises.map { shared(texts[i], $0) }.max() ?? 0 }
      ),
      (
        "most of its atoms in premises",
        best { i in
          texts[i].utf8.reduce(0) { sum, byte in
            (UInt8(ascii: "p")...UInt8(ascii: "u")).contains(byte)
              ? sum + premises.count { $0.utf8.contains(byte) } : sum
          }
        }
      ),
    ]
  }

  public func shortcutBound(level: Int) -> Double { 0.35 }
}
