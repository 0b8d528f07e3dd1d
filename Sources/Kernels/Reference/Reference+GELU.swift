#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

extension Reference {
  /// GELU of one number, in the form with a hyperbolic tangent.
  public static func gelu(_ x: Double) -> Double {
    x * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x))) / 2
  }

  /// `gelu(gate) up`, `(R, F)`, of `gateUp` `(R, 2F)`.
  public static func gatedGELUForward(gateUp: [Double], width F: Int) -> [Double] {
    (0..<(gateUp.count / 2)).map { i in
      let row = i / F * 2 * F
      return gelu(gateUp[row + i % F]) * gateUp[row + F + i % F]
    }
  }
}
