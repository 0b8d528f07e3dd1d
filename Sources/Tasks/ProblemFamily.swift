public import Files
public import Randomness
public import Records

/// A family of problems: poses them at ten levels, works them, and knows how many there are and
/// when two of them are the same.
///
/// A family knows its own rules and nothing of the verifier that will judge its texts; the two
/// share only the written text. Most families are walks as well (`WalkFamily`) and write no `work`
/// of their own. `Families.md` says how to add one.
public protocol ProblemFamily: Sendable {
  /// A problem as `read` gives it.
  associatedtype Problem: Sendable

  /// In kebab-case, as `retort families` lists it.
  static var name: String { get }

  /// A family has no state: all its instances are the same.
  init()

  /// What the problems are about, in one sentence.
  var about: String { get }

  /// The levels it poses, easiest first.
  var levels: ClosedRange<Int> { get }

  /// The keys of a record's `knobs`, in that order.
  var knobs: [Knob] { get }

  /// Why knobs that are each within bounds cannot be combined; `nil` if they can.
  func refusal(of difficulty: Difficulty) -> String?

  /// The values of `knobs` for a problem, each true of the problem itself, as `pose` writes them.
  ///
  /// - Returns: `nil` for a problem that is not posed at this difficulty.
  func knobs(of problem: Problem, at difficulty: Difficulty) -> JSONObject?

  /// Calls `body` with every problem of a difficulty; of problems whose records are the same, one
  /// is enough.
  ///
  /// - Returns: false, without any call, if the family cannot list them or there are more than
  ///   `TaskListing.problemLimit`.
  func eachProblem(at difficulty: Difficulty, _ body: (String) throws -> Void) rethrows -> Bool

  /// Draws a problem.
  ///
  /// - Precondition: `difficulty` is one that `difficulty(level:settings:)` gives.
  func pose(at difficulty: Difficulty, using stream: inout RandomStream) -> PosedProblem

  /// How many problems a difficulty holds.
  ///
  /// - Precondition: as for `pose`.
  func space(at difficulty: Difficulty) -> ProblemSpace

  /// Reads a problem text; `nil` for one that this family would not write.
  func read(_ text: String) -> Problem?

  /// The text that stands for all problems equal to this one under the family's symmetries.
  func canonicalText(_ problem: Problem) -> String

  /// The knobs of a record, each true of its texts; `nil` if its level does not pose it.
  func knobs(of record: Record) -> JSONObject?

  /// Whether a set holds each problem once; else each trace once, except in validation and test
  /// sets.
  var countsProblems: Bool { get }

  /// Whether `words(for:)` can put its records into words.
  var isToldInWords: Bool { get }

  /// A record in words, if the family can provide it.
  func words(for record: Record) -> RecordWords?

  /// Works a problem that `pose` did not work itself.
  ///
  /// - Precondition: `read(problem)` is not nil.
  func work(_ problem: String, using stream: inout RandomStream) -> Solution

  /// Same, in verbose rendering if asked and if the family has it.
  func work(_ problem: String, verbose: Bool, using stream: inout RandomStream) -> Solution

  /// Works a drawn problem: `work` of its text, without reading what posing knows already.
  func work(
    _ posed: PosedProblem, verbose: Bool, using stream: inout RandomStream
  ) -> Solution

  /// Answers that a guesser finds without working a problem, by name: the family's own shortcuts
  /// beside those that every family is held against (`Shortcuts`).
  func guesses(_ problem: Problem) -> [(name: String, answer: String)]

  /// The share of a level's problems that no guesser exceeds but by chance.
  func shortcutBound(level: Int) -> Double
}

extension ProblemFamily {
  /// In kebab-case, as `retort families` lists it.
  public var name: String { Self.name }

  /// Ten levels.
  public var levels: ClosedRange<Int> { 1...10 }

  /// Compact only.
  public func work(
    _ problem: String, verbose: Bool, using stream: inout RandomStream
  ) -> Solution { work(problem, using: &stream) }

  /// What posing found, else what the text says.
  public func work(
    _ posed: PosedProblem, verbose: Bool, using stream: inout RandomStream
  ) -> Solution { posed.solution ?? work(posed.text, verbose: verbose, using: &stream) }

  /// None of its own.
  public func guesses(_ problem: Problem) -> [(name: String, answer: String)] { [] }

  /// A quarter.
  public func shortcutBound(level: Int) -> Double { 0.25 }

  /// The family's own guesses at the answer of a problem text.
  public func guesses(ofText text: String) -> [(name: String, answer: String)] {
    read(text).map(guesses) ?? []
  }

  /// Refuses nothing.
  public func refusal(of difficulty: Difficulty) -> String? { nil }

  /// The problems cannot be listed.
  public func eachProblem(
    at difficulty: Difficulty, _ body: (String) throws -> Void
  ) rethrows -> Bool { false }

  /// The keys of a record's `knobs`, in order.
  public var knobNames: [String] { knobs.map(\.name) }

