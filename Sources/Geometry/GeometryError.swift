/// Why a problem cannot be attempted. Every case but the last is a fault of the problem.
public enum GeometryError: Error, Equatable, Sendable {
  /// More points than the engine's point sets hold.
  case tooManyPoints(problem: String, count: Int)
  /// No diagram satisfies the clause.
  case cannotDraw(problem: String, clause: String)
  /// Diagrams were drawn, and the goal is false on each.
  case goalFalse(problem: String, goal: String)
  /// There is no goal, or it says nothing, or it is of a kind that the engine does not derive.
  case goalUnusable(problem: String, goal: String, reason: String)
  /// The premises contradict one another.
  case contradiction(problem: String, statement: String)
  /// The engine reached a claim that it cannot trace back: a fault of the engine.
  case unjustified(problem: String, claim: String)
}

extension GeometryError: CustomStringConvertible {
  /// Which problem, what is wrong with it, and where that is known, what to do.
  public var description: String {
    switch self {
    case .tooManyPoints(let problem, let count):
      "\(problem): \(count) points; the engine takes \(Attempt.mostPoints)"
    case .cannotDraw(let problem, let clause):
      "\(problem): no diagram satisfies \"\(clause)\" with distinct points; "
        + "the clause contradicts those before it or makes a point that is there already"
    case .goalFalse(let problem, let goal):
      "\(problem): the goal \"\(goal)\" is false in every diagram drawn"
    case .goalUnusable(let problem, let goal, let reason):
      "\(problem): the goal \"\(goal)\" \(reason)"
    case .contradiction(let problem, let statement):
      "\(problem): \"\(statement)\" contradicts the other premises"
    case .unjustified(let problem, let claim):
      "\(problem): no reason on record for \"\(claim)\"; please report this problem file"
    }
  }
}
