/// One id twice in a row.
package enum RepeatedIDs: LabelCheck {
  package static let name = "duplicate-ids"
  package static let about = "an id stands twice in a row"

  package static func findings(in evidence: EvidenceView) -> [Finding] {
    let facts = evidence.facts
    guard facts.repeatedIDs.count > 0 else { return [] }
    return [
      Finding(
        name, .broken, at: facts.repeatedIDs.first,
        evidence: "\(share(facts.repeatedIDs.count, of: facts.rows)) rows name an id twice",
        fix:
          "an id's upper bits may have been lost, or two tokens were taken for one; write the ids "
          + "again")
    ]
  }
}
