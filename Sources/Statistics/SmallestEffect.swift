internal import Foundation

/// What S paired seeds can detect: power of the two-sided paired t-test at 5 %.
public enum SmallestEffect {
  /// Power for a true difference of `effect` standard deviations of D_s.
  ///
  /// With s = sqrt(chi2_n / n) the estimate of the spread (n = S - 1) and c the critical value,
  ///
  ///     power = E_s [ Phi(effect sqrt(S) - c s) + Phi(-effect sqrt(S) - c s) ]
  ///
  /// integrated by Simpson's rule over the density of s.
  /// - Precondition: `seeds >= 2`.
  public static func power(effect: Double, seeds: Int) -> Double {
    precondition(seeds >= 2, "one seed has no power at all")
    let n = Double(seeds - 1)
    let critical = StudentT(degreesOfFreedom: n).factor(level: 0.95)
    return power(shift: effect * Double(seeds).squareRoot(), critical: critical, n: n)
  }

  /// The true difference, in standard deviations of D_s, detected with probability `power`.
  public static func standardized(seeds: Int, power wanted: Double = 0.8) -> Double {
    precondition(seeds >= 2, "one seed has no power at all")
    let n = Double(seeds - 1)
    let critical = StudentT(degreesOfFreedom: n).factor(level: 0.95)
    var low = 0.0
    var high = 1.0
    while power(shift: high, critical: critical, n: n) < wanted { high *= 2 }
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if power(shift: middle, critical: critical, n: n) < wanted {
        low = middle
      } else {
        high = middle
      }
    }
    return (low + high) / 2 / Double(seeds).squareRoot()
  }

  private static func power(shift: Double, critical: Double, n: Double) -> Double {
    let logConstant = log(2) + n / 2 * log(n / 2) - logGamma(n / 2)
    func integrand(_ s: Double) -> Double {
      // s^(n-1) at s = 0 is 1 for n = 1 and 0 above.
      let density =
        s == 0
        ? (n == 1 ? exp(logConstant) : 0)
        : exp(logConstant + (n - 1) * log(s) - n * s * s / 2)
      return density * (normal(shift - critical * s) + normal(-shift - critical * s))
    }
    let intervals = 4000
    let end = 10.0
    let h = end / Double(intervals)
    var sum = integrand(0) + integrand(end)
    for i in 1..<intervals { sum += integrand(Double(i) * h) * (i % 2 == 1 ? 4 : 2) }
    return sum * h / 3
  }

  private static func normal(_ x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }
}
