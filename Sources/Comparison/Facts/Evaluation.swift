public import Scores

/// Results of one model on one test set.
public struct Evaluation: Sendable, Equatable, Codable {
  /// Digest of the test items' ids, in order: equal if two models were asked the same.
  public var testItems: String
  /// Per family and level, sorted by both.
  public var tallies: [Totals]
  /// Whether the test set has exact next-token distributions.
  public var hasOracle: Bool

  /// - Parameter testItems: digest of the ids, in order.
  public init(testItems: String, tallies: [Totals], hasOracle: Bool) {
    self.testItems = testItems
    self.tallies = tallies
    self.hasOracle = hasOracle
  }

  /// All families and levels together.
  public var overall: Totals {
    var sum = Totals()
    for tally in tallies { sum += tally }
    return sum
  }

  /// The totals of one family and level; of all together for `nil`.
  public func tally(_ bucket: Bucket?) -> Totals? {
    guard let bucket else { return overall }
    return tallies.first { $0.family == bucket.family && $0.level == bucket.level }
  }
}

/// One family and level of a test set, for closer inspection.
public struct Bucket: Sendable, Equatable, Codable, Comparable {
  /// Task family, as records spell it: `sum-reduce`.
  public var family: String
  /// Difficulty, 1…10; 0 for text that no verifier can judge.
  public var level: Int

  /// A family and level.
  public init(family: String, level: Int) {
    self.family = family
    self.level = level
  }

  public static func < (left: Bucket, right: Bucket) -> Bool {
    (left.family, left.level) < (right.family, right.level)
  }
}
