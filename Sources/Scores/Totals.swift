/// Sums over the test items of one family and level, for one model: the input of every metric.
///
/// Figures per token are pooled: the sum over all tokens divided by their number, never a mean of
/// means. The order of additions fixes the last bits.
public struct Totals: Sendable, Equatable {
  /// Task family; `all` for the sum over families.
  public var family: String
  /// Difficulty, 1…10; 0 for the sum over levels, and for text that no verifier can judge.
  public var level: Int
  /// Test items.
  public var items = 0
  /// Items for which the model wrote a text; 0 if the evaluation did not request texts.
  public var written = 0
  /// Items whose written answer is exactly right.
  public var rightAnswers = 0
  /// Items whose written trace a verifier accepted, step by step.
  public var verified = 0
  /// Tokens that the model wrote.
  public var writtenTokens = 0
  /// On the reference texts of all items, teacher-forced.
  public var scores = TargetScores()
  /// Whether `scores` is measured against a teacher's distributions, those of the test set.
  public var isAgainstTeacher = false

  /// - Parameter family: `all`, at level 0, for the sum over families and levels.
  public init(family: String = "all", level: Int = 0) {
    self.family = family
    self.level = level
  }

  /// Target tokens of all items.
  public var targets: Int { scores.targets }

  /// Adds one item.
  public mutating func add(_ item: ItemScores) {
    items += 1
    scores += item.scores
    if item.reference == .model { isAgainstTeacher = true }
    guard item.isWritten else { return }
    written += 1
    rightAnswers += item.isAnswerRight ? 1 : 0
    verified += item.isVerified ? 1 : 0
    writtenTokens += item.writtenTokens
  }

  /// Adds other items; family and level stay those of the left.
  public static func += (left: inout Totals, right: Totals) {
    left.items += right.items
    left.written += right.written
    left.rightAnswers += right.rightAnswers
    left.verified += right.verified
    left.writtenTokens += right.writtenTokens
    left.scores += right.scores
    if right.isAgainstTeacher { left.isAgainstTeacher = true }
  }
}

/// In the form of `report.json`: the sums against a teacher are grouped under `teacher`.
extension Totals: Codable {
  private enum Key: String, CodingKey {
    case family, level, items, written, answers, verified, choiceTokens, forcedTokens, nllChoice
    case nllForced, ceChoice, ceForced, entropyChoice, invalidMass, generatedTokens, teacher
  }

  private struct AgainstTeacher: Codable {
    var targets: Int
    var crossEntropy: Double
    var entropy: Double
    var agreements: Int
    var topFiveAgreements: Int
  }

  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Key.self)
    try fields.encode(family, forKey: .family)
    try fields.encode(level, forKey: .level)
    try fields.encode(items, forKey: .items)
    try fields.encode(written, forKey: .written)
    try fields.encode(rightAnswers, forKey: .answers)
    try fields.encode(verified, forKey: .verified)
    try fields.encode(scores.choices, forKey: .choiceTokens)
    try fields.encode(scores.forced, forKey: .forcedTokens)
    try fields.encode(scores.likelihoodLossChoice, forKey: .nllChoice)
    try fields.encode(scores.likelihoodLossForced, forKey: .nllForced)
    try fields.encode(scores.crossEntropyChoice, forKey: .ceChoice)
    try fields.encode(scores.crossEntropyForced, forKey: .ceForced)
    try fields.encode(scores.entropyChoice, forKey: .entropyChoice)
    try fields.encode(scores.invalidMass, forKey: .invalidMass)
    try fields.encode(writtenTokens, forKey: .generatedTokens)
    guard isAgainstTeacher else { return }
    try fields.encode(
      AgainstTeacher(
        targets: scores.targets, crossEntropy: scores.crossEntropy, entropy: scores.entropy,
        agreements: scores.agreements, topFiveAgreements: scores.topFiveAgreements),
      forKey: .teacher)
  }

  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    self.init(
      family: try fields.decode(String.self, forKey: .family),
      level: try fields.decode(Int.self, forKey: .level))
    items = try fields.decode(Int.self, forKey: .items)
    written = try fields.decode(Int.self, forKey: .written)
    rightAnswers = try fields.decode(Int.self, forKey: .answers)
    verified = try fields.decode(Int.self, forKey: .verified)
    scores.choices = try fields.decode(Int.self, forKey: .choiceTokens)
    scores.forced = try fields.decode(Int.self, forKey: .forcedTokens)
    scores.likelihoodLossChoice = try fields.decode(Double.self, forKey: .nllChoice)
    scores.likelihoodLossForced = try fields.decode(Double.self, forKey: .nllForced)
    scores.crossEntropyChoice = try fields.decode(Double.self, forKey: .ceChoice)
    scores.crossEntropyForced = try fields.decode(Double.self, forKey: .ceForced)
    scores.entropyChoice = try fields.decode(Double.self, forKey: .entropyChoice)
    scores.invalidMass = try fields.decode(Double.self, forKey: .invalidMass)
    writtenTokens = try fields.decode(Int.self, forKey: .generatedTokens)
    guard let teacher = try fields.decodeIfPresent(AgainstTeacher.self, forKey: .teacher) else {
      return
    }
    isAgainstTeacher = true
    scores.entropyForced = teacher.entropy - scores.entropyChoice
    scores.agreements = teacher.agreements
    scores.topFiveAgreements = teacher.topFiveAgreements
  }
}
