import Kernels

extension Workspace {
  /// One slice through all layers; leaves the normed output in `outputNorm`.
  ///
  /// - Parameter attend: attention of a layer, from its `projected` (rotated) to its `attended`.
  func forward(
    _ p: Parameters, tokens: [Int32], positions: [Int32], attend: (_ layer: Int) -> Void
  ) {
    let c = configuration
    let T = tokens.count
    let C = c.hiddenSize
    let F = c.intermediateSize
    let shape = c.attention
    let epsilon = Float(c.normEpsilon)
    precondition(T <= capacity && c.layerCount > 0)
    embeddingForward(
      y: layers[0].input, table: p.values[p.layout.embedding], tokens: tokens.span, width: C)
    for l in 0..<c.layerCount {
      let a = layers[l]
      let w = p.layout.layers[l]
      let next = l + 1 < c.layerCount ? layers[l + 1].input : output
      rmsNormForward(
        y: a.inputNorm, inverse: a.inputInverse, x: a.input, weight: p.values[w.inputNorm],
        rows: T, epsilon: epsilon)
      engine.product(
        c: a.projected, a: a.inputNorm, b: p.values[w.projections], .transposed, m: T,
        n: shape.projectedWidth, k: C)
      rotate(
        a.projected, heads: shape.heads + shape.keyValueHeads, stride: shape.projectedWidth,
        positions: positions.span, table: rotary)
      attend(l)
      if gradients != nil { a.middle[0..<(T * C)].copy(from: a.input[0..<(T * C)]) }
      engine.product(
        c: a.middle, a: a.attended, b: p.values[w.output], .transposed, m: T, n: C,
        k: shape.outputWidth, accumulate: true)
      rmsNormForward(
        y: a.middleNorm, inverse: a.middleInverse, x: a.middle, weight: p.values[w.middleNorm],
        rows: T, epsilon: epsilon)
      engine.product(
        c: a.gateUp, a: a.middleNorm, b: p.values[w.gateUp], .transposed, m: T, n: 2 * F, k: C)
      swigluForward(y: a.activated, gateUp: a.gateUp, rows: T, width: F)
      if gradients != nil { next[0..<(T * C)].copy(from: a.middle[0..<(T * C)]) }
      engine.product(
        c: next, a: a.activated, b: p.values[w.down], .transposed, m: T, n: C, k: F,
        accumulate: true)
    }
    rmsNormForward(
      y: outputNorm, inverse: outputInverse, x: output, weight: p.values[p.layout.finalNorm],
      rows: T, epsilon: epsilon)
  }

  /// A slice of whole sequences.
  func forward(_ p: Parameters, _ slice: Slice, keeping: (_ layer: Int) -> Void = { _ in }) {
    forward(p, tokens: slice.tokens, positions: slice.positions) { l in
      attentionForward(
        y: layers[l].attended, logSumExp: layers[l].logSumExp, projected: layers[l].projected,
        rowStarts: slice.rowStarts.span, shape: configuration.attention,
        scratch: attentionScratch)
      keeping(l)
    }
  }
}
