internal import Scores
internal import Statistics

/// Everything computed from the facts: differences with their intervals, claims, costs, checks.
public struct Results: Sendable, Equatable, Codable {
  /// All checks of all comparisons, in the order of the report.
  public var checks: [Check]
  /// In the order of `Facts.comparisons`.
  public var comparisons: [Result]
  /// The headline's primary difference by data size, if there are several sizes.
  public var bySize: [SizePoint]

  /// The results of one comparison.
  public struct Result: Sendable, Equatable, Codable {
    /// Name of the comparison.
    public var name: String
    /// The answer to the question.
    public var headline: Contrast?
    /// Contrasts over all items: every pair of arms, metric and checkpoint.
    public var contrasts: [Contrast]
    /// Contrasts per family and level, final checkpoint, against the baseline.
    public var levels: [Contrast]
    /// One for each arm with a finished training.
    public var costs: [ArmCost]
    /// At most two; empty if the headline's arm reads no teacher's labels.
    public var budgets: [BudgetLine]
    /// At most one; empty if the headline's arm reads no teacher's labels.
    public var breakEven: [BreakEven]
    /// The smallest true difference that this number of seeds detects with 80 % probability, in
    /// standard deviations of the paired differences and in the primary metric's unit.
    public var smallestEffect: SmallestEffectLine?
  }

  /// The smallest difference that can be detected.
  public struct SmallestEffectLine: Sendable, Equatable, Codable {
    /// Paired seeds of the headline.
    public var seeds: Int
    /// In standard deviations of the paired differences.
    public var standardized: Double
    /// In the primary metric's unit.
    public var inUnits: Double
  }

  /// The headline's difference at one size of data.
  public struct SizePoint: Sendable, Equatable, Codable {
    /// Name of the comparison.
    public var comparison: String
    /// Unique samples that its first finished training saw.
    public var samples: Int
    /// The headline in the primary metric.
    public var contrast: Contrast
  }

  /// Computes everything that the report shows.
  public init(_ facts: Facts) {
    checks = Guards.checks(facts)
    comparisons = facts.comparisons.map(Results.result)
    var points: [SizePoint] = []
    for compared in facts.comparisons {
      guard let pair = compared.headline,
        let samples = compared.runs.compactMap({ $0.model?.uniqueSamples }).first
      else { continue }
      points.append(
        SizePoint(
          comparison: compared.name, samples: samples,
          contrast: compared.contrast(pair, compared.primary)))
    }
    bySize =
      Set(points.map(\.samples)).count > 1
      ? points.enumerated().sorted { ($0.1.samples, $0.0) < ($1.1.samples, $1.0) }.map(\.1) : []
  }

  private static func result(_ compared: Compared) -> Result {
    let headline = compared.headline.map { compared.contrast($0, compared.primary) }
    var contrasts: [Contrast] = []
    for pair in compared.pairs {
      for metric in Metric.all {
        for checkpoint in [Contrast.Checkpoint.final, .best] {
          let contrast = compared.contrast(pair, metric, checkpoint: checkpoint)
          if contrast.interval != nil { contrasts.append(contrast) }
        }
      }
    }
    var levels: [Contrast] = []
    for bucket in compared.buckets {
      for arm in compared.arms where arm != compared.baseline {
        for metric in Metric.all {
          let contrast = compared.contrast((arm, compared.baseline), metric, bucket: bucket)
          if contrast.interval != nil { levels.append(contrast) }
        }
      }
    }
    var smallest: SmallestEffectLine?
    if let interval = headline?.interval, let spread = interval.standardDeviation {
      let standardized = SmallestEffect.standardized(seeds: interval.seedCount)
      smallest = SmallestEffectLine(
        seeds: interval.seedCount, standardized: standardized, inUnits: standardized * spread)
    }
    return Result(
      name: compared.name, headline: headline, contrasts: contrasts, levels: levels,
      costs: compared.costs, budgets: compared.budgets, breakEven: compared.breakEven,
      smallestEffect: smallest)
  }
}
