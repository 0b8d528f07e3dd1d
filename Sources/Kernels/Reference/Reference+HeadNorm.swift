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
}
