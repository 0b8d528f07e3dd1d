public import Files
public import Randomness

/// A question in words with one or two operations, as one would ask a chat model.
///
///     What is 17 + 26?                                   ->  17+26=43 / Answer: 43
///     Ann has 50 coins. Ann loses 8 coins. Ann gets 3
///     coins. How many coins does Ann have now?           ->  50-8=42 / 42+3=45 / Answer: 45
///
/// Level 1 has one operation, all others two; level l takes numbers of up to l digits, level 1 of
/// two. Knobs: `operations`, and `digits` of the largest number in the problem. Only what is
/// already there is taken away, so no value is negative. Wording does not matter, and terms may be
/// added and taken away in any order: the canonical form lists what is added, largest first, then
/// what is taken away, largest first.
public struct WordedSum: WalkFamily {
  /// The value so far and the remaining changes.
  public struct Problem: Sendable {
    var value: Int
    var changes: ArraySlice<Change>
  }

  struct Change: Sendable, Equatable {
    let adds: Bool
    let amount: Int
  }

  public static let name = "worded-sum"

  public init() {}

  public var about: String {
    "A question in words with one or two additions or subtractions, worked line by line."
  }

  public var knobs: [Knob] {
    [
      .settable("operations", in: 1...2, "additions and subtractions"),
      .measured("digits", "digits of the largest number in the problem"), .verbose,
    ]
  }

  public func pose(
    at difficulty: Difficulty, using stream: inout RandomStream
  ) -> PosedProblem {
    let largest = Self.largest(level: difficulty.level)
    func draw() -> Int { stream.uniform(1...largest) }
    var problem: Problem
    if Self.operations(at: difficulty) == 1 {
      let (a, b) = (draw(), draw())
      // Taken from a sum, so that the value stays non-negative.
      problem =
        stream.uniform(2) == 0
        ? Problem(value: a, changes: [Change(adds: true, amount: b)])
        : Problem(value: a + b, changes: [Change(adds: false, amount: b)])
    } else {
      let numbers = [draw(), draw(), draw()]
      switch stream.uniform(3) {
      case 0:
        problem = Problem(
          value: numbers[0],
          changes: [
            Change(adds: true, amount: numbers[1]), Change(adds: true, amount: numbers[2]),
          ])
      case 1:
        // The smallest may be taken away at any point.
        var sorted = numbers.sorted()
        let smallest = Change(adds: false, amount: sorted.removeFirst())
        if stream.uniform(2) == 1 { sorted.swapAt(0, 1) }
        let other = Change(adds: true, amount: sorted[1])
        problem = Problem(
          value: sorted[0],
          changes: stream.uniform(2) == 0 ? [smallest, other] : [other, smallest])
      default:
        problem = Problem(
          value: numbers.reduce(0, +),
          changes: [
            Change(adds: false, amount: numbers[1]), Change(adds: false, amount: numbers[2]),
          ])
      }
    }
    let wording = WordedSumText.drawn(using: &stream)
    return posed(problem, text: wording.text(of: problem), at: difficulty)
  }

  private static func operations(at difficulty: Difficulty) -> Int {
    difficulty["operations"] ?? (difficulty.level == 1 ? 1 : 2)
  }

  /// The largest number to draw.
  private static func largest(level: Int) -> Int {
    (0..<max(level, 2)).reduce(1) { power, _ in power * 10 } - 1
  }

  public func knobs(of problem: Problem, at difficulty: Difficulty) -> JSONObject? {
    let drawn = 1...Self.largest(level: difficulty.level)
    let added = [problem.value] + problem.changes.filter(\.adds).map(\.amount)
    let taken = problem.changes.filter { !$0.adds }.map(\.amount)
    guard problem.changes.count == Self.operations(at: difficulty),
      taken.allSatisfy(drawn.contains), added.dropFirst().allSatisfy(drawn.contains)
    else { return nil }
    let isPosed =
      switch (added.count, taken.count) {
      // The least of three may be taken away at any point; a sum less one or two leaves a drawn
      // number.
      case (2, 1): drawn.contains(added[0]) && taken[0] <= min(added[0], added[1])
      case (_, 0): drawn.contains(added[0])
      default: drawn.contains(added[0] - taken.reduce(0, +))
      }
    guard isPosed else { return nil }
    let largest = (added + taken).max() ?? 0
    return [
      "operations": .init(problem.changes.count), "digits": .init(String(largest).utf8.count),
      "verbose": difficulty.isVerbose ? 1 : 0,
    ]
  }

  /// Plain questions only: the wording does not change a record's name.
  public func eachProblem(
    at difficulty: Difficulty, _ body: (String) throws -> Void
  ) rethrows -> Bool {
    guard difficulty.level == 1, Self.operations(at: difficulty) == 1 else { return false }
    for a in 1...Self.largest(level: 1) {
      for b in 1...Self.largest(level: 1) {
        try body("What is \(a) + \(b)?")
        try body("What is \(a + b) - \(b)?")
      }
    }
    return true
  }

