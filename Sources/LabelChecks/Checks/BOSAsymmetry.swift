/// A beginning-of-text token on one side only.
package enum BOSAsymmetry: LabelCheck {
  package static let name = "bos-asymmetry"
  package static let about = "only one of tokens and teacher has a beginning-of-text token"

  package static func findings(in evidence: EvidenceView) -> [Finding] {
    let facts = evidence.facts
    let begun = facts.beginnings
    let fix = "begin every text as the teacher's tokenizer does, once, and label what is stored"
    if let id = evidence.given.beginningID {
      let with = begun.first[id] ?? 0
      if let twice = begun.doubled[id], twice > 0 {
        return [
          Finding(
            name, .broken,
            evidence: "\(share(twice, of: begun.texts)) texts begin with the token \(id) twice",
            fix: fix)
        ]
      }
      if facts.format != "llama.cpp", begun.texts > 0,
        evidence.given.addsBeginning ? with < begun.texts : with > 0 && with < begun.texts
      {
        return [
          Finding(
            name, .suspect,
            evidence: "\(share(with, of: begun.texts)) texts begin with the token \(id), which the "
              + "tokenizer puts in front of every text",
            fix: fix)
        ]
      }
    }
    return []
  }
}
