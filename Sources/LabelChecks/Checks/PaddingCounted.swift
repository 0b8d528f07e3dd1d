/// Padding among the targets: it is easy to predict, so losses look small and gradients shrink.
package enum PaddingCounted: LabelCheck {
  package static let name = "padding-counted"
  package static let about = "padding is among the targets, and so in the loss's denominator"

  package static func findings(in evidence: EvidenceView) -> [Finding] {
    guard let found = evidence.facts.padding.counted(padding: evidence.given.paddingID) else {
      return []
    }
    let hasMask = evidence.facts.hasMask
    return [
      Finding(
        name, .broken,
        evidence:
          "\(found.targets) of \(evidence.facts.targets) targets are the token \(found.token), "
          + "repeated at the ends of texts",
        fix: hasMask
          ? "set the mask to 0 there" : "store a mask that is 0 at padding, or texts without it")
    ]
  }
}
