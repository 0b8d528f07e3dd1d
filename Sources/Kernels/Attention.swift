internal import CKernels

/// Shape of grouped-query attention: `heads` query heads share `keyValueHeads` key-value heads.
public struct AttentionShape: Sendable, Equatable {
  /// Query heads.
  public let heads: Int
  /// Key-value heads; a divisor of `heads`.
  public let keyValueHeads: Int
  /// Width of a head.
  public let headWidth: Int
  /// Factor applied to scores.
  public let scale: Float

  /// - Parameter scale: 1 / the square root of the head's width by default.
  public init(heads: Int, keyValueHeads: Int, headWidth: Int, scale: Float? = nil) {
    precondition(heads > 0 && keyValueHeads > 0 && headWidth > 0 && heads % keyValueHeads == 0)
    self.heads = heads
    self.keyValueHeads = keyValueHeads
    self.headWidth = headWidth
    self.scale = scale ?? 1 / Float(headWidth).squareRoot()
  }

  /// Floats per token for queries, keys and values together.
  public var projectedWidth: Int { (heads + 2 * keyValueHeads) * headWidth }
  /// Floats of output per token.
  public var outputWidth: Int { heads * headWidth }

  /// Scratch floats for sequences of at most `tokens` tokens.
  public func scratch(tokens: Int) -> Int { ck_attention_scratch(tokens, headWidth) }
}

/// Causal attention within each of several sequences that lie one after the other.
///
///     y[t] = sum_j P[t,j] v[j],   P = softmax over t - window < j <= t of scale q[t] . k[j]
///
/// - Parameters:
///   - y: `(T, H D)`, overwritten.
///   - logSumExp: `T H` floats, overwritten; the backward recomputes P from it. For every sequence
///     and key-value head: its rows by the heads that share it.
///   - projected: `(T, (H + 2K) D)`: queries, keys, values of each token.
///   - rowStarts: first token of each sequence, then T.
///   - keyValueHeads: key-value heads whose query heads are computed; all by default.
///   - window: number of keys a position sees, including itself.
///   - precision: rounding of both products' operands (queries, keys, values, probabilities); sums
///     and softmax are float32. Nothing is rounded where a window cuts keys off.
///   - scratch: at least `shape.scratch(tokens: longest sequence)`.
public func attentionForward(
  y: Floats, logSumExp: Floats, projected: Floats, rowStarts: Span<Int>, shape: AttentionShape,
  keyValueHeads: Range<Int>? = nil, window: Int = .max,
  precision: MatrixEngine.Precision = .float32, scratch: Floats
) {
  precondition(window >= 1, "a window of \(window)")
  let width = shape.projectedWidth
  let D = shape.headWidth
  let group = shape.heads / shape.keyValueHeads
  let chosen = keyValueHeads ?? 0..<shape.keyValueHeads
  precondition(chosen.lowerBound >= 0 && chosen.upperBound <= shape.keyValueHeads)
  for s in 0..<max(0, rowStarts.count - 1) {
    let start = rowStarts[s]
    let T = rowStarts[s + 1] - start
    check(start: start, T: T, shape: shape, projected: projected, y: y, scratch: scratch)
    precondition(logSumExp.count >= (start + T) * shape.heads)
    for head in chosen {
      let row = projected.pointer + start * width
      let q = row + head * group * D
      let k = row + (shape.heads + head) * D
      let v = k + shape.keyValueHeads * D
      let out = y.pointer + start * shape.outputWidth + head * group * D
      let sums = logSumExp.pointer + start * shape.heads + head * T * group
      if precision == .bfloat16 && window >= T {
        ck_attention_forward_bfloat(
          T, group, 1, D, q, k, v, width, out, shape.outputWidth, sums, shape.scale,
          scratch.pointer)
      } else {
        ck_attention_forward(
          T, group, 1, D, q, k, v, width, out, shape.outputWidth, sums, shape.scale, window,
          scratch.pointer)
      }
    }
  }
}

/// Gradient of `attentionForward`.
///
///     dV = P' dY,  dS = P (dY V' - dY . Y),  dQ = dS K / sqrt(D),  dK = dS' Q / sqrt(D)
///
/// - Parameters:
///   - dProjected: `(T, (H + 2K) D)`, overwritten in the columns of the heads computed.
///   - window, precision: those of the forward; dY and dS are rounded as well, but where a window
///     cuts keys off.
public func attentionBackward(
  dProjected: Floats, dY: Floats, y: Floats, logSumExp: Floats, projected: Floats,
  rowStarts: Span<Int>, shape: AttentionShape, keyValueHeads: Range<Int>? = nil,
  window: Int = .max, precision: MatrixEngine.Precision = .float32, scratch: Floats
) {
  precondition(window >= 1, "a window of \(window)")
  let width = shape.projectedWidth
  let D = shape.headWidth
  let group = shape.heads / shape.keyValueHeads
  let chosen = keyValueHeads ?? 0..<shape.keyValueHeads
  precondition(chosen.lowerBound >= 0 && chosen.upperBound <= shape.keyValueHeads)
  for s in 0..<max(0, rowStarts.count - 1) {
    let start = rowStarts[s]
    let T = rowStarts[s + 1] - start
    check(start: start, T: T, shape: shape, projected: projected, y: y, scratch: scratch)
    precondition(logSumExp.count >= (start + T) * shape.heads)
    precondition(dProjected.count >= (start + T) * width)
    precondition(dY.count >= (start + T) * shape.outputWidth)
    for head in chosen {
      let queries = start * width + head * group * D
      let keys = start * width + (shape.heads + head) * D
      let values = keys + shape.keyValueHeads * D
      let rows = start * shape.outputWidth + head * group * D
      let sums = logSumExp.pointer + start * shape.heads + head * T * group
      if precision == .bfloat16 && window >= T {
        ck_attention_backward_bfloat(
          T, group, 1, D, projected.pointer + queries, projected.pointer + keys,
          projected.pointer + values, width, y.pointer + rows, dY.pointer + rows,
          shape.outputWidth, sums, shape.scale, dProjected.pointer + queries,
          dProjected.pointer + keys, dProjected.pointer + values, width, scratch.pointer)
      } else {
        ck_attention_backward(
          T, group, 1, D, projected.pointer + queries, projected.pointer + keys,
          projected.pointer + values, width, y.pointer + rows, dY.pointer + rows,
          shape.outputWidth, sums, shape.scale, window, dProjected.pointer + queries,
          dProjected.pointer + keys, dProjected.pointer + values, width, scratch.pointer)
      }
    }
  }
}

private func check(
  start: Int, T: Int, shape: AttentionShape, projected: Floats, y: Floats, scratch: Floats
) {
  precondition(start >= 0 && T >= 0, "sequences must follow one another")
  precondition(projected.count >= (start + T) * shape.projectedWidth)
  precondition(y.count >= (start + T) * shape.outputWidth)
  precondition(scratch.count >= shape.scratch(tokens: T))
}
