/// Divergence of the relations that a sequence's vectors have among themselves from those of other
/// vectors, and its gradient (Wang et al. 2021, "MiniLMv2", eq. 3 and 4, here over the tokens up to
/// each one).
///
///     A[i,j] = x[i] x[j] / sqrt(dx),  q[i] = softmax of A[i, 0 ... i];  B, p alike from y
///     loss   = sum_i w[i] KL(p[i] || q[i])
///     dX    += (G + G') x / sqrt(dx),  G[i,j] = scale w[i] (q[i,j] - p[i,j])
///
/// Vectors of other widths can be compared, since only their products among themselves are.
/// - Parameters:
///   - dX: laid out like `x`, accumulated.
///   - x: `n` vectors of `dx` numbers, `xStride` apart; y alike.
///   - weights: `(n)`; a row of weight 0 adds nothing, its vector is one of the others' all the
///     same.
///   - scratch: at least `relationScratch(n)` floats.
/// - Returns: the loss, and the first row whose `y` is not finite.
public func relationLoss(
  dX: Floats, x: Floats, xStride: Int, width dx: Int, y: Floats, yStride: Int, width dy: Int,
  weights: ArraySlice<Float>, scale: Float, scratch: Floats, engine: MatrixEngine
) -> (loss: Double, badRow: Int?) {
  let n = weights.count
  if n == 0 { return (0, nil) }
  precondition(scratch.count >= relationScratch(n))
  let a = scratch[0..<(n * n)]
  let b = scratch[(n * n)..<(2 * n * n)]
  let rest = scratch[(2 * n * n)..<scratch.count]
  engine.product(
    c: a, a: x, b: x, .transposed, m: n, n: n, k: dx, aStride: xStride, bStride: xStride)
  engine.product(
    c: b, a: y, b: y, .transposed, m: n, n: n, k: dy, aStride: yStride, bStride: yStride)
  Kernels.scale(a, by: 1 / Float(dx).squareRoot())
  Kernels.scale(b, by: 1 / Float(dy).squareRoot())
  let (all, first): ([Float], [Int32]) = (Array(weights), [0])
  var found = 0.0
  var bad: Int?
  for i in 0..<n {
    let row = a[(i * n)..<(i * n + i + 1)]
    let sums = softCrossEntropy(
      logits: row, vocabulary: i + 1, targets: b[(i * n)..<(i * n + i + 1)], tokens: first.span,
      weights: all.span.extracting(i..<(i + 1)), options: ForwardDivergence(),
      gradientScale: scale, scratch: rest)
    found += sums.sums.loss
    if sums.badRow != nil, bad == nil { bad = i }
    // What is after a token has no relation to it.
    if i + 1 < n { a[(i * n + i + 1)..<((i + 1) * n)].zero() }
  }
  Kernels.scale(a, by: 1 / Float(dx).squareRoot())
  engine.product(
    c: dX, a: a, b: x, m: n, n: dx, k: n, accumulate: true, bStride: xStride, cStride: xStride)
  engine.product(
    c: dX, a: a, .transposed, b: x, m: n, n: dx, k: n, accumulate: true, bStride: xStride,
    cStride: xStride)
  return (found, bad)
}

/// Floats of scratch that the relations of n vectors take.
public func relationScratch(_ n: Int) -> Int { 2 * n * n + 3 * n }
