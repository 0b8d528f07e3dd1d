/// Small probabilities raised to a floor.
package enum Clamped: LabelCheck {
  package static let name = "clamped"
  package static let about = "small probabilities were raised to one floor"

  package static func findings(in evidence: EvidenceView) -> [Finding] {
    let facts = evidence.facts
    guard facts.isDense, !facts.tailIsMade, !facts.isCertified, facts.floored.count * 2 > facts.rows
    else { return [] }
    return [
      Finding(
        name, .broken, at: facts.floored.first,
        evidence:
          "in \(share(facts.floored.count, of: facts.rows)) rows, many entries are exactly the "
          + "smallest; rows sum to \(short(facts.mass.value)) in the mean",
        fix: "store the logarithms as they are; the smallest fit float16 down to -65504")
    ]
  }
}
