internal import CKernels

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
) -> [RowFigures] {
  let R = tokens.count
  check(logits: logits, V: V, tokens: tokens, weights: weights)
  precondition(rebuilt.count >= R * V)
  let figures = [ck_row_figures](unsafeUninitializedCapacity: R) { buffer, count in
    tokens.withUnsafeBufferPointer { tokens in
      weights.withUnsafeBufferPointer { weights in
        ck_rebuilt_rows(
          R, V, logits.pointer, rebuilt.pointer, tokens.baseAddress, weights.baseAddress,
          buffer.baseAddress)
      }
    }
    count = R
  }
  return figures.map { RowFigures($0) }
}
