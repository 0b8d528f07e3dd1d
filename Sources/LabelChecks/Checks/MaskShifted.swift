/// Masks moved against the tokens.
package enum MaskShifted: LabelCheck {
  package static let name = "mask-shifted"
  package static let about = "masks stand beside the wrong tokens"

  package static func findings(in evidence: EvidenceView) -> [Finding] {
    let masks = evidence.facts.masks
    if masks.atFront.count > 0, masks.all < masks.count {
      return [
        finding(
          at: masks.atFront.first,
          "\(share(masks.atFront.count, of: masks.count)) masks count the first token, which nothing "
            + "predicts")
      ]
    }
    guard let shift = masks.shift else { return [] }
    return [
      finding(
        at: nil,
        shift < 0
          ? "masks begin at the token that separates prompt and answer, and leave the last token out"
          : "masks leave the first token of every answer out")
    ]
  }

  static func finding(at place: String?, _ evidence: String) -> Finding {
    Finding(
      name, .broken, at: place, evidence: evidence,
      fix:
        "mask[t] is 1 where token t is a target, and the row of token t is row t-1: move the masks "
        + "by one")
  }
}
