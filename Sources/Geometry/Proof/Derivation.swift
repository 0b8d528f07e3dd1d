/// A proof as the engine finds it: steps in order, each from earlier ones.
struct Derivation: Sendable {
  enum System: Sendable { case directions, logs, lengths, squares }

  /// `coefficient` times what step `step` says, in a sum that is the step's claim.
  struct Summand: Sendable {
    var step: Int
    var numerator: Int
    var denominator: Int
  }

  enum Reason: Sendable {
    case premise
    /// A named rule; parents in the order of its premises, nil for one that is trivially true.
    case rule(RuleID)
    /// A linear combination of the parents.
    case sum(System, [Summand])
    /// Concyclic sets that share three points.
    case overlap
  }

  struct Step: Sendable {
    var claim: Claim
    var reason: Reason
    /// The steps it rests on.
    var parents: [Int]
    var sides: [Claim]
    /// The claims of the rule's premises as the rule spells them.
    var premises: [Claim]
    /// The step of each premise; nil for one that is true of any points.
    var cited: [Int?] = []
  }

  var steps: [Step] = []
}
