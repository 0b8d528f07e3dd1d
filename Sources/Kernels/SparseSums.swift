internal import CKernels

/// Sums over a row of logits x, with e = exp((x - top) factor): what of its tokens is not kept.
public struct TemperedSums: Sendable, Equatable {
  /// Sum of e.
  public var plain: Double
  /// Sum of e (x - top).
  public var weighed: Double
  /// Sum of e^2.
  public var squares: Double

  /// - Parameters:
  ///   - x: a row; -infinity counts for nothing.
  ///   - factor: 1 / temperature.
  public init(of x: Floats, top: Float, factor: Float) {
    var sums = [0.0, 0.0, 0.0]
    sums.withUnsafeMutableBufferPointer {
      ck_tempered_sums(x.count, x.pointer, top, factor, $0.baseAddress)
    }
    plain = sums[0]
    weighed = sums[1]
    squares = sums[2]
  }
}

/// Tokens that a walk along the row of weights meets as the share of what it has passed reaches
/// each threshold: with thresholds uniform in [0, 1) each is met in proportion to its weight.
///
/// - Parameters:
///   - weights: not negative; of sum `total`.
///   - thresholds: ascending, in [0, 1).
/// - Returns: ids, ascending, with how often each was met; none if all weights are 0.
public func drawnTokens(
  weights: [Float], total: Double, thresholds: [Double]
) -> [(id: Int32, hits: Int)] {
  var ids = [Int32](repeating: 0, count: thresholds.count + 1)
  var hits = ids
  let count = weights.withUnsafeBufferPointer { weights in
    thresholds.withUnsafeBufferPointer { thresholds in
      ids.withUnsafeMutableBufferPointer { ids in
        hits.withUnsafeMutableBufferPointer { hits in
          ck_drawn(
            weights.count, weights.baseAddress, total, thresholds.count, thresholds.baseAddress,
            ids.baseAddress, hits.baseAddress)
        }
      }
    }
  }
  return (0..<count).map { (ids[$0], Int(hits[$0])) }
}
