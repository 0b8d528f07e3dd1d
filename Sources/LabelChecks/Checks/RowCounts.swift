/// Not one row for each token after the first.
package enum RowCounts: LabelCheck {
  package static let name = "row-count"
  package static let about = "L tokens without their L-1 rows"

  package static func findings(in evidence: EvidenceView) -> [Finding] {
    let facts = evidence.facts
    guard facts.wrongRowCounts.count > 0 else { return [] }
    let surplus = facts.rowSurplus.sorted { $0.value > $1.value }.prefix(3)
      .map { "\($0.key > 0 ? "+" : "")\($0.key) rows: \($0.value) texts" }
      .joined(separator: ", ")
    return [
      Finding(
        name, .broken, at: facts.wrongRowCounts.first,
        evidence: "\(share(facts.wrongRowCounts.count, of: facts.sequences)) texts; \(surplus)",
        fix:
          "L tokens admit L-1 rows: a text was cut, or a beginning or end token is on one side only"
      )
    ]
  }
}
