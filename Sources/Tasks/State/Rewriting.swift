public import Files
public import Randomness

/// A word is rewritten by numbered rules until none applies.
///
///     1:ba>ab 2:aa>e 3:bbb>b; babab
///       ->  1 at 1: abbab / 1 at 3: ababb / 1 at 2: aabbb / 3 at 3: aab / 2 at 1: b / Answer: b
///
/// A step names the rule, the place and the word after it; `e` is the empty word. Any rule at any
/// place where it applies is an equally likely next step. The rules always end (each shortens the
/// word or moves one letter past another, never in a circle) and always end in the same word:
/// problems are posed with confluent rules alone, by the critical pairs (Knuth, Bendix 1970). Level
/// l has a word of 2l + 6 letters (knob `length`). Renaming letters and listing rules in another
/// order gives the same problem.
public struct Rewriting: WalkFamily {
  struct Rule: Sendable, Equatable {
    var left: PackedWord
    var right: PackedWord

    /// Whether it moves one letter past another.
    var isMove: Bool {
      left.count == 2 && right.count == 2 && left[0] != left[1] && left[0] == right[1]
        && left[1] == right[0]
    }
  }

  /// The rules, and the word as the steps so far have rewritten it.
  public struct Problem: Sendable {
    var rules: [Rule]
    var word: PackedWord
  }

  public static let name = "rewriting"

  static let ruleLimit = 6
  /// Letters that problems are posed with.
  private static let letterCount = 3
  /// Systems and words tried for one that takes some steps and leaves some letters.
  private static let attempts = 16

  public init() {}

  public var about: String {
    "A word is rewritten by numbered rules, any that applies, until none does."
  }

  public var knobs: [Knob] {
    [
      .settable("rules", in: 1...5, "rules"),
      .settable("length", in: 4...32, "letters of the first word"),
      .measured("letters", "different letters"), .verbose,
    ]
  }

  private static func size(at difficulty: Difficulty) -> (rules: Int, length: Int) {
    (
      difficulty["rules"] ?? 2 + (difficulty.level - 1) / 4,
      difficulty["length"] ?? 2 * difficulty.level + 6
    )
  }

  public func knobs(of problem: Problem, at difficulty: Difficulty) -> JSONObject? {
    let size = Self.size(at: difficulty)
    guard problem.rules.count == size.rules, problem.word.count == size.length else { return nil }
    return [
      "rules": .init(size.rules), "length": .init(size.length),
      "letters": .init(problem.usedLetters.nonzeroBitCount),
      "verbose": difficulty.isVerbose ? 1 : 0,
    ]
  }

  public func pose(
    at difficulty: Difficulty, using stream: inout RandomStream
  ) -> PosedProblem {
    let size = Self.size(at: difficulty)
    var problem = Problem(rules: [], word: PackedWord())
    for _ in 0..<Self.attempts {
      problem.rules = Self.system(size.rules, using: &stream)
      problem.word = Self.word(size.length, using: &stream)
      let (end, steps) = problem.normalForm
      let isLong = (2 * size.length / 5...size.length).contains(steps)
      if isLong, end.count >= size.length / 4 { break }
    }
    return posed(problem, text: problem.text, at: difficulty)
  }

  /// Rules drawn one after another, each until those so far are confluent.
  private static func system(_ count: Int, using stream: inout RandomStream) -> [Rule] {
    var problem = Problem(rules: [], word: PackedWord())
    problem.rules.reserveCapacity(count)
    var failures = 0
    while problem.rules.count < count {
      let rule = rule(using: &stream)
      if !problem.rules.contains(where: { $0.left == rule.left }) {
        problem.rules.append(rule)
        let isEnding = !rule.isMove || problem.alwaysEnds
        if isEnding, problem.isConfluent(knownOf: problem.rules.count - 1) { continue }
        problem.rules.removeLast()
      }
      // Some rules hardly go with any other.
      failures += 1
      if failures.isMultiple(of: 100) { problem.rules.removeAll(keepingCapacity: true) }
    }
    return problem.rules
  }

  /// Few rules move a letter; the others shorten, rarely to nothing.
  private static func rule(using stream: inout RandomStream) -> Rule {
    let left = word(stream.uniform(2...3), using: &stream)
    if left.count == 2, left[0] != left[1], stream.uniform(4) == 0 {
      return Rule(left: left, right: left.dropFirst(1) + left.prefix(1))
    }
    let isErasing = stream.uniform(6) == 0
    let length = isErasing ? 0 : stream.uniform(1...left.count - 1)
    return Rule(left: left, right: word(length, using: &stream))
  }

  private static func word(_ length: Int, using stream: inout RandomStream) -> PackedWord {
    var word = PackedWord()
    for _ in 0..<length { word.append(stream.uniform(letterCount)) }
    return word
  }

  /// Each of at most `attempts` words is uniform; at most k! named problems are one up to renaming.
  public func space(at difficulty: Difficulty) -> ProblemSpace {
    let size = Self.size(at: difficulty)
    let words = (0..<size.length).reduce(1.0) { product, _ in product * Double(Self.letterCount) }
    let bound = min(1, Double(Self.attempts) * 6 / words)
    return ProblemSpace(
      problems: ProblemSpace.uncounted, collision: bound, collisionIsExact: false,
      heaviest: bound,
      note:
        "\(size.rules) confluent rules, a word of \(size.length) letters, up to renaming and the "
        + "order of rules; bounded by \(Self.attempts) uniform words")
  }

  public func choices(_ state: Problem) -> Int { state.redexes.count }

  public func step(_ state: Problem, _ choice: Int) -> (line: String, state: Problem) {
    let (rule, place) = state.redexes[choice]
    let next = state.rewritten(rule, at: place)
    return (next.line(rule, place), next)
  }

  public func answer(_ state: Problem) -> String { Problem.shown(state.word) }

  public func note(_ state: Problem, _ choice: Int, line: Int) -> StepNote? {
    let rule = state.rules[state.redexes[choice].rule]
    let name =
      rule.right.isEmpty ? "erase" : rule.right.count == rule.left.count ? "swap" : "shorten"
    return StepNote(name, from: line == 1 ? [0] : [0, line - 1])
  }

  public func slips(_ state: Problem, _ choice: Int) -> [Slip<Problem>] {
    let (rule, place) = state.redexes[choice]
    let right = state.rewritten(rule, at: place)
    var slips: [Slip<Problem>] = []
    func add(_ kind: String, _ next: Problem, _ rule: Int, _ place: Int) {
      slips.append(Slip(kind, line: next.line(rule, place), state: next))
    }
    add("wrong-place", right, rule, place + 1)
    if state.rules.count > 1 { add("wrong-rule", right, (rule + 1) % state.rules.count, place) }
    if !right.word.isEmpty {
      var next = right
      next.word = right.word.prefix(right.word.count - 1)
      add("lost-letter", next, rule, place)
      next = right
      next.word[min(place, next.word.count - 1)] = state.word[place]
      add("kept-letter", next, rule, place)
    }
    // The rule is applied where its left side does not stand.
    let left = state.rules[rule].left
    let other = (0...state.word.count - left.count).first { start in
      state.word.dropFirst(start).prefix(left.count) != left
    }
    if let other { add("no-match", state.rewritten(rule, at: other), rule, other) }
    return slips
  }

  public func guesses(_ problem: Problem) -> [(name: String, answer: String)] {
    [
      ("unchanged", Problem.shown(problem.word)), ("empty", "e"),
      ("last right side", Problem.shown(problem.rules[problem.rules.count - 1].right)),
    ]
  }

  public func shortcutBound(level: Int) -> Double { 0.1 }
}
