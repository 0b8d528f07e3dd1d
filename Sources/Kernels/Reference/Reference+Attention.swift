#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

extension Reference {
  /// Probabilities of head h, row t, over keys of the same sequence and window; `(H, T, T)`
  /// flattened, 0 elsewhere.
  private static func probabilities(
    _ x: [Double], rowStarts: [Int], shape: AttentionShape, window: Int = .max
  ) -> [Double] {
    let T = rowStarts.last ?? 0
    let D = shape.headWidth
    let W = shape.projectedWidth
    var P = [Double](repeating: 0, count: shape.heads * T * T)
    for h in 0..<shape.heads {
      let key = (shape.heads + h * shape.keyValueHeads / shape.heads) * D
      for (start, end) in zip(rowStarts, rowStarts.dropFirst()) {
        for t in start..<end {
          var sum = 0.0
          let first = max(start, window > t ? start : t - window + 1)
          for j in first...t {
            var dot = 0.0
            for i in 0..<D { dot += x[t * W + h * D + i] * x[j * W + key + i] }
            P[(h * T + t) * T + j] = exp(dot / Double(D).squareRoot())
            sum += P[(h * T + t) * T + j]
          }
          for j in first...t { P[(h * T + t) * T + j] /= sum }
        }
      }
    }
    return P
  }

  /// Attention output `(T, H D)` of `projected` `(T, (H + 2K) D)`.
  public static func attentionForward(
    projected x: [Double], rowStarts: [Int], shape: AttentionShape, window: Int = .max
  ) -> [Double] {
    let T = rowStarts.last ?? 0
    let D = shape.headWidth
    let W = shape.projectedWidth
    let P = probabilities(x, rowStarts: rowStarts, shape: shape, window: window)
    var y = [Double](repeating: 0, count: T * shape.outputWidth)
    for h in 0..<shape.heads {
      let value = (shape.heads + shape.keyValueHeads + h * shape.keyValueHeads / shape.heads) * D
      for t in 0..<T {
        for j in 0...t {
          for i in 0..<D {
            y[t * shape.outputWidth + h * D + i] +=
              P[(h * T + t) * T + j] * x[j * W + value + i]
          }
        }
      }
    }
    return y
  }

  /// Gradient `(T, (H + 2K) D)` of `attentionForward` for `dY` `(T, H D)`.
  public static func attentionBackward(
    dY: [Double], projected x: [Double], rowStarts: [Int], shape: AttentionShape,
    window: Int = .max
  ) -> [Double] {
    let T = rowStarts.last ?? 0
    let D = shape.headWidth
    let W = shape.projectedWidth
    let O = shape.outputWidth
    let scale = 1 / Double(D).squareRoot()
    let P = probabilities(x, rowStarts: rowStarts, shape: shape, window: window)
    var dX = [Double](repeating: 0, count: T * W)
    for h in 0..<shape.heads {
      let group = h * shape.keyValueHeads / shape.heads
      let key = (shape.heads + group) * D
      let value = key + shape.keyValueHeads * D
      for t in 0..<T {
        let p = (0...t).map { P[(h * T + t) * T + $0] }
        let dP = (0...t).map { j in
          (0..<D).reduce(0.0) { $0 + dY[t * O + h * D + $1] * x[j * W + value + $1] }
        }
        let mean = zip(p, dP).reduce(0.0) { $0 + $1.0 * $1.1 }
        for j in 0...t {
          let dS = p[j] * (dP[j] - mean) * scale
          for i in 0..<D {
            dX[t * W + h * D + i] += dS * x[j * W + key + i]
            dX[j * W + key + i] += dS * x[t * W + h * D + i]
            dX[j * W + value + i] += p[j] * dY[t * O + h * D + i]
          }
        }
      }
    }
    return dX
  }
}
