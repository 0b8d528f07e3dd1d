public import Exact

/// A proof as its text holds it: a problem, and numbered steps of which the last is the goal.
public struct Proof: Hashable, Sendable {
  /// Clauses in order, those the proof adds marked auxiliary; exactly one goal.
  public var problem: GeometryProblem
  /// In order; the last says the goal.
  public var steps: [Step]

  /// A proof of these parts; nothing is checked.
  public init(problem: GeometryProblem, steps: [Step]) {
    self.problem = problem
    self.steps = steps
  }

  /// One line: a statement and why it holds. Steps are cited by number, counted from 1.
  public struct Step: Hashable, Sendable {
    /// What the step says.
    public var statement: Statement
    /// Why it holds.
    public var reason: Reason

    /// A step of these parts.
    public init(_ statement: Statement, _ reason: Reason) {
      self.statement = statement
      self.reason = reason
    }
  }

  /// Why a step holds.
  public enum Reason: Hashable, Sendable {
    /// A clause says so.
    case given
    /// A condition, read off every diagram.
    case check
    /// A rule with its variables' points. `from` has one entry for each premise, nil for a premise
    /// that says nothing of these points; `conditions` one for each condition of the rule.
    case rule(name: String, points: [Int], from: [Int?], conditions: [Int])
    /// The statement's equation is the sum of the cited ones, each times its coefficient.
    /// `lines` cites `coll` steps: all segments of one line have one direction. `branch` is the
    /// least common denominator of the coefficients, where directions are divided.
    case algebra(System, terms: [Term], lines: [Int], branch: Int)
    /// Lines with two common points, or more, are one line.
    case line([Int])
    /// Circles with three common points, or more, are one circle.
    case circle([Int])
    /// The cited fact with points replaced by the same points' other names.
    case same([Int])
  }

  /// Which quantities an algebraic step adds up.
  public enum System: String, CaseIterable, Sendable {
    /// Directions of lines, in half turns modulo 1.
    case directions
    /// Logarithms of lengths; rational constants by their prime factors.
    case ratios
    /// Lengths.
    case lengths
    /// Squares of lengths.
    case squares
  }

  /// A cited step's equation times a coefficient.
  public struct Term: Hashable, Sendable {
    /// What the cited equation is multiplied by.
    public var coefficient: Rational
    /// The cited step, counted from 1.
    public var step: Int

    /// A cited step with its coefficient.
    public init(_ coefficient: Rational, _ step: Int) {
      self.coefficient = coefficient
      self.step = step
    }
  }
}

extension Proof {
  /// Steps that derive something: neither given nor a condition.
  public var derivedSteps: Int { steps.count { $0.reason != .given && $0.reason != .check } }

  /// The longest chain of steps, each citing the one before.
  public var depth: Int {
    var depths: [Int] = []
    for step in steps {
      let cited = step.reason.citations.filter { (0..<depths.count).contains($0 - 1) }
      depths.append(1 + (cited.map { depths[$0 - 1] }.max() ?? 0))
    }
    return depths.max() ?? 0
  }

  /// Points that auxiliary clauses place.
  public var auxiliaryPoints: Int {
    problem.clauses.filter(\.isAuxiliary).reduce(0) { $0 + $1.points.count }
  }
}

extension Proof.Reason {
  /// Every step that is cited, in the order of the text.
  public var citations: [Int] {
    switch self {
    case .given, .check: []
    case .rule(_, _, let from, let conditions): from.compactMap { $0 } + conditions
    case .algebra(_, let terms, let lines, _): terms.map(\.step) + lines
    case .line(let steps), .circle(let steps), .same(let steps): steps
    }
  }
}
