/// A family whose work is a walk over states: each state has some number of equally likely next
/// steps, each of which writes one line.
///
/// Working a problem, the exact distribution of the next line, the oracle's labels and the mutation
/// audit all follow from that walk, so they cannot disagree.
public protocol WalkFamily: ProblemFamily {
  // Its `Problem` is also what is left of one as the work goes on.

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
}
