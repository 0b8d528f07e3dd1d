/// +infinity among the numbers.
package enum InfiniteRows: LabelCheck {
  package static let name = "infinity"
  package static let about = "numbers that are +infinity"

  package static func findings(in evidence: EvidenceView) -> [Finding] {
    let facts = evidence.facts
    guard facts.infinity.count > 0, facts.interpretation.reread == nil else { return [] }
    return [
      Finding(
        name, .broken, at: facts.infinity.first,
        evidence: "\(share(facts.infinity.count, of: facts.rows)) rows hold +infinity",
        fix: "label these texts again in float32; logits beyond 65504 do not fit float16")
    ]
  }
}
