/// Rows that are no distributions.
package enum NotNormalised: LabelCheck {
  package static let name = "not-normalised"
  package static let about = "rows do not sum to 1, or the kept part of them to more"

  package static func findings(in evidence: EvidenceView) -> [Finding] {
    let facts = evidence.facts
    // Others say more precisely what is wrong.
    let known =
      StoredAs.findings(in: evidence) + LogBase.findings(in: evidence)
      + Clamped.findings(in: evidence) + MissingTail.findings(in: evidence)
      + LogAboveZero.findings(in: evidence) + RepeatedIDs.findings(in: evidence)
    let bad = facts.massAbove.count + facts.massBelow.count
    guard known.isEmpty, facts.zeroRows.count < bad, facts.interpretation.scale != .logits,
      facts.nan.count == 0, facts.infinity.count == 0, bad > 0
    else { return [] }
    return [
      Finding(
        name, .broken, at: facts.massAbove.first ?? facts.massBelow.first,
        evidence: "\(share(bad, of: facts.rows)) rows sum to something else than 1, all to "
          + "\(short(facts.mass.value)) in the mean",
        fix: "take the logarithm of the softmax over the whole vocabulary")
    ]
  }
}
