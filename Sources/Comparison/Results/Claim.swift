internal import Arms
public import Scores
public import Statistics

/// The sentence that an interval supports, and no more.
public struct Claim: Sendable, Equatable, Codable {
  /// What the intervals license.
  public enum Kind: String, Sendable, Equatable, Codable {
    /// The interval excludes 0, in the arm's favour.
    case better
    /// The interval excludes 0, against the arm.
    case worse
    /// The interval includes 0, or has no meaning. Never "equal": that would need its own test.
    case noClaim = "no-claim"
    /// One seed.
    case singleRun = "single-run"
    /// No seed has both arms.
    case noData = "no-data"
  }

  /// What the interval licenses.
  public var kind: Kind
  /// One sentence, complete: scale, difference, interval, number of seeds.
  public var sentence: String

  /// - Parameters:
  ///   - scale: "At 1.15 M training tokens and 117 k parameters", the scope of every claim.
  public init(
    arm: String, baseline: String, metric: Metric, interval: PairedInterval?, scale: String
  ) {
    guard let interval else {
      kind = .noData
      sentence =
        "No claim: no seed has both \(arm) and \(baseline) with a value of \(metric.words)."
      return
    }
    let unit = metric.isShare ? "percentage points" : "nat"
    let seeds = "\(interval.seedCount) paired seeds"
    let decimals = Format.decimals(for: interval, metric)
    let signed = Format.difference(interval.mean, metric, decimals: decimals)
    let difference = "\(arm) \u{2212} \(baseline) = \(signed) \(unit) in \(metric.words)"
    guard interval.low != nil else {
      kind = .singleRun
      sentence = "Single run: no claim about the method (\(difference), one seed)."
      return
    }
    guard interval.hasSpread else {
      kind = .noClaim
      sentence =
        "No claim: \(difference) in every one of \(seeds); without any spread the seeds are no "
        + "independent runs."
      return
    }
    guard interval.excludesZero else {
      kind = .noClaim
      sentence =
        "No claim. \(scale), the interval of \(difference) includes 0: 95\u{202F}% interval "
        + "\(Format.interval(interval, metric)), \(seeds)."
      return
    }
    let isLower = interval.mean < 0
    kind = isLower == metric.higherIsBetter ? .worse : .better
    let size = metric.isShare ? 100 * abs(interval.mean) : abs(interval.mean)
    sentence =
      "\(scale), \(arm) has a \(isLower ? "lower" : "higher") \(metric.words) than \(baseline) by "
      + "\(Format.fixed(size, decimals)) \(unit) (95\u{202F}% interval "
      + "\(Format.interval(interval, metric, flipped: isLower)), \(seeds))."
  }
}

/// Two arms in one metric.
public struct Contrast: Sendable, Equatable, Codable {
  /// Which weights of a training are compared.
  public enum Checkpoint: String, Sendable, Equatable, Codable {
    /// The last ones.
    case final
    /// Those with the best validation, which may be the last.
    case best
  }

  /// The arm in question.
  public var arm: String
  /// The arm that is subtracted.
  public var baseline: String
  /// What is compared.
  public var metric: Metric
  /// The last weights, or the best on validation.
  public var checkpoint: Checkpoint
  /// `nil`: all test items.
  public var bucket: Bucket?
  /// Seeds that have both arms.
  public var seeds: [Int]
  /// Of arm - baseline; `nil` if no seed has both arms.
  public var interval: PairedInterval?
  /// Exact test over seeds.
  public var signFlipP: Double?
  /// What the interval licenses, as a sentence.
  public var claim: Claim
}

extension Compared {
  /// The scope of every sentence: "At 1.15 M training tokens and 117 k parameters".
  package var scale: String {
    let models = runs.compactMap(\.model)
    guard let first = models.first else { return "Without a finished training" }
    let tokens = models.map(\.tokens)
    let isSame = tokens.allSatisfy { $0 == tokens[0] }
    let mean = Double(tokens.reduce(0, +)) / Double(tokens.count)
    return "At \(isSame ? "" : "about ")\(Format.short(mean)) training tokens and "
      + "\(Format.short(Double(first.parameters))) parameters"
  }

  /// The arm that all differences are relative to.
  package var baseline: String { Arm.baseline(of: arms) ?? "" }

  /// The pair of arms that the question is about.
  package var headline: (arm: String, baseline: String)? {
    Arm.headline(of: arms).map { ($0, baseline) }
  }

  /// Pairs of arms that the report compares, the headline first.
  package var pairs: [(arm: String, baseline: String)] {
    guard let headline else { return [] }
    var pairs = [headline]
    pairs += arms.filter { $0 != baseline && $0 != headline.arm }.map { ($0, baseline) }
    // Another arm to beat besides the baseline: what soft labels add beyond smoothing.
    for arm in arms {
      if let control = Arm.named(arm)?.control, arms.contains(control) {
        pairs.append((arm, control))
      }
    }
    return pairs
  }

  /// The paired differences of two arms in one metric, over the seeds that have both.
  ///
  /// - Parameters:
  ///   - checkpoint: the final one, or the best on validation.
  ///   - bucket: one family and level; `nil`: all items.
  package func contrast(
    _ pair: (arm: String, baseline: String), _ metric: Metric,
    checkpoint: Contrast.Checkpoint = .final, bucket: Bucket? = nil
  ) -> Contrast {
    var used: [Int] = []
    var differences: [Double] = []
    for seed in seeds {
      func value(_ arm: String) -> Double? {
        guard let run = run(arm: arm, seed: seed), run.missing == nil else { return nil }
        return metric.value(checkpoint == .final ? run.final : run.bestOrFinal, in: bucket)
      }
      guard let arm = value(pair.arm), let baseline = value(pair.baseline) else { continue }
      used.append(seed)
      differences.append(arm - baseline)
    }
    let interval = PairedInterval(differences)
    return Contrast(
      arm: pair.arm, baseline: pair.baseline, metric: metric, checkpoint: checkpoint,
      bucket: bucket, seeds: used, interval: interval, signFlipP: SignFlip.p(differences),
      claim: Claim(
        arm: pair.arm, baseline: pair.baseline, metric: metric, interval: interval, scale: scale))
  }
}
