/// A claim that the closure has reached, and why.
///
/// A premise of a fact holds before the fact: by an earlier fact of the log, or by what the linear
/// systems knew when the fact was written. So parents always have smaller numbers, and no proof can
/// run in a circle.
package struct Fact: Sendable {
  /// What was reached.
  package var claim: Claim
  /// The rule that gave it, or the kind of sum.
  package var rule: RuleID
  var premises: ContiguousArray<Claim>
  /// Read off the diagram.
  var sides: ContiguousArray<Claim>
}
