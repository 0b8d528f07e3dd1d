internal import Foundation

/// Natural logarithm of the gamma function, for `x > 0`.
///
/// Stirling's series (Abramowitz and Stegun 6.1.41) above 16, reached by the recurrence
/// `Gamma(x + 1) = x Gamma(x)`; relative error near 1e-15.
public func logGamma(_ x: Double) -> Double {
  precondition(x > 0, "log gamma is defined here for positive numbers")
  var x = x
  var product = 1.0
  while x < 16 {
    product *= x
    x += 1
  }
  let inverse = 1 / x
  let square = inverse * inverse
  let series =
    inverse
    * (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square * (1.0 / 1680))))
  return (x - 0.5) * log(x) - x + 0.5 * log(2 * .pi) + series - log(product)
}

/// The regularised incomplete beta function I_x(a, b).
///
///     I_x(a, b) = 1 / B(a, b) * integral from 0 to x of t^(a-1) (1-t)^(b-1) dt
///
/// By its continued fraction (Abramowitz and Stegun 26.5.8), evaluated forwards after Lentz (1976),
/// on the side where it converges fast.
/// - Precondition: `a > 0`, `b > 0`, `0 <= x <= 1`.
public func incompleteBeta(_ x: Double, a: Double, b: Double) -> Double {
  precondition(a > 0 && b > 0 && x >= 0 && x <= 1, "incomplete beta outside its domain")
  if x == 0 || x == 1 { return x }
  let logFront =
    logGamma(a + b) - logGamma(a) - logGamma(b) + a * log(x) + b * log1p(-x)
  return x < (a + 1) / (a + b + 2)
    ? exp(logFront) * betaFraction(x, a, b) / a
    : 1 - exp(logFront) * betaFraction(1 - x, b, a) / b
}

private func betaFraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
  // Lentz's method divides by terms that may vanish; this replaces zero.
  let tiny = 1e-300
  func nonzero(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
  var c = 1.0
  var d = 1 / nonzero(1 - (a + b) * x / (a + 1))
  var fraction = d
  for step in 1...2000 {
    let m = Double(step)
    let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / nonzero(1 + even * d)
    c = nonzero(1 + even / c)
    fraction *= d * c
    let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / nonzero(1 + odd * d)
    c = nonzero(1 + odd / c)
    fraction *= d * c
    if abs(d * c - 1) < 1e-16 { break }
  }
  return fraction
}
