/// A small product against the obvious one: whether this machine's BLAS can be trusted.
public struct ProductCheck: Sendable {
  /// The largest |error| / sum |a||b|.
  public let error: Double

  /// - Parameter error: the largest relative error; NaN for products that are not numbers.
  package init(error: Double) { self.error = error }

  /// Float32 sums of 37 products in any order stay below 37 units in the last place.
  public var isHealthy: Bool { error < 37 * 0x1p-24 }

  /// Multiplies two small matrices both ways.
  ///
  /// - Precondition: `BLAS.require` has succeeded.
  public static func run() -> ProductCheck {
    let (M, N, K) = (19, 23, 37)
    let a = (0..<(M * K)).map { Float(($0 * 7919 + 13) % 257) / 61 - 2 }
    let b = (0..<(K * N)).map { Float(($0 * 104_729 + 7) % 263) / 59 - 2 }
    let product = Floats([Float](repeating: 0, count: M * N))
    matrixProduct(c: product, a: Floats(a), b: Floats(b), m: M, n: N, k: K)
    let c = product.array
    var worst = 0.0
    for i in 0..<M {
      for j in 0..<N {
        var sum = 0.0
        var scale = 0.0
        for k in 0..<K {
          let term = Double(a[i * K + k]) * Double(b[k * N + j])
          sum += term
          scale += abs(term)
        }
        let error = abs(Double(c[i * N + j]) - sum) / scale
        // A product that is NaN must not pass for the smaller one.
        if error.isNaN || error > worst { worst = error }
      }
    }
    return ProductCheck(error: worst)
  }
}
