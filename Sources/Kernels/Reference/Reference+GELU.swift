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

  /// Slope of `gelu`, from that of its hyperbolic tangent.
  public static func geluSlope(_ x: Double) -> Double {
    let factor = (2 / Double.pi).squareRoot()
    let t = tanh(factor * (x + 0.044715 * x * x * x))
    return (1 + t) / 2 + x * (1 - t * t) / 2 * factor * (1 + 3 * 0.044715 * x * x)
  }

  /// Gradient `(R, 2F)` of `gatedGELUForward` for `dY` `(R, F)`.
  public static func gatedGELUBackward(
    dY: [Double], gateUp: [Double], width F: Int
  ) -> [Double] {
    var d = gateUp
    for i in dY.indices {
      let (gate, up) = (i / F * 2 * F + i % F, i / F * 2 * F + F + i % F)
      d[gate] = dY[i] * gateUp[up] * geluSlope(gateUp[gate])
      d[up] = dY[i] * gelu(gateUp[gate])
    }
    return d
  }

  /// `gelu(gate) up`, `(R, F)`, of `gateUp` `(R, 2F)`.
  public static func gatedGELUForward(gateUp: [Double], width F: Int) -> [Double] {
    (0..<(gateUp.count / 2)).map { i in
      let row = i / F * 2 * F
      return gelu(gateUp[row + i % F]) * gateUp[row + F + i % F]
    }
  }
}
