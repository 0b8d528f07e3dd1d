extension Reference {
  /// The nearest bfloat16, ties to even; denormals become zero.
  public static func bfloat16(_ x: Float) -> Double {
    if x.magnitude < .leastNormalMagnitude { return 0 }
    let unit = x.ulp * 65_536
    return Double((x / unit).rounded(.toNearestOrEven) * unit)
  }

  /// One block rounded to eight-bit quants: nearest multiples of its largest magnitude / 127.
  ///
  /// - Parameter halfScale: whether the scale is then rounded to half precision, as for weights.
  public static func quantized(_ block: ArraySlice<Float>, halfScale: Bool) -> [Double] {
    let top = block.reduce(0) { max($0, $1.magnitude) }
    let inverse = top > 1e-30 ? 127 / top : 0
    var scale = Double(top / 127)
    if halfScale {
      // Eleven bits, or what the smallest halves leave of them.
      let unit = max(Float(scale).ulp * 8192, 0x1p-24)
      scale = Double((Float(scale) / unit).rounded(.toNearestOrEven) * unit)
    }
    return block.map { Double(($0 * inverse).rounded(.toNearestOrEven)) * scale }
  }

  /// `(rows, columns)`, rounded as products of a weight format round it.
  public static func rounded(
    _ x: [Float], columns: Int, as format: WeightFormat, weights: Bool
  ) -> [Double] {
    switch format {
    case .float32: x.map(Double.init)
    case .bfloat16: x.map(bfloat16)
    case .q8_0:
      stride(from: 0, to: x.count, by: columns).flatMap { row in
        stride(from: row, to: row + columns, by: 32).flatMap { first in
          quantized(x[first..<min(first + 32, row + columns)], halfScale: weights)
        }
      }
    }
  }
}
