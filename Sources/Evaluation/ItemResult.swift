internal import Files
internal import SoftLabels

/// What one model did on one item: a line of `final.jsonl` and `best.jsonl`.
struct ItemResult: Sendable, Equatable {
  var id: String
  var family: String
  var level: Int
  /// `nil` where nothing was to be written.
  var trace: WrittenTrace?
  /// On the reference trace, teacher-forced.
  var scores: TargetScores
  var reference: TargetScores.Reference

  /// The line, without its end. Figures that the set gives no ground for are null: without labels
  /// all cross-entropies, without the truth the mass on what cannot come.
  var line: [UInt8] {
    func figure(_ value: Double, if isKnown: Bool) -> JSON { isKnown ? JSON(value) : .null }
    let isLabelled = reference != .none
    let json: JSON = [
      "id": JSON(id), "family": JSON(family), "level": JSON(level),
      "answer_ok": JSON(trace?.isAnswerRight ?? false),
      "verified": JSON(trace?.isVerified ?? false),
      "first_error": trace?.firstError.map { JSON($0) } ?? .null,
      "generated": trace.map { JSON($0.text) } ?? .null,
      "generated_tokens": JSON(trace?.tokenCount ?? 0),
      "n_choice": JSON(scores.choices), "n_forced": JSON(scores.forced),
      "nll_choice": JSON(scores.likelihoodLossChoice),
      "nll_forced": JSON(scores.likelihoodLossForced),
      "ce_choice": figure(scores.crossEntropyChoice, if: isLabelled),
      "ce_forced": figure(scores.crossEntropyForced, if: isLabelled),
      "entropy_choice": figure(scores.entropyChoice, if: isLabelled),
      "entropy_forced": figure(scores.entropyForced, if: isLabelled),
      "invalid_mass": figure(scores.invalidMass, if: reference == .exact),
      "n_agree": isLabelled ? JSON(scores.agreements) : .null,
    ]
    return json.serialized()
  }
}
