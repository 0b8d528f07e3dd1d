internal import CKernels

/// How well one rebuilt row keeps the distribution p that it stands for, in nats.
public struct RebuiltRowFigures: Sendable, Equatable {
  /// Whether both rows' logits define distributions: no NaN, no +infinity.
  public var isDistribution: Bool
  /// `-log p[next token]`, and the same of the rebuilt row.
  public var crossEntropy: Double
  public var rebuiltCrossEntropy: Double
  /// Entropy of p.
  public var entropy: Double
  /// `KL(p || rebuilt)`.
  public var divergence: Double

  /// Figures of a row of weight 0.
  public static let unmeasured = RebuiltRowFigures(
    isDistribution: true, crossEntropy: 0, rebuiltCrossEntropy: 0, entropy: 0, divergence: 0)
}

/// Compares rows of logits with those rebuilt from their stored form.
///
///     p = softmax(logits[r]),  q = softmax(rebuilt[r]),  KL = sum_v p[v] (log p[v] - log q[v])
///
/// The divergence is summed in a form that does not cancel where the rows are nearly alike.
///
/// - Parameters:
///   - logits, rebuilt: `(R, V)`.
///   - tokens: `(R)`, the next tokens; weights: `(R)`.
/// - Returns: the figures of each row; all 0 but `isDistribution` where the weight is 0.
public func rebuiltRows(
  logits: Floats, rebuilt: Floats, vocabulary V: Int, tokens: Span<Int32>, weights: Span<Float>
) -> [RebuiltRowFigures] {
  let R = tokens.count
  check(logits: logits, V: V, tokens: tokens, weights: weights)
  precondition(rebuilt.count >= R * V)
  let figures = [ck_rebuilt_figures](unsafeUninitializedCapacity: R) { buffer, count in
    tokens.withUnsafeBufferPointer { tokens in
      weights.withUnsafeBufferPointer { weights in
        ck_rebuilt_rows(
          R, V, logits.pointer, rebuilt.pointer, tokens.baseAddress, weights.baseAddress,
          buffer.baseAddress)
      }
    }
    count = R
  }
  return figures.map {
    RebuiltRowFigures(
      isDistribution: $0.isDistribution != 0, crossEntropy: $0.crossEntropy,
      rebuiltCrossEntropy: $0.rebuiltCrossEntropy, entropy: $0.entropy,
      divergence: $0.divergence)
  }
}
