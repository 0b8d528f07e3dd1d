/// Rows of which a part is nowhere.
package enum MissingTail: LabelCheck {
  package static let name = "missing-tail"
  package static let about = "what the kept entries leave over cannot be known"

  package static func findings(in evidence: EvidenceView) -> [Finding] {
    let facts = evidence.facts
    guard !facts.tailIsMade else { return [] }
    let fix =
      "store logarithms of probabilities, normalised over the whole vocabulary, or the logarithm "
      + "of the sum beside the logits"
    if facts.isDense {
      guard facts.massBelow.count * 2 > facts.rows, facts.rowsWithZeros * 2 > facts.rows else {
        return []
      }
      return [
        Finding(
          name, .broken, at: facts.massBelow.first,
          evidence: "\(share(facts.massBelow.count, of: facts.rows)) rows sum to less than 1, "
            + "\(short(facts.mass.value)) in the mean, and give other entries probability 0",
          fix: fix)
      ]
    }
    guard facts.interpretation.scale == .logits, facts.interpretation.declared == .logits else {
      return []
    }
    return [
      Finding(
        name, .broken,
        evidence:
          "logits of the likeliest entries alone: their sum over the vocabulary is not stored",
        fix: fix)
    ]
  }
}
