/// Bounds of a share of independent trials that hold whatever the share is (Clopper and Pearson
/// 1934).
public enum ClopperPearson {
  /// The greatest share below which `successes` of `trials` or more would be seen with probability
  /// at most `1 - confidence`: a one-sided lower bound.
  ///
  /// With all trials successful it is `(1 - confidence)^(1 / trials)`. Bisection of the incomplete
  /// beta function; exact to 1e-12.
  /// - Precondition: `0 <= successes <= trials`, `0 < confidence < 1`.
  public static func lowerBound(
    successes: Int, trials: Int, confidence: Double = 0.95
  ) -> Double {
    precondition(
      0 <= successes && successes <= trials && confidence > 0 && confidence < 1,
      "shares are of counts, confidence lies between 0 and 1")
    if successes == 0 { return 0 }
    let (a, b) = (Double(successes), Double(trials - successes + 1))
    var (low, high) = (0.0, 1.0)
    while high - low > 1e-13 {
      let middle = (low + high) / 2
      if incompleteBeta(middle, a: a, b: b) < 1 - confidence { low = middle } else { high = middle }
    }
    return low
  }

  /// The least share above which `successes` of `trials` or fewer would be seen with probability at
  /// most `1 - confidence`: a one-sided upper bound.
  ///
  /// - Precondition: as for `lowerBound`.
  public static func upperBound(
    successes: Int, trials: Int, confidence: Double = 0.95
  ) -> Double {
    1 - lowerBound(successes: trials - successes, trials: trials, confidence: confidence)
  }
}
