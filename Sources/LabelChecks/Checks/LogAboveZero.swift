/// Logarithms of probabilities above 1.
package enum LogAboveZero: LabelCheck {
  package static let name = "logp-above-zero"
  package static let about = "logarithms of probabilities above 0"

  package static func findings(in evidence: EvidenceView) -> [Finding] {
    let facts = evidence.facts
    guard facts.aboveZero.count > 0, facts.interpretation.scale == .logProbabilities else {
      return []
    }
    return [
      Finding(
        name, .broken, at: facts.aboveZero.first,
        evidence: "\(share(facts.aboveZero.count, of: facts.rows)) rows hold numbers above 0",
        fix: "label these texts again; no probability is above 1")
    ]
  }
}
