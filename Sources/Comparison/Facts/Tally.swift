/// Sums over the test items of one family and level, for one model: what every metric is made of.
///
/// All sums are in nats over the items' target tokens. A position is a *choice* where the oracle's
/// entropy is above 0 (several next tokens are right), else *forced*.
public struct Tally: Sendable, Equatable, Codable {
  public var family: String
  public var level: Int
  public var items = 0
  /// Items for which the model wrote a trace; 0 where the evaluation did not ask it to.
  public var written = 0
  /// Items whose generated answer is exactly right.
  public var answers = 0
  /// Items whose generated trace a verifier accepted, step by step.
  public var verified = 0
  public var choiceTokens = 0
  public var forcedTokens = 0
  /// -log q(next token).
  public var nllChoice = 0.0
  public var nllForced = 0.0
  /// -sum_v p_oracle(v) log q(v).
  public var ceChoice = 0.0
  public var ceForced = 0.0
  /// Entropy of the oracle: the floor of the cross-entropy.
  public var entropyChoice = 0.0
  /// Probability that the model puts on tokens which no valid trace allows, summed over targets.
  public var invalidMass = 0.0
  /// Tokens that the model wrote.
  public var generatedTokens = 0
  /// Against the teacher's own distributions; `nil` where the test set holds none.
  public var teacher: TeacherRows?

  /// Sums over targets that stand beside the teacher's distribution of them, in nats.
  public struct TeacherRows: Sendable, Equatable, Codable {
    public var targets: Int
    /// -sum_v p_teacher(v) log q(v), and the teacher's entropy, its floor.
    public var crossEntropy: Double
    public var entropy: Double
    /// Targets at which the likeliest token is the teacher's.
    public var agreements: Int

    public init(targets: Int, crossEntropy: Double, entropy: Double, agreements: Int) {
      self.targets = targets
      self.crossEntropy = crossEntropy
      self.entropy = entropy
      self.agreements = agreements
    }

    static func + (a: TeacherRows, b: TeacherRows) -> TeacherRows {
      TeacherRows(
        targets: a.targets + b.targets, crossEntropy: a.crossEntropy + b.crossEntropy,
        entropy: a.entropy + b.entropy, agreements: a.agreements + b.agreements)
    }
  }

  public init(family: String, level: Int) {
    self.family = family
    self.level = level
  }

  public var targets: Int { choiceTokens + forcedTokens }

  public static func += (left: inout Tally, right: Tally) {
    left.items += right.items
    left.written += right.written
    left.answers += right.answers
    left.verified += right.verified
    left.choiceTokens += right.choiceTokens
    left.forcedTokens += right.forcedTokens
    left.nllChoice += right.nllChoice
    left.nllForced += right.nllForced
    left.ceChoice += right.ceChoice
    left.ceForced += right.ceForced
    left.entropyChoice += right.entropyChoice
    left.invalidMass += right.invalidMass
    left.generatedTokens += right.generatedTokens
    if let rows = right.teacher { left.teacher = left.teacher.map { $0 + rows } ?? rows }
  }
}

/// One model judged on one test set.
public struct Evaluation: Sendable, Equatable, Codable {
  /// Digest of the test items' ids, in order: two models were asked the same.
  public var testItems: String
  /// Per family and level, sorted by both.
  public var tallies: [Tally]
  /// Whether the test set has exact next-token distributions.
  public var hasOracle: Bool

  public init(testItems: String, tallies: [Tally], hasOracle: Bool) {
    self.testItems = testItems
    self.tallies = tallies
    self.hasOracle = hasOracle
  }

  /// All families and levels together.
  public var overall: Tally {
    var sum = Tally(family: "all", level: 0)
    for tally in tallies { sum += tally }
    return sum
  }

  public func tally(_ bucket: Bucket?) -> Tally? {
    guard let bucket else { return overall }
    return tallies.first { $0.family == bucket.family && $0.level == bucket.level }
  }
}

/// A family and a level of it: where a test set is looked at more closely.
public struct Bucket: Sendable, Equatable, Codable, Comparable {
  public var family: String
  public var level: Int

  public init(family: String, level: Int) {
    self.family = family
    self.level = level
  }

  public static func < (left: Bucket, right: Bucket) -> Bool {
    (left.family, left.level) < (right.family, right.level)
  }
}
