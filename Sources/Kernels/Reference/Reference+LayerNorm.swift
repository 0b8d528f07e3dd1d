extension Reference {
  /// Layer norm of `x` `(R, C)`; `weight`, `bias`: `(C)`.
  public static func layerNormForward(
    x: [Double], weight: [Double], bias: [Double], epsilon: Double
  ) -> [Double] {
    let C = weight.count
    var y = x
    for r in 0..<(x.count / C) {
      let row = x[(r * C)..<((r + 1) * C)]
      let mean = row.reduce(0, +) / Double(C)
      let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(C)
      for j in 0..<C {
        y[r * C + j] =
          (x[r * C + j] - mean) / (variance + epsilon).squareRoot() * weight[j] + bias[j]
      }
    }
    return y
  }

  /// Gradients `(R, C)`, `(C)`, `(C)` of `layerNormForward` for `dY` `(R, C)`.
  public static func layerNormBackward(
    dY: [Double], x: [Double], weight: [Double], epsilon: Double
  ) -> (dX: [Double], dWeight: [Double], dBias: [Double]) {
    let C = weight.count
    var dX = x
    var dWeight = weight.map { _ in 0.0 }
    var dBias = dWeight
    for r in 0..<(x.count / C) {
      let row = Array(x[(r * C)..<((r + 1) * C)])
      let mean = row.reduce(0, +) / Double(C)
      let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(C)
      let inverse = 1 / (variance + epsilon).squareRoot()
      let h = row.map { ($0 - mean) * inverse }
      let g = (0..<C).map { dY[r * C + $0] * weight[$0] }
      let shift = g.reduce(0, +) / Double(C)
      let turn = zip(g, h).reduce(0) { $0 + $1.0 * $1.1 } / Double(C)
      for j in 0..<C {
        dX[r * C + j] = inverse * (g[j] - shift - h[j] * turn)
        dWeight[j] += dY[r * C + j] * h[j]
        dBias[j] += dY[r * C + j]
      }
    }
    return (dX, dWeight, dBias)
  }
}
