/// Entries that are not in the order that the format promises.
package enum Unsorted: LabelCheck {
  package static let name = "unsorted-ids"
  package static let about = "entries are not in the order of their probability"

  package static func findings(in evidence: EvidenceView) -> [Finding] {
    let facts = evidence.facts
    guard facts.isRanked, facts.unsorted.count > 0 else { return [] }
    return [
      Finding(
        name, .suspect, at: facts.unsorted.first,
        evidence: "\(share(facts.unsorted.count, of: facts.rows)) rows do not fall",
        fix: "check that ids and numbers were sorted together, and sort them")
    ]
  }
}
