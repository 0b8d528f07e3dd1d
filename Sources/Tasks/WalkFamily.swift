/// A family whose work is a walk over states: each state has some number of equally likely next
/// steps, each of which writes one line.
///
/// Working a problem, the exact distribution of the next line, the oracle's labels and the mutation
/// audit all use this walk, so they cannot disagree.
public protocol WalkFamily: ProblemFamily {
  // A `Problem` also represents what remains of one as the work proceeds.

  /// Number of possible next steps; 0 if only the answer is left.
  func choices(_ state: Problem) -> Int

  /// Takes one of the possible next steps.
  ///
  /// Two choices that write the same line lead to the same state.
  ///
  /// - Precondition: `choice` is in `0..<choices(state)`.
  func step(_ state: Problem, _ choice: Int) -> (line: String, state: Problem)

  /// Takes one of the possible next steps in place, and writes its line: what `step` gives, without
  /// a copy of the state and a string for the line.
  ///
  /// - Precondition: `choice` is in `0..<choices(state)`.
  func advance(_ state: inout Problem, _ choice: Int, writing line: inout LineText)

  /// The answer, once no step is left.
  func answer(_ state: Problem) -> String

  /// The rule that a step applies, and the lines that it uses; `nil` for a family that names none.
  ///
  /// - Parameter line: the number of the line that the step writes, from 1.
  func note(_ state: Problem, _ choice: Int, line: Int) -> StepNote?

  /// Wrong steps in place of a right one: the typical mistakes, each with the state that it leads
  /// to.
  func slips(_ state: Problem, _ choice: Int) -> [Slip<Problem>]
}

extension WalkFamily {
  /// By `step`.
  public func advance(_ state: inout Problem, _ choice: Int, writing line: inout LineText) {
    let next = step(state, choice)
    line.add(next.line)
    state = next.state
  }

  /// Names no rules.
  public func note(_ state: Problem, _ choice: Int, line: Int) -> StepNote? { nil }

  /// Knows no mistakes.
  public func slips(_ state: Problem, _ choice: Int) -> [Slip<Problem>] { [] }
}

/// A family whose verifier accepts more than the family's own walk writes: any sound proof, where
/// the walk takes one of some.
public protocol OpenFamily: WalkFamily {
  /// Judges a text by its meaning, sharing nothing with the verifier: truth tables, numeric values.
  func meaning(problem: String, solution: String) -> TraceMeaning
}

/// What can be said of a text without knowing the rules.
public enum TraceMeaning: Sendable, Equatable {
  /// A line is wrong whatever the rules: the text must be rejected at this line or before.
  case wrong(step: Int)
  /// Nothing it says is wrong; whether each step is justified is another question.
  case unknown
}
