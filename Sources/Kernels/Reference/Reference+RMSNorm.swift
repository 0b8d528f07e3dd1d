extension Reference {
  /// Root-mean-square norm of `x` `(R, C)`; `weight`: `(C)`.
  public static func rmsNormForward(x: [Double], weight: [Double], epsilon: Double) -> [Double] {
    let C = weight.count
    var y = x
    for r in 0..<(x.count / C) {
      var squares = 0.0
      for j in 0..<C { squares += x[r * C + j] * x[r * C + j] }
      let inverse = 1 / (squares / Double(C) + epsilon).squareRoot()
      for j in 0..<C { y[r * C + j] = x[r * C + j] * inverse * weight[j] }
    }
    return y
  }

  /// Gradients `(R, C)` and `(C)` of `rmsNormForward` for `dY` `(R, C)`.
  public static func rmsNormBackward(
    dY: [Double], x: [Double], weight: [Double], epsilon: Double
  ) -> (dX: [Double], dWeight: [Double]) {
    let C = weight.count
    var dX = x
    var dWeight = weight.map { _ in 0.0 }
    for r in 0..<(x.count / C) {
      var squares = 0.0
      var dot = 0.0
      for j in 0..<C {
        squares += x[r * C + j] * x[r * C + j]
        dot += dY[r * C + j] * weight[j] * x[r * C + j]
      }
      let i = 1 / (squares / Double(C) + epsilon).squareRoot()
      for j in 0..<C {
        dX[r * C + j] = i * weight[j] * dY[r * C + j] - i * i * i * x[r * C + j] * dot / Double(C)
        dWeight[j] += dY[r * C + j] * x[r * C + j] * i
      }
    }
    return (dX, dWeight)
  }
}
