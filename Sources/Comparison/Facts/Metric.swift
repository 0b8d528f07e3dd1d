/// What can be said of a model on a test set, as a number.
public enum Metric: String, Sendable, Equatable, Codable, CaseIterable {
  /// Cross-entropy against the oracle at choice tokens, above its floor: KL(oracle‖model).
  case ceChoice = "ce-choice"
  /// The same over all target tokens.
  case ceAll = "ce-all"
  /// The same at forced tokens, where the floor is 0.
  case ceForced = "ce-forced"
  case nll
  case nllChoice = "nll-choice"
  case nllForced = "nll-forced"
  case invalidMass = "invalid-mass"
  /// KL(teacher‖model) over all target tokens.
  case klTeacher = "kl-teacher"
  /// Share of target tokens at which the likeliest token is the teacher's.
  case agreement
  case answer
  case verified

  /// The words for a sentence: "a lower … than".
  public var name: String {
    switch self {
    case .ceChoice: "KL above the floor at choice tokens"
    case .ceAll: "KL above the floor over all target tokens"
    case .ceForced: "KL at forced tokens"
    case .nll: "NLL per target token"
    case .nllChoice: "NLL per choice token"
    case .nllForced: "NLL per forced token"
    case .invalidMass: "mass on invalid tokens"
    case .klTeacher: "KL to the teacher per target token"
    case .agreement: "share of tokens whose likeliest is the teacher's"
    case .answer: "share of exact answers"
    case .verified: "share of verified traces"
    }
  }

  /// The words for a table's head.
  public var shortName: String {
    switch self {
    case .ceChoice: "KL, choice"
    case .ceAll: "KL, all"
    case .ceForced: "KL, forced"
    case .nll: "NLL, all"
    case .nllChoice: "NLL, choice"
    case .nllForced: "NLL, forced"
    case .invalidMass: "Invalid mass"
    case .klTeacher: "KL, teacher"
    case .agreement: "Agreement"
    case .answer: "Exact answer"
    case .verified: "Verified trace"
    }
  }

  public var higherIsBetter: Bool { self == .answer || self == .verified || self == .agreement }

  /// Whether the test set must hold the teacher's distributions.
  public var needsTeacherRows: Bool { self == .klTeacher || self == .agreement }

  /// Shares are printed in per cent, the others in nats per token.
  public var isShare: Bool { higherIsBetter || self == .invalidMass }

  public var needsOracle: Bool {
    switch self {
    case .ceChoice, .ceAll, .ceForced, .nllChoice, .nllForced, .invalidMass: true
    case .nll, .klTeacher, .agreement, .answer, .verified: false
    }
  }

  /// The value on some items; `nil` where no token or item counts.
  public func value(_ tally: Tally) -> Double? {
    func per(_ sum: Double, _ count: Int) -> Double? { count > 0 ? sum / Double(count) : nil }
    switch self {
    case .ceChoice: return per(tally.ceChoice - tally.entropyChoice, tally.choiceTokens)
    case .ceAll:
      return per(tally.ceChoice + tally.ceForced - tally.entropyChoice, tally.targets)
    case .ceForced: return per(tally.ceForced, tally.forcedTokens)
    case .nll: return per(tally.nllChoice + tally.nllForced, tally.targets)
    case .nllChoice: return per(tally.nllChoice, tally.choiceTokens)
    case .nllForced: return per(tally.nllForced, tally.forcedTokens)
    case .invalidMass: return per(tally.invalidMass, tally.targets)
    case .klTeacher:
      return tally.teacher.flatMap { per($0.crossEntropy - $0.entropy, $0.targets) }
    case .agreement: return tally.teacher.flatMap { per(Double($0.agreements), $0.targets) }
    case .answer: return per(Double(tally.answers), tally.written)
    case .verified: return per(Double(tally.verified), tally.written)
    }
  }

  /// The value of an evaluation, overall or in one bucket; `nil` without an oracle where one is
  /// needed.
  public func value(_ evaluation: Evaluation?, in bucket: Bucket? = nil) -> Double? {
    guard let evaluation, evaluation.hasOracle || !needsOracle else { return nil }
    return evaluation.tally(bucket).flatMap { value($0) }
  }
}
