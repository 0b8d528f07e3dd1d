#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

extension Reference {
  /// `1 / (1 + e^-x)`.
  static func logistic(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

  /// `g logistic(g) u`, `(R, F)`, of `gateUp` `(R, 2F)`.
  public static func swigluForward(gateUp: [Double], width F: Int) -> [Double] {
    var y: [Double] = []
    for r in 0..<(gateUp.count / (2 * F)) {
      for j in 0..<F {
        let g = gateUp[r * 2 * F + j]
        y.append(g * logistic(g) * gateUp[r * 2 * F + F + j])
      }
    }
    return y
  }

  /// Gradient `(R, 2F)` of `swigluForward` for `dY` `(R, F)`.
  public static func swigluBackward(dY: [Double], gateUp: [Double], width F: Int) -> [Double] {
    var d = gateUp
    for r in 0..<(gateUp.count / (2 * F)) {
      for j in 0..<F {
        let g = gateUp[r * 2 * F + j]
        let u = gateUp[r * 2 * F + F + j]
        let s = logistic(g)
        d[r * 2 * F + j] = dY[r * F + j] * u * s * (1 + g * (1 - s))
        d[r * 2 * F + F + j] = dY[r * F + j] * g * s
      }
    }
    return d
  }
}
