/// Rows with columns that stand for no token.
package enum PaddedVocabulary: LabelCheck {
  package static let name = "padded-vocabulary"
  package static let about = "rows are longer than the vocabulary: the last columns are no tokens"

  /// Last columns that are equal in every row, as those of zero weights are.
  private static let fewestEqual = 4

  package static func findings(in evidence: EvidenceView) -> [Finding] {
    let facts = evidence.facts
    // A set of ours names its tokenizer, and its readers align what differs in padding alone.
    guard facts.isDense, !facts.isCertified else { return [] }
    let fix =
      "cut the rows to the tokenizer's ids and normalise them again; "
      + "--repair padded-vocabulary does"
    if let size = evidence.given.size, size < facts.vocabulary {
      return [
        Finding(
          name, .suspect,
          evidence:
            "rows of \(facts.vocabulary) numbers, the tokenizer has \(size) ids; the others "
            + "carry \(facts.paddedMass.value) of the probability",
          fix: fix)
      ]
    }
    let equal = facts.equalAtEnd
    guard facts.rows >= Evidence.fewestRows, equal >= fewestEqual, equal < facts.vocabulary / 2,
      evidence.given.size == nil
    else { return [] }
    return [
      Finding(
        name, .suspect,
        evidence: "the last \(equal) of \(facts.vocabulary) columns are equal in every row",
        fix: fix)
    ]
  }
}
