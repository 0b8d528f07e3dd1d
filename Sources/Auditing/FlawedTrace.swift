public import Randomness
public import Tasks

/// A solution with one wrong step whose place and kind are known: the material for step labels, and
/// mutants that a verifier must reject at that very line.
public struct FlawedTrace: Sendable, Equatable {
  /// How the trace goes on after the wrong step.
  public enum Form: String, Sendable, CaseIterable {
    /// All other lines are those of a right trace.
    case alone
    /// The rest follows from what the wrong line says: only that step is bad.
    case carried
    /// Some lines follow from the wrong one, then those of a right trace: a right answer by wrong
    /// steps.
    case recovered
  }

  /// How the trace goes on after the wrong step.
  public var form: Form
  /// The kind of mistake, as the family calls it: `wrong-carry`.
  public var error: String
  /// Steps and answer.
  public var lines: [String]
  /// 1-based.
  public var firstBadLine: Int
  /// A right trace with the same lines before the wrong one.
  public var right: [String]

  /// Lines joined by newlines, none at the end.
  public var text: String { lines.joined(separator: "\n") }
}

extension WalkFamily {
  /// Works a problem with one mistake at a uniformly chosen place among those where the family
  /// knows mistakes.
  ///
  /// - Parameter form: `recovered` needs a line after the wrong one before the answer.
  /// - Returns: `nil` if the problem cannot be read or has no such place.
  public func flawed(
    _ problem: String, _ form: FlawedTrace.Form, using stream: inout RandomStream
  ) -> FlawedTrace? {
    guard var state = read(problem) else { return nil }
    var right: [String] = []
    var slipsAt: [(line: Int, slips: [Slip<Problem>])] = []
    while choices(state) > 0 {
      let choice = stream.uniform(choices(state))
      let next = step(state, choice)
      // A mistake at one choice may be right by another.
      let rightLines = (0..<choices(state)).map { step(state, $0).line }
      let wrong = slips(state, choice).filter { !rightLines.contains($0.line) }
      if !wrong.isEmpty { slipsAt.append((right.count, wrong)) }
      right.append(next.line)
      state = next.state
    }
    right.append(Solution.answerLine(answer(state)))
    // A recovered trace has a wrong line and one that follows from it before the right ones.
    if form == .recovered { slipsAt.removeAll { $0.line + 2 >= right.count } }
    guard !slipsAt.isEmpty else { return nil }
    let place = slipsAt[stream.uniform(slipsAt.count)]
    let slip = place.slips[stream.uniform(place.slips.count)]
    var lines = Array(right[..<place.line]) + [slip.line]
    switch form {
    case .alone: lines += right[(place.line + 1)...]
    case .carried: lines += rest(from: slip.state, limit: nil, using: &stream)
    case .recovered:
      let limit = 1 + stream.uniform(right.count - place.line - 2)
      lines += rest(from: slip.state, limit: limit, using: &stream)
      guard lines.count < right.count else { return nil }
      lines += right[lines.count...]
    }
    return FlawedTrace(
      form: form, error: slip.kind, lines: lines, firstBadLine: place.line + 1, right: right)
  }

  /// Right steps from a state on, at most `limit` of them, else to the answer.
  private func rest(
    from start: Problem, limit: Int?, using stream: inout RandomStream
  ) -> [String] {
    var state = start
    var lines: [String] = []
    while choices(state) > 0 {
      if lines.count == limit { return lines }
      let next = step(state, stream.uniform(choices(state)))
      lines.append(next.line)
      state = next.state
    }
    return limit == nil ? lines + [Solution.answerLine(answer(state))] : lines
  }
}
