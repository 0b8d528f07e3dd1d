/// Targets of probability 0.
package enum ImpossibleTargets: LabelCheck {
  package static let name = "impossible-target"
  package static let about = "rows rule the token out that came"

  package static func findings(in evidence: EvidenceView) -> [Finding] {
    let facts = evidence.facts
    let known =
      NucleusCut.findings(in: evidence) + MissingTail.findings(in: evidence)
      + OffByOne.findings(in: evidence) + SwappedSamples.findings(in: evidence)
      + WrongTokenizer.findings(in: evidence) + Renormalised.findings(in: evidence)
    guard known.isEmpty, !facts.tailIsMade, facts.impossibleTargets.count > 0 else { return [] }
    return [
      Finding(
        name, .broken, at: facts.impossibleTargets.first,
        evidence: "\(share(facts.impossibleTargets.count, of: facts.targets)) targets have "
          + "probability 0",
        fix: "a cross-entropy on them is infinite: see whether rows and tokens are shifted, or "
          + "whether probabilities underflowed before the logarithm")
    ]
  }
}
