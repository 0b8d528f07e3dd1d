internal import Files

/// One model's results on one test item: a line of an evaluation's `final.jsonl` and `best.jsonl`.
public struct ItemScores: Sendable, Equatable {
  /// Of the test set's record.
  public var id: String
  /// Task family.
  public var family: String
  /// Difficulty, 1…10; 0 for text that no verifier can judge.
  public var level: Int
  /// Whether the model was asked to write a text at all.
  public var isWritten: Bool
  /// Whether the text's answer is exactly right, whatever its steps.
  public var isAnswerRight: Bool
  /// Whether a verifier accepted every step of the written text.
  public var isVerified: Bool
  /// Tokens of the written text.
  public var writtenTokens: Int
  /// On the reference text, teacher-forced.
  public var scores: TargetScores
  /// What `scores` is measured against.
  public var reference: TargetScores.Reference

  /// What one test item showed; without a written text, only its scores.
  public init(
    id: String, family: String, level: Int, isWritten: Bool = false, isAnswerRight: Bool = false,
    isVerified: Bool = false, writtenTokens: Int = 0, scores: TargetScores,
    reference: TargetScores.Reference
  ) {
    self.id = id
    self.family = family
    self.level = level
    self.isWritten = isWritten
    self.isAnswerRight = isAnswerRight
    self.isVerified = isVerified
    self.writtenTokens = writtenTokens
    self.scores = scores
    self.reference = reference
  }

  /// The key of each figure in a line, shared by writers and readers.
  public enum Field: String, Sendable, CaseIterable {
    case id, family, level
    case answerRight = "answer_ok"
    case verified
    case firstError = "first_error"
    case text = "generated"
    case writtenTokens = "generated_tokens"
    case choices = "n_choice"
    case forced = "n_forced"
    case likelihoodLossChoice = "nll_choice"
    case likelihoodLossForced = "nll_forced"
    case crossEntropyChoice = "ce_choice"
    case crossEntropyForced = "ce_forced"
    case entropyChoice = "entropy_choice"
    case entropyForced = "entropy_forced"
    case invalidMass = "invalid_mass"
    case agreements = "n_agree"
    /// Only if the set holds a model's distributions.
    case topFiveAgreements = "n_agree_top5"
  }

  /// The line, without its newline. Figures without a basis in the set are null: all
  /// cross-entropies without labels, the mass on impossible tokens without exact distributions.
  ///
  /// - Parameters:
  ///   - firstError: the first wrong line of the text, from 1.
  ///   - text: what the model wrote.
  public func line(firstError: Int?, text: String?) -> [UInt8] {
    let isLabelled = reference != .none
    func figure(_ value: Double, if isKnown: Bool) -> JSON { isKnown ? JSON(value) : .null }
    var members: [(Field, JSON)] = [
      (.id, JSON(id)), (.family, JSON(family)), (.level, JSON(level)),
      (.answerRight, JSON(isAnswerRight)), (.verified, JSON(isVerified)),
      (.firstError, firstError.map { JSON($0) } ?? .null),
      (.text, text.map { JSON($0) } ?? .null), (.writtenTokens, JSON(writtenTokens)),
      (.choices, JSON(scores.choices)), (.forced, JSON(scores.forced)),
      (.likelihoodLossChoice, JSON(scores.likelihoodLossChoice)),
      (.likelihoodLossForced, JSON(scores.likelihoodLossForced)),
      (.crossEntropyChoice, figure(scores.crossEntropyChoice, if: isLabelled)),
      (.crossEntropyForced, figure(scores.crossEntropyForced, if: isLabelled)),
      (.entropyChoice, figure(scores.entropyChoice, if: isLabelled)),
      (.entropyForced, figure(scores.entropyForced, if: isLabelled)),
      (.invalidMass, figure(scores.invalidMass, if: reference == .exact)),
      (.agreements, isLabelled ? JSON(scores.agreements) : .null),
    ]
    if reference == .model {
      members.append((.topFiveAgreements, JSON(scores.topFiveAgreements)))
    }
    return JSONObject(members.map { ($0.0.rawValue, $0.1) }).serialized()
  }
}
