/// Rows without an entry.
package enum EmptyRows: LabelCheck {
  package static let name = "empty-rows"
  package static let about = "rows without an entry"

  package static func findings(in evidence: EvidenceView) -> [Finding] {
    let facts = evidence.facts
    // A certified set without one holds its labels in a form that gives none back.
    guard facts.emptyRows.count > 0 || facts.rows == 0 && !facts.isCertified else { return [] }
    return [
      Finding(
        name, .broken, at: facts.emptyRows.first,
        evidence: facts.rows == 0
          ? "the file holds no row"
          : "\(share(facts.emptyRows.count, of: facts.rows)) rows are empty",
        fix: "ask for log-probabilities of every token, and label these texts again")
    ]
  }
}
