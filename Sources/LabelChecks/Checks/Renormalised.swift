/// The likeliest entries of each row divided by their sum, as if nothing else could come.
package enum Renormalised: LabelCheck {
  package static let name = "renormalised"
  package static let about = "the kept entries were divided by their sum, so the tail is forgotten"

  static let fix =
    "store the logarithms of the softmax over the whole vocabulary, and take the "
    + "likeliest after it; renormalised rows teach probabilities that are too high"

  package static func findings(in evidence: EvidenceView) -> [Finding] {
    let facts = evidence.facts
    if facts.isDense { return dense(facts) }
    // A row whose last kept entry is not small goes on: what is not kept has some probability.
    guard !facts.tailIsMade, facts.openRows >= 5,
      facts.closedRows * 20 >= facts.openRows * 19
    else { return [] }
    return [
      Finding(
        name, .broken,
        evidence: "\(share(facts.closedRows, of: facts.openRows)) rows that are cut where "
          + "probabilities are not small sum to 1",
        fix: fix)
    ]
  }

  /// Dense rows of which all but the same number of entries are 0, and which sum to 1.
  private static func dense(_ facts: Evidence) -> [Finding] {
    let unused = facts.usesAll ? 0 : facts.isEverUsed.count { !$0 }
    guard !facts.isCertified, !facts.tailIsMade, facts.rows >= Evidence.fewestRows,
      facts.lengths.count == 1, let kept = facts.lengths.keys.first, kept > 0,
      kept + unused < facts.vocabulary, facts.massBelow.count * 2 <= facts.rows,
      facts.interpretation.scale != .logits
    else { return [] }
    return [
      Finding(
        name, .broken,
        evidence: "every row keeps \(kept) of \(facts.vocabulary) entries, which sum to 1",
        fix: fix)
    ]
  }
}
