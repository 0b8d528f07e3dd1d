/// Rows that are the distributions of the token before or after the one beside them: the commonest
/// fault of stored labels. A training does not complain and learns the wrong target.
package enum OffByOne: LabelCheck {
  package static let name = "off-by-one"
  package static let about = "rows belong to another place of the text than their own"

  package static func findings(in evidence: EvidenceView) -> [Finding] {
    let facts = evidence.facts
    guard let shift = facts.explainingShift else { return [] }
    return [
      finding(
        shift: shift,
        evidence: facts.shiftWords + "; the rows' own entropy is \(short(facts.entropy.value))")
    ]
  }

  static func finding(shift: Int, evidence: String) -> Finding {
    let side = shift < 0 ? "before" : "after"
    let count = abs(shift) == 1 ? "one place" : "\(abs(shift)) places"
    return Finding(
      name, .broken, evidence: evidence,
      fix:
        "each row is the distribution of the token \(count) \(side) its own: move the rows \(count) "
        + "\(shift < 0 ? "earlier (drop the first)" : "later (the first token has none)"), "
        + "or import with --repair off-by-one")
  }
}
