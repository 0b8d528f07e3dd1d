public import Files
public import Randomness

/// A detective story whose every clue has a known probability under each suspect: after each, the
/// exact odds of all suspects; at the end, who did it most probably, and how probable that is.
///
///     Ada 2, Ben 1; mud: Ada 1/4, Ben 3/4; alibi: Ada 1/2, Ben 1/6
///       ->  mud: 1/2, 3/4 | odds 2:3 | alibi: 1, 1/2 | odds 2:1 | sum 2+1=3 | Answer: Ada 2/3
///
/// A clue multiplies each suspect's weight by the clue's probability; then the weights are brought
/// to whole numbers in lowest terms. Clues may be taken in any order. Level l has l + 1 clues (knob
/// `clues`) and 3 to 6 suspects (knob `suspects`). Renaming suspects and clues, and other orders of
/// both, give the same problem.
public struct Mystery: WalkFamily {
  /// What is known of the suspects, and the clues that are left.
  public struct Problem: Sendable {
    struct Clue: Sendable {
      var name: String
      /// Of each suspect.
      var chances: [Fraction]
    }
    var names: [String]
    /// Odds in lowest terms; for the problem itself the priors as they are written.
    var weights: [Int]
    var clues: [Clue]
    /// Products of weights and the last clue's probabilities, until they are odds again.
    var products: [Fraction]?
    var line = 0
    /// The line of the sum.
    var total: Int?

    var text: String {
      let priors = zip(names, weights).map { "\($0) \($1)" }.joined(separator: ", ")
      return clues.reduce(priors) { text, clue in
        let chances = zip(names, clue.chances).map { "\($0) \($1.text)" }
        return text + "; \(clue.name): " + chances.joined(separator: ", ")
      }
    }
  }

  public static let name = "mystery"

  static let suspectNames = [
    "Ada", "Ben", "Cleo", "Dan", "Eve", "Finn", "Gus", "Hana", "Ivo", "Jane", "Kit", "Lena",
  ]
  static let clueNames = [
    "alibi", "boots", "button", "candle", "diary", "dog", "glove", "grudge", "hair", "ink", "key",
    "knife", "letter", "mud", "perfume", "print", "rope", "scarf", "ticket", "witness",
  ]
  /// Chances are twelfths up to 10, so twelve clues make at most 9 * 10^12 of a weight.
  static let largest = 1 << 44

  public init() {}

  public var about: String {
    "Clues with known probabilities under each suspect give exact odds, clue by clue, and the most "
      + "probable culprit."
  }

  public var knobs: [Knob] {
    [
      .settable("suspects", in: 2...8, "suspects"), .settable("clues", in: 1...12, "clues"),
      .verbose,
    ]
  }

  private static func suspects(at difficulty: Difficulty) -> Int {
    difficulty["suspects"] ?? 3 + (difficulty.level - 1) / 3
  }

  private static func clues(at difficulty: Difficulty) -> Int {
    difficulty["clues"] ?? difficulty.level + 1
  }

  public func knobs(of problem: Problem, at difficulty: Difficulty) -> JSONObject? {
    guard problem.names.count == Self.suspects(at: difficulty),
      problem.clues.count == Self.clues(at: difficulty)
    else { return nil }
    return [
      "suspects": .init(problem.names.count), "clues": .init(problem.clues.count),
      "verbose": difficulty.isVerbose ? 1 : 0,
    ]
  }

  /// The probabilities that clues have; none is 0, so that a clue never decides alone.
  static let chances: [Fraction] = [2, 3, 4, 6].flatMap { bottom in
    (1..<bottom).map { Fraction($0, bottom) }.filter { $0.bottom == bottom }
  }

  /// Uniform priors and chances, drawn again until one suspect is the most probable.
  public func pose(
    at difficulty: Difficulty, using stream: inout RandomStream
  ) -> PosedProblem {
    let (suspects, clues) = (Self.suspects(at: difficulty), Self.clues(at: difficulty))
    while true {
      var (names, clueNames) = (Self.suspectNames, Self.clueNames)
      stream.shuffle(&names)
      stream.shuffle(&clueNames)
      let problem = Problem(
        names: Array(names.prefix(suspects)),
        weights: (0..<suspects).map { _ in 1 + stream.uniform(9) },
        clues: clueNames.prefix(clues).map { name in
          .init(
            name: name,
            chances: (0..<suspects).map { _ in Self.chances[stream.uniform(Self.chances.count)] })
        })
      // Whoever leads from the start would be too good a guess.
      guard let culprit = Self.culprit(problem) else { continue }
      if culprit.isLeading, stream.uniform(2) == 0 { continue }
      return posed(problem, text: problem.text, at: difficulty)
    }
  }

