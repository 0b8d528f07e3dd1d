/// Interval of a share of independent trials (Wilson 1927), 95 %.
///
/// Used for shares of items or samples within *one* run; it says nothing about new training runs.
public struct WilsonInterval: Sendable, Equatable {
  /// Ends of the interval, 0…1.
  public let low: Double
  /// Upper end; 1 if every trial succeeded.
  public let high: Double

  /// Standard normal quantile at 0.975.
  static let z = 1.959963984540054

  /// - Returns: `nil` without trials or with more successes than trials.
  public init?(successes: Int, trials: Int) {
    guard trials > 0, (0...trials).contains(successes) else { return nil }
    let n = Double(trials)
    let share = Double(successes) / n
    let square = Self.z * Self.z
    let centre = (share + square / (2 * n)) / (1 + square / n)
    let half =
      Self.z / (1 + square / n)
      * (share * (1 - share) / n + square / (4 * n * n)).squareRoot()
    low = successes == 0 ? 0 : max(0, centre - half)
    high = successes == trials ? 1 : min(1, centre + half)
  }
}
