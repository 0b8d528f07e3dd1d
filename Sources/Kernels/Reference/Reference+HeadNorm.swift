extension Reference {
  /// `x`, rows of `stride` numbers, with the first `heads` heads of each row normed; `weight`:
  /// `(D)`.
  public static func normalizedHeads(
    _ x: [Double], heads: Int, stride: Int, weight: [Double], epsilon: Double
  ) -> [Double] {
    var y = x
    for start in Swift.stride(from: 0, to: x.count, by: stride) {
      let range = start..<(start + heads * weight.count)
      y.replaceSubrange(
        range, with: rmsNormForward(x: Array(x[range]), weight: weight, epsilon: epsilon))
    }
    return y
  }

  /// Gradients, as `x` and `(D)`, of `normalizedHeads` for `dY`; beyond the heads it is `dY`
  /// itself.
  public static func normalizedHeadsBackward(
    dY: [Double], x: [Double], heads: Int, stride: Int, weight: [Double], epsilon: Double
  ) -> (dX: [Double], dWeight: [Double]) {
    var dX = dY
    var dWeight = weight.map { _ in 0.0 }
    for start in Swift.stride(from: 0, to: x.count, by: stride) {
      let range = start..<(start + heads * weight.count)
      let d = rmsNormBackward(
        dY: Array(dY[range]), x: Array(x[range]), weight: weight, epsilon: epsilon)
      dX.replaceSubrange(range, with: d.dX)
      dWeight = zip(dWeight, d.dWeight).map { $0 + $1 }
    }
    return (dX, dWeight)
  }
}
