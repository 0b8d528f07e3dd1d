/// Rows that nothing was written to.
package enum ZeroRows: LabelCheck {
  package static let name = "zero-rows"
  package static let about = "rows of zeros: memory that nothing was written to"

  package static func findings(in evidence: EvidenceView) -> [Finding] {
    let facts = evidence.facts
    guard facts.zeroRows.count > 0 else { return [] }
    return [
      Finding(
        name, .broken, at: facts.zeroRows.first,
        evidence: "\(share(facts.zeroRows.count, of: facts.rows)) rows are 0 throughout",
        fix: "label these texts again: a write was lost")
    ]
  }
}
