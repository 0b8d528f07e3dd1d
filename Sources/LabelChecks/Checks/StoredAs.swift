/// Logits, probabilities or logarithms stored as one of the others.
package enum StoredAs: LabelCheck {
  package static let name = "stored-as"
  package static let about = "numbers are of another kind than the file says"

  package static func findings(in evidence: EvidenceView) -> [Finding] {
    let how = evidence.facts.interpretation
    guard how.scale != how.declared else { return [] }
    // Logarithms of probabilities are logits, and lose nothing.
    if how.declared == .logits, how.scale == .logProbabilities { return [] }
    let words =
      switch how.scale {
      case .probabilities: "rows lie between 0 and 1 and sum to 1"
      case .logits: "rows hold numbers above 0, and their exponentials do not sum to 1"
      case .logProbabilities: "rows hold numbers below 0 whose exponentials sum to 1"
      }
    return [
      Finding(
        name + "-" + how.scale.rawValue, .broken,
        evidence: "said to be \(how.declared.rawValue); \(words)",
        fix: "read them as \(how.scale.rawValue), or store the logarithms of the softmax; "
          + "--repair \(name)-\(how.scale.rawValue) does")
    ]
  }
}