  /// The knobs of any problem text; `nil` for one that this level does not pose.
  public func knobs(ofText text: String, level: Int) -> JSONObject? {
    guard levels.contains(level), let problem = read(text) else { return nil }
    return knobs(of: problem, at: Difficulty(level: level))
  }

  /// The knobs of any problem text at the difficulty that its record states; `nil` for one that is
  /// not posed there.
  public func knobs(ofText text: String, level: Int, stated: JSONObject) -> JSONObject? {
    guard let problem = read(text),
      let difficulty = difficulty(of: problem, level: level, stated: stated)
    else { return nil }
    return knobs(of: problem, at: difficulty)
  }

  /// The knobs of its problem, at the difficulty that it states.
  public func knobs(of record: Record) -> JSONObject? {
    knobs(ofText: record.problem, level: record.level, stated: record.knobs)
  }

  /// Different traces are different records.
  public var countsProblems: Bool { false }

  /// Formal texts only.
  public var isToldInWords: Bool { false }

  /// No words.
  public func words(for record: Record) -> RecordWords? { nil }

  /// The canonical form of any problem text; `nil` for one that this family would not write.
  public func canonical(_ problem: String) -> String? { read(problem).map(canonicalText) }

  /// A problem as `pose` returns it.
  ///
  /// - Precondition: it is posed at this difficulty, and `read(text)` gives this problem, from
  ///   which `work` goes on.
  public func posed(_ problem: Problem, text: String, at difficulty: Difficulty) -> PosedProblem {
    var posed = PosedProblem(
      text: text, knobs: knobs(of: problem, at: difficulty) ?? [:],
      canonical: canonicalText(problem))
    posed.state = problem
    return posed
  }
}

// Shorthands for a level with no knob set.
extension ProblemFamily {
  /// Draws a problem of a level with no knob set.
  ///
  /// - Precondition: the family has the level.
  public func pose(level: Int, using stream: inout RandomStream) -> PosedProblem {
    pose(at: Difficulty(level: level), using: &stream)
  }

  /// How many problems a level holds with no knob set.
  public func space(level: Int) -> ProblemSpace { space(at: Difficulty(level: level)) }

  /// Calls `body` with every problem of a level with no knob set; false, without any call, where
  /// they cannot be listed.
  public func eachProblem(level: Int, _ body: (String) throws -> Void) rethrows -> Bool {
    try eachProblem(at: Difficulty(level: level), body)
  }
}

/// Limits of the lists that families give.
public enum TaskListing {
  /// Larger sets of problems are not listed.
  public static let problemLimit = 1 << 20
}

/// A drawn problem.
public struct PosedProblem: Sendable, Equatable {
  /// The text given to the model.
  public var text: String
  /// The values of the family's `knobs` that were drawn.
  public var knobs: JSONObject
  /// The text that represents all problems equal to this one; `content` is its hash.
  public var canonical: String
  /// The solution, if posing found it too, so that it need not be searched for again.
  public var solution: Solution?
  /// The family's `Problem` that `read(text)` gives, so that it need not be read again.
  var state: (any Sendable)?

  /// - Parameters:
  ///   - text: what the model is given.
  ///   - knobs: values of all the family's knobs, in their order.
  ///   - canonical: the text that stands for all equal problems.
  ///   - solution: `nil` if the problem has yet to be worked.
  public init(text: String, knobs: JSONObject, canonical: String, solution: Solution? = nil) {
    self.text = text
    self.knobs = knobs
    self.canonical = canonical
    self.solution = solution
  }

  /// Whether both say the same; what `state` holds follows from the text.
  public static func == (a: Self, b: Self) -> Bool {
    a.text == b.text && a.knobs == b.knobs && a.canonical == b.canonical && a.solution == b.solution
  }
}

/// A worked problem.
public struct Solution: Sendable, Equatable {
  /// The trace as a record holds it: one step per line, then the line `Answer: <answer>`; lines
  /// joined by newlines, none at the end.
  public var text: String
  /// In canonical form, without the words `Answer: `.
  public var answer: String

  /// - Parameters:
  ///   - steps: one line each, the answer's line not among them.
  ///   - answer: in canonical form; its line is added at the end.
  public init(steps: [String], answer: String) {
    var text: [UInt8] = []
    for step in steps {
      text += step.utf8
      text.append(Self.newline)
    }
    self.init(stepLines: text, answer: answer)
  }

  /// - Parameter stepLines: the steps as text, each with a newline at its end.
  init(stepLines: [UInt8], answer: String) {
    var text = stepLines
    text += "Answer: ".utf8
    text += answer.utf8
    self.text = String(decoding: text, as: UTF8.self)
    self.answer = answer
  }

  static let newline = UInt8(ascii: "\n")

  /// The lines of `text`.
  public var lines: [String] {
    text.utf8.split(separator: Self.newline, omittingEmptySubsequences: false)
      .map { String(Substring($0)) }
  }

  /// The last line of every trace.
  public static func answerLine(_ answer: String) -> String { "Answer: " + answer }
}
