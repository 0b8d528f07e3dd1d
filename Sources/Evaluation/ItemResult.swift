internal import Scores

/// What one model did on one item: a line of `final.jsonl` and `best.jsonl`.
struct ItemResult: Sendable, Equatable {
  var id: String
  var family: String
  var level: Int
  /// `nil` if no text was requested.
  var trace: WrittenTrace?
  /// On the reference trace, teacher-forced.
  var scores: TargetScores
  var reference: TargetScores.Reference

  /// The line, without its end.
  var line: [UInt8] { item.line(firstError: trace?.firstError, text: trace?.text) }

  var item: ItemScores {
    ItemScores(
      id: id, family: family, level: level, isWritten: trace != nil,
      isAnswerRight: trace?.isAnswerRight ?? false, isVerified: trace?.isVerified ?? false,
      writtenTokens: trace?.tokenCount ?? 0, scores: scores, reference: reference)
  }
}
