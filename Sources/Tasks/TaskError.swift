/// What can be wrong about a request for problems or labels.
public enum TaskError: Error, Equatable, Sendable, CustomStringConvertible {
  case noSuchLevel(family: String, level: Int, has: ClosedRange<Int>)
  case noSuchKnob(family: String, knob: String, knobs: [Knob])
  /// The knob follows from the problem.
  case knobNotSettable(family: String, knob: String, knobs: [Knob])
  case knobOutOfBounds(family: String, knob: String, value: Int, knobs: [Knob])
  /// Knobs within their bounds that cannot be combined with each other or with the level.
  case knobsRefused(family: String, level: Int, reason: String, knobs: [Knob])
  /// No attempt fell into the split.
  case splitNotFound(family: String, level: Int, index: Int, split: String, attempts: Int)
  /// The family has no distribution over next lines, or cannot read the problem.
  case noOracle(family: String, problem: String)
  /// A line of the solution is not among the family's possible next lines.
  case notATrace(family: String, problem: String, line: Int, found: String)
  case unfinished(family: String, problem: String, lines: Int)
  /// Encoding line by line differs from encoding the whole.
  case linesNotSeparable(family: String, problem: String, token: Int)
  /// One possible continuation is a prefix of another in tokens.
  case ambiguousLines(family: String, problem: String, line: Int)

  public var description: String {
    switch self {
    case .noSuchLevel(let family, let level, let has):
      "\(family): there is no level \(level); it has \(has.lowerBound) to \(has.upperBound)"
    case .noSuchKnob(let family, let knob, let knobs):
      "\(family): there is no knob \(knob.prefix(40)); \(Self.list(knobs))"
    case .knobNotSettable(let family, let knob, let knobs):
      "\(family): the knob \(knob) follows from the problem and cannot be set; \(Self.list(knobs))"
    case .knobOutOfBounds(let family, let knob, let value, let knobs):
      "\(family): the knob \(knob) cannot be \(value); \(Self.list(knobs))"
    case .knobsRefused(let family, let level, let reason, let knobs):
      "\(family) level \(level): \(reason); \(Self.list(knobs))"
    case .splitNotFound(let family, let level, let index, let split, let attempts):
      "\(family) level \(level), index \(index): none of \(attempts) attempts fell into the "
        + "split \(split); the level holds too few problems, use a higher one"
    case .noOracle(let family, let problem):
      "\(family): no distribution over the next lines for the problem \(problem.prefix(80)); "
        + "the family has none or did not write this problem"
    case .notATrace(let family, let problem, let line, let found):
      "\(family), problem \(problem.prefix(80)), line \(line): expected one of the family's "
        + "next lines, found \(found.prefix(80)); oracle labels need verified traces"
    case .unfinished(let family, let problem, let lines):
      "\(family), problem \(problem.prefix(80)): the trace ends after \(lines) lines without "
        + "its answer; oracle labels need verified traces"
    case .linesNotSeparable(let family, let problem, let token):
      "\(family), problem \(problem.prefix(80)): token \(token): the solution encoded line by "
        + "line differs from the solution encoded whole; the oracle needs a tokenizer whose "
        + "tokens do not reach past a newline"
    case .ambiguousLines(let family, let problem, let line):
      "\(family), problem \(problem.prefix(80)), line \(line): the tokens of one possible line "
        + "begin with all tokens of another; the oracle needs a tokenizer that keeps newlines"
    }
  }
  /// `it has digits (2 to 18), carries (follows from the problem)`.
  private static func list(_ knobs: [Knob]) -> String {
    if knobs.isEmpty { return "it has none" }
    let words = knobs.map { knob in
      let bounds = knob.bounds.map { "\($0.lowerBound) to \($0.upperBound)" }
      return "\(knob.name) (\(bounds ?? "follows from the problem"))"
    }
    return "it has " + words.joined(separator: ", ")
  }
}