  /// The only most probable suspect; whether nobody has a higher prior.
  private static func culprit(_ problem: Problem) -> (index: Int, isLeading: Bool)? {
    var state = problem
    while let clue = state.clues.first {
      guard let products = state.multiplied(by: clue) else { return nil }
      state.weights = Fraction.odds(of: products)
      state.clues.removeFirst()
    }
    guard let most = state.weights.max(), state.weights.count(where: { $0 == most }) == 1,
      state.weights.allSatisfy({ $0 < largest }),
      let index = state.weights.firstIndex(of: most)
    else { return nil }
    return (index, problem.weights[index] == problem.weights.max())
  }

  /// Reads loosely and keeps what is written as this family would write it.
  public func read(_ text: String) -> Problem? {
    guard text.utf8.count <= 8192 else { return nil }
    var parts = text.split(separator: "; ", omittingEmptySubsequences: false)
    guard (2...13).contains(parts.count) else { return nil }
    var names: [String] = []
    var weights: [Int] = []
    for prior in parts.removeFirst().split(separator: ",") {
      let words = prior.split(separator: " ")
      guard words.count == 2, let weight = Int(words[1]), (1...9).contains(weight) else {
        return nil
      }
      names.append(String(words[0]))
      weights.append(weight)
    }
    var problem = Problem(names: names, weights: weights, clues: [])
    for part in parts {
      guard let colon = part.firstIndex(of: ":") else { return nil }
      var clue = Problem.Clue(name: String(part[..<colon]), chances: [])
      for chance in part[colon...].dropFirst().split(separator: ",") {
        guard let word = chance.split(separator: " ").last, let value = Fraction(reading: word),
          Self.chances.contains(value)
        else { return nil }
        clue.chances.append(value)
      }
      guard clue.chances.count == names.count else { return nil }
      problem.clues.append(clue)
    }
    guard (2...8).contains(names.count), problem.text == text, Self.isNamed(problem),
      Self.culprit(problem) != nil
    else { return nil }
    return problem
  }

