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
}
