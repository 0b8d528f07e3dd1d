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

  /// The answer, once no step is left.
  func answer(_ state: Problem) -> String
}
