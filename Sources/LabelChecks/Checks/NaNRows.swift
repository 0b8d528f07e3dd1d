/// NaN among the numbers.
package enum NaNRows: LabelCheck {
  package static let name = "nan"
  package static let about = "numbers that are none"

  package static func findings(in evidence: EvidenceView) -> [Finding] {
    let facts = evidence.facts
    // Bytes in the wrong order make NaN too, and say more.
    guard facts.nan.count > 0, facts.interpretation.reread == nil else { return [] }
    return [
      Finding(
        name, .broken, at: facts.nan.first,
        evidence: "\(share(facts.nan.count, of: facts.rows)) rows hold NaN",
        fix: "label these texts again; float16 overflows in a teacher's pass give NaN")
    ]
  }
}
