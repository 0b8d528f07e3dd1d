/// Prompts among the targets.
package enum PromptTrained: LabelCheck {
  package static let name = "prompt-trained"
  package static let about = "the prompt is among the targets"

  package static func findings(in evidence: EvidenceView) -> [Finding] {
    let masks = evidence.facts.masks
    guard masks.trained.count * 2 > masks.prompts, masks.prompts > 0 else { return [] }
    return [
      finding(
        at: masks.trained.first,
        "\(share(masks.trained.count, of: masks.prompts)) texts count tokens of their prompt")
    ]
  }

  static func finding(at place: String?, _ evidence: String) -> Finding {
    Finding(
      name, .suspect, at: place, evidence: evidence,
      fix: "set the mask to 0 before the answer, unless prompts are meant to be learnt")
  }
}
