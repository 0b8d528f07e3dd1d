/// One row written again and again.
package enum RepeatedRows: LabelCheck {
  package static let name = "repeated-row"
  package static let about = "the same row stands after different tokens"

  package static func findings(in evidence: EvidenceView) -> [Finding] {
    let facts = evidence.facts
    // A shift may repeat the row at the end of every text; a stuck buffer repeats many.
    guard facts.longestRepetition >= 3 || facts.repeatedRows.count * 10 >= facts.rows,
      facts.repeatedRows.count >= 3
    else { return [] }
    return [
      Finding(
        name, .broken, at: facts.repeatedRows.first,
        evidence: "\(share(facts.repeatedRows.count, of: facts.rows)) rows are equal to the row "
          + "before, after another token",
        fix: "label again: a buffer was not refilled, or one row was copied to all places")
    ]
  }
}
