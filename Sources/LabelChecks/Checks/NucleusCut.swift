/// Rows cut to a nucleus, as sampling does it: what is left over is no teacher's distribution.
package enum NucleusCut: LabelCheck {
  package static let name = "top-p-cut"
  package static let about = "rows were cut to a nucleus (top-p) before they were stored"

  package static func findings(in evidence: EvidenceView) -> [Finding] {
    let facts = evidence.facts
    guard !facts.tailIsMade, facts.rows >= Evidence.fewestRows else { return [] }
    let fix = "store the rows before top-p or top-k, which belong to sampling"
    if facts.isDense {
      // A set of ours may hold exact distributions, of which most entries are 0; probabilities
      // underflow.
      let most = facts.lengths.keys.max() ?? 0
      guard !facts.isCertified, facts.rowsWithZeros * 2 > facts.rows, facts.lengths.count > 1,
        facts.massBelow.count * 2 <= facts.rows, facts.interpretation.scale != .probabilities
      else { return [] }
      return [
        Finding(
          name, .broken,
          evidence:
            "\(share(facts.rowsWithZeros, of: facts.rows)) rows give probability 0 to other "
            + "entries: \(facts.lengths.keys.min() ?? 0) to \(most) of \(facts.vocabulary) are left",
          fix: fix)
      ]
    }
    guard facts.lengths.count > 2, facts.interpretation.scale == .logProbabilities,
      facts.nucleusBelow >= 0.3, facts.nucleusBelow < 0.9995,
      facts.nucleusAbove <= facts.nucleusBelow + 1e-3
    else { return [] }
    return [
      Finding(
        name, .broken,
        evidence:
          "rows of \(facts.lengths.keys.min() ?? 0) to \(facts.lengths.keys.max() ?? 0) entries, "
          + "each just above a sum of \(short(max(facts.nucleusAbove, 0)))",
        fix: fix)
    ]
  }
}
