import Kernels

extension Workspace {
  /// Gradient of `forward` of the same slice, accumulated into `d`, a buffer laid out like the
  /// parameters. Expects the gradient of `outputNorm` in `gradients.normed`.
  func backward(_ p: Parameters, _ slice: Slice, into d: Floats) {
    guard let g = gradients else { preconditionFailure("a workspace for inference") }
    let c = configuration
    let T = slice.tokens.count
    let C = c.hiddenSize
    let F = c.intermediateSize
    let shape = c.attention
    g.residual[0..<(T * C)].zero()
    // outputNorm = norm(output)
    rmsNormBackward(
      dX: g.residual, dWeight: d[p.layout.finalNorm], dY: g.normed, x: output,
      weight: p.values[p.layout.finalNorm], inverse: outputInverse, rows: T)
    for l in (0..<c.layerCount).reversed() {
      let a = layers[l]
      let w = p.layout.layers[l]
      // next = middle + activated down'
      engine.product(c: g.activated, a: g.residual, b: p.values[w.down], m: T, n: F, k: C)
      engine.product(
        c: d[w.down], a: g.residual, .transposed, b: a.activated, m: C, n: F, k: T,
        accumulate: true)
      // activated = swiglu(gateUp)
      swigluBackward(dGateUp: a.gateUp, dY: g.activated, gateUp: a.gateUp, rows: T, width: F)
      // gateUp = middleNorm (gate, up)'
      engine.product(c: g.normed, a: a.gateUp, b: p.values[w.gateUp], m: T, n: C, k: 2 * F)
      engine.product(
        c: d[w.gateUp], a: a.gateUp, .transposed, b: a.middleNorm, m: 2 * F, n: C, k: T,
        accumulate: true)
      // middleNorm = norm(middle), and middle itself goes on: accumulated
      rmsNormBackward(
        dX: g.residual, dWeight: d[w.middleNorm], dY: g.normed, x: a.middle,
        weight: p.values[w.middleNorm], inverse: a.middleInverse, rows: T)
      // middle = input + attended output'
      engine.product(
        c: g.attended, a: g.residual, b: p.values[w.output], m: T, n: shape.outputWidth, k: C)
      engine.product(
        c: d[w.output], a: g.residual, .transposed, b: a.attended, m: C, n: shape.outputWidth,
        k: T, accumulate: true)
      // attended = attention(projected)
      attentionBackward(
        dProjected: g.projected, dY: g.attended, y: a.attended, logSumExp: a.logSumExp,
        projected: a.projected, rowStarts: slice.rowStarts.span, shape: shape,
        scratch: attentionScratch)
      // queries and keys were rotated
      rotate(
        g.projected, heads: shape.heads + shape.keyValueHeads, stride: shape.projectedWidth,
        positions: slice.positions.span, table: rotary, inverse: true)
      // projected = inputNorm (q, k, v)'
      engine.product(
        c: g.normed, a: g.projected, b: p.values[w.projections], m: T, n: C,
        k: shape.projectedWidth)
      engine.product(
        c: d[w.projections], a: g.projected, .transposed, b: a.inputNorm,
        m: shape.projectedWidth, n: C, k: T, accumulate: true)
      // inputNorm = norm(input), and input itself goes on: accumulated
      rmsNormBackward(
        dX: g.residual, dWeight: d[w.inputNorm], dY: g.normed, x: a.input,
        weight: p.values[w.inputNorm], inverse: a.inputInverse, rows: T)
    }
    embeddingBackward(
      dTable: d[p.layout.embedding], dY: g.residual, tokens: slice.tokens.span, width: C)
  }
}