  /// Suspects have capitalised names, clues small ones, all different.
  private static func isNamed(_ problem: Problem) -> Bool {
    let clues = problem.clues.map(\.name)
    func isSmall(_ text: some Collection<UInt8>) -> Bool {
      text.allSatisfy { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
    }
    return Set(problem.names).count == problem.names.count && Set(clues).count == clues.count
      && problem.names.allSatisfy { name in
        (2...12).contains(name.utf8.count) && isSmall(name.utf8.dropFirst())
          && name.utf8.first.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) } ?? false
      }
      && clues.allSatisfy {
        (2...12).contains($0.utf8.count) && isSmall($0.utf8) && $0 != "odds" && $0 != "sum"
      }
  }

  /// Suspects and clues in the order of their numbers, named anew; among equals the names say
  /// nothing.
  public func canonicalText(_ problem: Problem) -> String {
    MysteryNaming.canonicalText(problem)
  }

  public func space(at difficulty: Difficulty) -> ProblemSpace {
    let (suspects, clues) = (Self.suspects(at: difficulty), Self.clues(at: difficulty))
    let cells = Double(suspects * clues)
    // Of the draws more than a third is kept, and of those with one set of numbers at most
    // suspects! * clues! orders are one problem.
    var bound = 9.0
    for index in 1...suspects { bound *= Double(index) / 9 }
    for index in 1...clues { bound *= Double(index) }
    for _ in 0..<Int(cells) { bound /= Double(Self.chances.count) }
    return ProblemSpace(
      problems: ProblemSpace.uncounted, collision: min(1, bound), collisionIsExact: false,
      heaviest: min(1, 3 * bound),
      note:
        "priors of 1 to 9 for \(suspects) suspects, \(clues) clues of \(Self.chances.count) chances, "
        + "up to order and names; bounded by orders / draws, of which a third is kept")
  }

  public func choices(_ state: Problem) -> Int {
    if state.products != nil { return 1 }
    if !state.clues.isEmpty { return state.clues.count }
    return state.total == nil ? 1 : 0
  }

  public func step(_ state: Problem, _ choice: Int) -> (line: String, state: Problem) {
    var next = state
    next.line += 1
    if let products = state.products {
      next.weights = Fraction.odds(of: products)
      next.products = nil
      return (Self.oddsLine(next.weights), next)
    }
    if state.clues.isEmpty {
      let total = state.weights.reduce(0, +)
      next.total = total
      return (Self.sumLine(state.weights, total), next)
    }
    let clue = next.clues.remove(at: choice)
    let products = state.multiplied(by: clue) ?? state.weights.map { Fraction($0, 1) }
    next.products = products
    return (Self.productLine(clue.name, products), next)
  }

  private static func oddsLine(_ weights: [Int]) -> String {
    "odds " + weights.map(String.init).joined(separator: ":")
  }
  private static func sumLine(_ weights: [Int], _ total: Int) -> String {
    "sum " + weights.map(String.init).joined(separator: "+") + "=\(total)"
  }
  private static func productLine(_ clue: String, _ products: [Fraction]) -> String {
    clue + ": " + products.map(\.text).joined(separator: ", ")
  }

  public func answer(_ state: Problem) -> String {
    let most = state.weights.max() ?? 1
    let culprit = state.weights.firstIndex(of: most) ?? 0
    return "\(state.names[culprit]) \(Fraction(most, max(1, state.total ?? 1)).text)"
  }

  public func note(_ state: Problem, _ choice: Int, line: Int) -> StepNote? {
    if state.products != nil { return StepNote("odds", from: [line - 1]) }
    if state.clues.isEmpty { return StepNote("sum", from: [line - 1]) }
    return StepNote("multiply", from: line == 1 ? [0] : [0, line - 1])
  }

  public func slips(_ state: Problem, _ choice: Int) -> [Slip<Problem>] {
    let right = step(state, choice).state
    var slips: [Slip<Problem>] = []
    let place = (state.line * 5 + 1) % state.names.count
    func add(_ kind: String, _ line: String, _ change: (inout Problem) -> Void) {
      var next = right
      change(&next)
      if Self.canFinish(next) { slips.append(Slip(kind, line: line, state: next)) }
    }
    if let products = state.products {
      var wrong = right.weights
      wrong[place] += 1
      add("off-by-one", Self.oddsLine(wrong)) { $0.weights = wrong }
      // Numerators alone, as if the bottoms were equal.
      let tops = products.map(\.top)
      add("lost-denominator", Self.oddsLine(tops)) { $0.weights = tops }
      let doubled = right.weights.map { 2 * $0 }
      add("not-reduced", Self.oddsLine(doubled)) { $0.weights = doubled }
    } else if state.clues.isEmpty {
      let total = (right.total ?? 0) + 1
      add("off-by-one", Self.sumLine(state.weights, total)) { $0.total = total }
      let short = (right.total ?? 0) - state.weights[place]
      if short > 0 {
        add("lost-summand", Self.sumLine(state.weights, short)) { $0.total = short }
      }
    } else {
      let clue = state.clues[choice]
      var wrong = right.products ?? []
      let neighbour = clue.chances[(place + 1) % clue.chances.count]
      if let product = Fraction(state.weights[place], 1).times(neighbour) {
        wrong[place] = product
        add("neighbours-chance", Self.productLine(clue.name, wrong)) { $0.products = wrong }
      }
      wrong = right.products ?? []
      wrong[place] = clue.chances[place]
      add("lost-weight", Self.productLine(clue.name, wrong)) { $0.products = wrong }
      let chances = clue.chances
      add("forgotten-odds", Self.productLine(clue.name, chances)) { $0.products = chances }
    }
    return slips
  }

  /// Whether one suspect is the most probable in the end, with numbers in bounds.
  private static func canFinish(_ state: Problem) -> Bool {
    var state = state
    if let products = state.products { state.weights = Fraction.odds(of: products) }
    state.products = nil
    return culprit(state) != nil
  }

  public func guesses(_ problem: Problem) -> [(name: String, answer: String)] {
    let most = problem.weights.max() ?? 1
    let leader = problem.weights.firstIndex(of: most) ?? 0
    let prior = Fraction(most, problem.weights.reduce(0, +))
    let last = problem.clues.last?.chances ?? []
    let suspect = last.indices.max { last[$0].isLess(than: last[$1]) } ?? 0
    return [
      ("the prior", "\(problem.names[leader]) \(prior.text)"),
      ("the last clue", "\(problem.names[suspect]) \(last.isEmpty ? "1" : last[suspect].text)"),
    ]
  }

  public func shortcutBound(level: Int) -> Double { 0.05 }
}
