public import Files
public import Randomness

/// A family of problems: poses them at ten levels and works them step by step.
///
/// A family knows its own rules and nothing of the verifier that will judge its texts; what both
/// share is the written text alone. It describes the work as a walk over states: each state has
/// some number of equally likely next steps, each of which writes one line. Working a problem,
/// the exact distribution of the next line and the oracle labels all follow from that walk, so
/// they cannot disagree.
public protocol TaskFamily: Sendable {
  /// A problem, and as the work goes on, what is left of it.
  associatedtype Problem: Sendable

  /// In kebab-case, as `retort families` lists it.
  static var name: String { get }

  init()

  /// What the problems are about, in one sentence.
  var about: String { get }

  /// The levels it poses, easiest first.
  var levels: ClosedRange<Int> { get }

  /// The names of the difficulty values that a record's `knobs` hold.
  var knobNames: [String] { get }

  /// The difficulty values of a problem, each true of the problem itself, as `pose` writes them.
  ///
  /// - Returns: `nil` for a problem that this level does not pose.
  func knobs(of problem: Problem, level: Int) -> JSONObject?

  /// Goes through every problem of a level; those whose records are the same need to come only once.
  ///
  /// - Returns: false, with nothing gone through, where the family cannot list them or there are more
  ///   than `TaskListing.problemLimit`.
  func eachProblem(level: Int, _ body: (String) throws -> Void) rethrows -> Bool

  /// Draws a problem.
  ///
  /// - Precondition: `levels` contains `level`.
  func pose(level: Int, using stream: inout RandomStream) -> PosedProblem

  /// How many problems a level holds.
  ///
  /// - Precondition: `levels` contains `level`.
  func space(level: Int) -> ProblemSpace

  /// Reads a problem text; `nil` for one that this family would not write.
  func read(_ text: String) -> Problem?

  /// The text that stands for all problems equal to this one under the family's symmetries.
  func canonicalText(_ problem: Problem) -> String

  /// How many next steps are possible; 0 where only the answer is left.
  func choices(_ state: Problem) -> Int

  /// Takes one of the possible next steps.
  ///
  /// Two choices that write the same line lead to the same state.
  ///
  /// - Precondition: `choice` is in `0..<choices(state)`.
  func step(_ state: Problem, _ choice: Int) -> (line: String, state: Problem)

  /// The answer, where no step is left.
  func answer(_ state: Problem) -> String

  /// Works a problem, each of several possible next steps equally likely.
  ///
  /// - Precondition: `read(problem)` is not nil.
  func work(_ problem: String, using stream: inout RandomStream) -> Solution

  /// The exact distribution over the next line of a trace.
  ///
  /// - Returns: distinct lines in a fixed order with probabilities that sum to 1; none after the
  ///   answer; `nil` where the family has no such distribution, the problem cannot be read or
  ///   the lines so far are no way to begin its trace.
  func nextLines(
    problem: String, linesSoFar: [String]
  ) -> [(line: String, probability: Double)]?
}

extension TaskFamily {
  /// In kebab-case, as `retort families` lists it.
  public var name: String { Self.name }

  /// No list.
  public func eachProblem(level: Int, _ body: (String) throws -> Void) rethrows -> Bool { false }

  /// The difficulty values of any problem text; `nil` for one that this level does not pose.
  public func knobs(ofText text: String, level: Int) -> JSONObject? {
    guard levels.contains(level), let problem = read(text) else { return nil }
    return knobs(of: problem, level: level)
  }

  /// Ten levels.
  public var levels: ClosedRange<Int> { 1...10 }

  /// The canonical form of any problem text; `nil` for one that this family would not write.
  public func canonical(_ problem: String) -> String? { read(problem).map(canonicalText) }
}

/// Bounds of the lists that families give.
public enum TaskListing {
  /// More problems than these are not gone through.
  public static let problemLimit = 1 << 20
}

/// A drawn problem.
public struct PosedProblem: Sendable, Equatable {
  /// What the model is given.
  public var text: String
  /// The drawn difficulty values, by the family's `knobNames`.
  public var knobs: JSONObject
  /// The text that stands for all problems equal to this one: what `content` hashes.
  public var canonical: String

  public init(text: String, knobs: JSONObject, canonical: String) {
    self.text = text
    self.knobs = knobs
    self.canonical = canonical
  }
}

/// A worked problem.
public struct Solution: Sendable, Equatable {
  /// One step per line, then the line `Answer: <answer>`.
  public var lines: [String]
  public var answer: String

  public init(steps: [String], answer: String) {
    lines = steps + [Solution.answerLine(answer)]
    self.answer = answer
  }

  /// The trace as a record holds it: lines joined by newlines, none at the end.
  public var text: String { lines.joined(separator: "\n") }

  /// The last line of every trace.
  public static func answerLine(_ answer: String) -> String { "Answer: " + answer }
}
