#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

extension Reference {
  /// Rotates `x` `(T, heads D)`: rows of exactly `heads` heads.
  public static func rotate(
    _ x: [Double], heads: Int, headWidth D: Int, positions: [Int], base: Double,
    inverse: Bool = false
  ) -> [Double] {
    var y = x
    for (t, position) in positions.enumerated() {
      for h in 0..<heads {
        for i in 0..<(D / 2) {
          let angle = Double(position) * pow(base, -2 * Double(i) / Double(D))
          let sine = inverse ? -sin(angle) : sin(angle)
          let a = (t * heads + h) * D + i
          y[a] = x[a] * cos(angle) - x[a + D / 2] * sine
          y[a + D / 2] = x[a + D / 2] * cos(angle) + x[a] * sine
        }
      }
    }
    return y
  }
}
