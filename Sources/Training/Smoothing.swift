internal import Foundation

/// Label smoothing with the same entropy as a teacher: a control for whether soft labels help by
/// their content or by their softness.
public enum Smoothing {
  /// Entropy of the smoothed target over `vocabulary` tokens, in nats.
  ///
  ///     h(e) = -(1 - e + e/V) log(1 - e + e/V) - (V - 1) (e/V) log(e/V)
  public static func entropy(epsilon: Double, vocabulary: Int) -> Double {
    let other = epsilon / Double(vocabulary)
    let own = 1 - epsilon + other
    func term(_ p: Double) -> Double { p > 0 ? -p * log(p) : 0 }
    return term(own) + Double(vocabulary - 1) * term(other)
  }

  /// The epsilon at which the smoothed target has a given entropy, by bisection: `entropy` grows
  /// from 0 at epsilon 0 to log V at epsilon 1.
  ///
  /// - Returns: 0 for entropy 0, 1 for log V and more.
  public static func epsilon(entropy wanted: Double, vocabulary: Int) -> Double {
    var low = 0.0
    var high = 1.0
    // Halving 60 times leaves less than a double's last place of 1.
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if entropy(epsilon: middle, vocabulary: vocabulary) < wanted {
        low = middle
      } else {
        high = middle
      }
    }
    return wanted <= 0 ? 0 : high
  }
}
