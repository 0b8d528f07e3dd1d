internal import Foundation

/// Student's t distribution.
public struct StudentT: Sendable {
  /// Positive.
  public let degreesOfFreedom: Double

  /// - Precondition: `degreesOfFreedom` is positive.
  public init(degreesOfFreedom: Double) {
    precondition(degreesOfFreedom > 0, "Student's t needs positive degrees of freedom")
    self.degreesOfFreedom = degreesOfFreedom
  }

  /// P(T > t) for `t >= 0`.
  ///
  ///     P(T > t) = I_{n / (n + t^2)}(n/2, 1/2) / 2
  private func upperTail(_ t: Double) -> Double {
    let n = degreesOfFreedom
    return incompleteBeta(n / (n + t * t), a: n / 2, b: 0.5) / 2
  }

  /// P(T <= t).
  public func cumulative(_ t: Double) -> Double {
    t < 0 ? upperTail(-t) : 1 - upperTail(t)
  }

  /// P(|T| >= |t|): the two-sided p-value.
  public func twoSided(_ t: Double) -> Double { 2 * upperTail(abs(t)) }

  /// The value below which a share `p` lies, to about 1e-12 relative.
  ///
  /// - Precondition: `0 < p < 1`.
  public func quantile(_ p: Double) -> Double {
    precondition(p > 0 && p < 1, "a quantile is asked for a share between 0 and 1")
    if p < 0.5 { return -quantile(1 - p) }
    let tail = 1 - p
    var low = 0.0
    var high = 1.0
    while upperTail(high) > tail { high *= 2 }
    // Bisection: slow but never wrong; stops when the two ends are adjacent floats.
    while true {
      let middle = (low + high) / 2
      if middle <= low || middle >= high { return middle }
      if upperTail(middle) > tail { low = middle } else { high = middle }
    }
  }
}

extension StudentT {
  /// Half the width of a central interval of probability `level`, in standard errors.
  public func factor(level: Double) -> Double { quantile(0.5 + level / 2) }
}
