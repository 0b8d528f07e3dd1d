internal import Randomness

/// Whether a family's own traces leave choices open.
public enum TraceChoices: Sendable, Equatable {
  /// The distribution of the next line is unknown.
  case unknown
  /// Every next line follows from those before it.
  case none
  /// In some places several next lines are right.
  case some
}

extension ProblemFamily {
  /// Whether traces of a level leave choices open, judged from problems drawn for this purpose:
  /// enough of them that a level in which choices were rarer would have none to measure.
  ///
  /// - Precondition: `levels` contains `level`.
  public func choices(level: Int) -> TraceChoices {
    guard let walk = self as? any WalkFamily else { return .unknown }
    return walk.walkChoices(level: level)
  }
}

extension WalkFamily {
  fileprivate func walkChoices(level: Int) -> TraceChoices {
    for index in 0..<Self.askedProblems {
      var stream = Seed(0).child("choices").child(name).child(level).child(index).stream()
      let problem = pose(level: level, using: &stream).text
      let lines = work(problem, using: &stream).lines
      for place in lines.indices {
        guard let next = nextLines(problem: problem, linesSoFar: Array(lines[..<place])) else {
          return .unknown
        }
        if next.count > 1 { return .some }
      }
    }
    return .none
  }

  private static var askedProblems: Int { 16 }
}
