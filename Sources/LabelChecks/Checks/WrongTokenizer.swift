/// Ids of one tokenizer beside rows of another.
package enum WrongTokenizer: LabelCheck {
  package static let name = "wrong-tokenizer"
  package static let about = "ids and rows are of different tokenizers"

  package static func findings(in evidence: EvidenceView) -> [Finding] {
    let facts = evidence.facts
    if let size = evidence.given.size, facts.isDense, facts.vocabulary < size {
      return [
        Finding(
          name, .broken,
          evidence: "rows of \(facts.vocabulary) numbers, the tokenizer has \(size) ids",
          fix: "give the tokenizer of the labels' teacher")
      ]
    }
    if facts.otherIDs.count * 2 > facts.comparedIDs {
      return [
        Finding(
          name, .broken, at: facts.otherIDs.first,
          evidence: "\(share(facts.otherIDs.count, of: facts.comparedIDs)) texts have other ids by "
            + "the tokenizer that was given",
          fix: "give the tokenizer of the labels' teacher, or the texts that were labelled")
      ]
    }
    if facts.outsideTokens.count > 0 {
      return [
        Finding(
          name, .broken, at: facts.outsideTokens.first,
          evidence: "\(share(facts.outsideTokens.count, of: facts.sequences)) texts hold ids that "
            + "the rows' \(facts.vocabulary) entries do not have",
          fix: "tokenise the texts with the labels' teacher's tokenizer")
      ]
    }
    guard facts.explainingShift == nil, facts.contradictsTokens,
      SwappedSamples.matches(facts).isEmpty, let mixture = facts.mixtureCrossEntropy,
      mixture > facts.unigramEntropy + 2
    else { return [] }
    return [
      Finding(
        name, .broken,
        evidence: facts.shiftWords + "; even the mean of all rows gives the tokens "
          + "\(short(mixture)) nats, their frequencies alone \(short(facts.unigramEntropy))",
        fix: "tokenise the texts with the labels' teacher's tokenizer, or label them again")
    ]
  }
}