  /// With M numbers to draw from. One operation: M (M + 1) / 2 sums, of which one of two different
  /// terms has the weight 2 / M²; and M² differences of weight 1 / M²; each sort half of the time.
  ///
  /// Two operations: three sorts, a third of the time each. Sums of three terms, and two terms less
  /// the smallest, are multisets of three out of M, weighted by their orders out of M³; a number
  /// less two is a pair and what is left, M · M (M + 1) / 2 of weight 2 / M³ for different terms.
  public func space(at difficulty: Difficulty) -> ProblemSpace {
    let m = Int128(Self.largest(level: difficulty.level))
    let x = Double(m)
    let pairs = m * (m + 1) / 2
    let note = "drawn numbers from 1 to \(m); one that others are taken from is their sum"
    // Squared weights of unordered pairs, times M⁴.
    let pairWeight = x * (x - 1) / 2 * 4 + x
    if Self.operations(at: difficulty) == 1 {
      return ProblemSpace(
        problems: pairs + m * m, collision: (pairWeight / (x * x) + 1) / (x * x) / 4,
        collisionIsExact: true, heaviest: 1 / (x * x), note: "one operation, " + note)
    }
    let triples = m * (m + 1) * (m + 2) / 6
    let cube = x * x * x
    let tripleWeight = x * (x - 1) * (x - 2) / 6 * 36 + x * (x - 1) * 9 + x
    return ProblemSpace(
      problems: 2 * triples + m * pairs,
      collision: (2 * tripleWeight + x * pairWeight) / cube / cube / 9,
      collisionIsExact: true, heaviest: 2 / cube, note: "two operations, " + note)
  }

  public func read(_ text: String) -> Problem? { WordedSumText.read(text) }

  public func canonicalText(_ problem: Problem) -> String {
    let added = [problem.value] + problem.changes.filter(\.adds).map(\.amount)
    let taken = problem.changes.filter { !$0.adds }.map(\.amount)
    return added.sorted(by: >).map(String.init).joined(separator: "+")
      + taken.sorted(by: >).map { "-\($0)" }.joined()
  }

  public func choices(_ state: Problem) -> Int { state.changes.isEmpty ? 0 : 1 }

  public func step(_ state: Problem, _ choice: Int) -> (line: String, state: Problem) {
    let change = state.changes[state.changes.startIndex]
    return state.doing(change, to: state.value + (change.adds ? change.amount : -change.amount))
  }

  public func note(_ state: Problem, _ choice: Int, line: Int) -> StepNote? {
    let adds = state.changes[state.changes.startIndex].adds
    return StepNote(adds ? "add" : "subtract", from: line == 1 ? [0] : [0, line - 1])
  }

  public func slips(_ state: Problem, _ choice: Int) -> [Slip<Problem>] {
    let change = state.changes[state.changes.startIndex]
    let right = step(state, choice).state.value
    let other = Change(adds: !change.adds, amount: change.amount)
    let turned = state.value + (other.adds ? other.amount : -other.amount)
    // A number taken down with its last two digits exchanged.
    let (tens, units) = (change.amount / 10 % 10, change.amount % 10)
    let misread = change.amount + 9 * (units - tens)
    let swapped = state.value + (change.adds ? misread : -misread)
    return [
      ("off-by-one", change, right + 1), ("off-by-one", change, right - 1),
      ("lost-carry", change, right - 10), ("lost-borrow", change, right + 10),
      ("wrong-operator", other, turned), ("unchanged", change, state.value),
      ("swapped-digits", Change(adds: change.adds, amount: misread), swapped),
    ].compactMap { kind, change, value in
      let step = state.doing(change, to: value)
      // Nothing can be taken away that is not there.
      guard Self.values(of: step.state).allSatisfy({ $0 >= 0 }) else { return nil }
      return Slip(kind, line: step.line, state: step.state)
    }
  }

  /// The value now and after each change to come.
  private static func values(of state: Problem) -> [Int] {
    state.changes.reduce(into: [state.value]) { values, change in
      values.append((values.last ?? 0) + (change.adds ? change.amount : -change.amount))
    }
  }

  public func answer(_ state: Problem) -> String { String(state.value) }
}

extension WordedSum.Problem {
  /// The line that does a change, with the state after it.
  func doing(_ change: WordedSum.Change, to value: Int) -> (line: String, state: Self) {
    var line = LineText()
    line.add(self.value)
    line.add(UInt8(ascii: change.adds ? "+" : "-"))
    line.add(change.amount)
    line.add(UInt8(ascii: "="))
    line.add(value)
    var next = self
    next.changes.removeFirst()
    next.value = value
    return (line.text, next)
  }
}
