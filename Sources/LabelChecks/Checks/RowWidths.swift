/// Dense rows of different lengths.
package enum RowWidths: LabelCheck {
  package static let name = "row-width"
  package static let about = "rows are of different lengths"

  package static func findings(in evidence: EvidenceView) -> [Finding] {
    let facts = evidence.facts
    guard facts.wrongWidths.count > 0 else { return [] }
    return [
      Finding(
        name, .broken, at: facts.wrongWidths.first,
        evidence: "\(share(facts.wrongWidths.count, of: facts.rows)) rows have not "
          + "\(facts.vocabulary) numbers",
        fix: "write rows of one length, that of the vocabulary")
    ]
  }
}
