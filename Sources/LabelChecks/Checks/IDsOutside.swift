/// Ids that the vocabulary does not have.
package enum IDsOutside: LabelCheck {
  package static let name = "id-outside-vocabulary"
  package static let about = "ids that the vocabulary does not have"

  package static func findings(in evidence: EvidenceView) -> [Finding] {
    let facts = evidence.facts
    guard facts.outside.count > 0 else { return [] }
    return [
      Finding(
        name, .broken, at: facts.outside.first,
        evidence: "\(share(facts.outside.count, of: facts.rows)) rows name ids outside 0 to "
          + "\(facts.vocabulary - 1)",
        fix: "write the ids again, in a type that holds them; or give the right vocabulary")
    ]
  }
}
