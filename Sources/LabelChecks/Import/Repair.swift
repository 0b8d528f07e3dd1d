/// What an import may put right, if it is told to: named as the findings are.
enum Repair: String, CaseIterable, Sendable {
  /// Rows are moved to the place that the check found.
  case offByOne = "off-by-one"
  /// Logarithms to the base 2 or 10 are taken to the base e.
  case logBase = "log-base"
  case storedAsLogits = "stored-as-logits"
  case storedAsProbabilities = "stored-as-probabilities"
  case storedAsLogarithms = "stored-as-log-probabilities"
  /// Bytes are read in the other order.
  case byteOrder = "byte-order"
  case wrongType = "wrong-type"
  /// Rows are cut to the tokenizer's ids.
  case paddedVocabulary = "padded-vocabulary"
  /// Rows are divided by what they sum to.
  case notNormalised = "not-normalised"
  /// Entries are sorted.
  case unsorted = "unsorted-ids"
  /// Padding at the ends of texts is no target.
  case paddingCounted = "padding-counted"
  /// Masks are moved by one.
  case maskShifted = "mask-shifted"
  /// Prompts are no targets.
  case promptTrained = "prompt-trained"

  /// What was done, in words, for manifests.
  func words(_ facts: Evidence) -> String {
    switch self {
    case .offByOne: "rows moved by \(facts.explainingShift ?? 0)"
    case .logBase: "base \(Int(facts.interpretation.base)) to e"
    default: rawValue
    }
  }

  /// The findings that stand in the way, once these are repaired.
  ///
  /// A suspicion is no obstacle: it is told, and the user decides.
  static func obstacles(_ report: LabelReport, repairing repairs: Set<Repair>) -> [Finding] {
    let mended = Set(repairs.map(\.rawValue))
    return report.findings.filter { $0.verdict == .broken && !mended.contains($0.name) }
  }
}
