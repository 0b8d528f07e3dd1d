/// What the seeds show about one difference: mean and t-interval over paired differences.
///
/// The replicate is the training seed: seed s trains both arms from the same weights on the same
/// batches, and D_s is the difference of their metrics. The interval is for *new training runs,
/// this test set*; an interval over items alone says nothing about a method.
public struct PairedInterval: Sendable, Equatable, Codable {
  /// D_s = arm - baseline, one per seed, in the order of the seeds.
  public let differences: [Double]
  /// Mean of `differences`.
  public let mean: Double
  /// `nil` with one seed.
  public let standardDeviation: Double?
  /// 95 % interval; `nil` with one seed.
  public let low: Double?
  /// Upper end of the 95 % interval; `nil` with one seed.
  public let high: Double?
  /// Two-sided t-test; `nil` with one seed or without spread.
  public let p: Double?

  /// Probability that the interval covers the true mean: 95 %.
  public static let level = 0.95

  /// - Returns: `nil` when there is no difference at all.
  public init?(_ differences: [Double]) {
    guard !differences.isEmpty else { return nil }
    self.differences = differences
    mean = Statistics.mean(differences)
    standardDeviation = Statistics.standardDeviation(differences)
    guard let standardDeviation else {
      (low, high, p) = (nil, nil, nil)
      return
    }
    let student = StudentT(degreesOfFreedom: Double(differences.count - 1))
    let standardError = standardDeviation / Double(differences.count).squareRoot()
    let half = student.factor(level: Self.level) * standardError
    low = mean - half
    high = mean + half
    p = standardError > 0 ? student.twoSided(mean / standardError) : nil
  }

  /// Number of paired seeds, S.
  public var seedCount: Int { differences.count }

  /// Whether the seeds differ at all: without spread an interval means nothing.
  public var hasSpread: Bool { (standardDeviation ?? 0) > 0 }

  /// Whether the interval supports a claim: two seeds at least, spread, and 0 outside.
  public var excludesZero: Bool {
    guard let low, let high, hasSpread else { return false }
    return low > 0 || high < 0
  }
}
