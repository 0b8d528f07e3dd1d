/// A proof as the engine finds it: steps in order, each from earlier ones.
package struct Derivation: Sendable {
  /// A linear system of the closure.
  package enum System: Sendable { case directions, logs, lengths, squares }

  /// `coefficient` times what step `step` says, in a sum that is the step's claim.
  package struct Summand: Sendable {
    /// Index of the cited step.
    package var step: Int
    /// Of the factor.
    package var numerator: Int
    /// Of the factor; above 0.
    package var denominator: Int
  }

  /// Why a step holds.
  package enum Reason: Sendable {
    /// Given by the problem.
    case premise
    /// A named rule; parents in the order of its premises, nil for one that is trivially true.
    case rule(RuleID)
    /// A linear combination of the parents.
    case sum(System, [Summand])
    /// Concyclic sets that share three points.
    case overlap
  }

  /// A claim, why it holds, and what it rests on.
  package struct Step: Sendable {
    /// What the step says.
    package var claim: Claim
    /// The rule, sum or premise behind the claim.
    package var reason: Reason
    /// The steps it rests on.
    package var parents: [Int]
    var sides: [Claim]
    /// The claims of the rule's premises as the rule spells them.
    var premises: [Claim]
    /// The step of each premise; nil for one that is true of any points.
    var cited: [Int?] = []
  }

  /// In order; parents come first.
  package var steps: [Step] = []
}
