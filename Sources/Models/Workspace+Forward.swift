import Kernels

extension Workspace {
  /// One slice through all layers; leaves the normed output in `outputNorm`.
  ///
  /// All but attention works row by row, so a layer is two operations: attention of some heads, and
  /// everything from there to the next layer's attention for some rows.
  ///
  /// - Parameter attend: attention of a layer, from its `projected` (rotated) to its `attended`.
  func forward(
    _ p: Parameters, tokens: [Int32], positions: [Int32], division: Division = .whole,
    attend: @Sendable (_ layer: Int, _ piece: Piece) -> Void
  ) {
    let c = configuration
    let T = tokens.count
    precondition(T <= capacity && c.layerCount > 0)
    division.run { piece in
      let rows = piece.share(of: T)
      embeddingForward(
        y: layers[0].input.rows(rows, width: c.hiddenSize), table: p.values[p.layout.embedding],
        tokens: tokens.span.extracting(rows), width: c.hiddenSize)
      project(p, layer: 0, rows, positions: positions)
    }
    for l in 0..<c.layerCount {
      division.run { attend(l, $0) }
      division.run { piece in
        let rows = piece.share(of: T)
        feedForward(p, layer: l, rows)
        if l + 1 < c.layerCount {
          project(p, layer: l + 1, rows, positions: positions)
        } else {
          rmsNormForward(
            y: outputNorm.rows(rows, width: c.hiddenSize), inverse: outputInverse[rows],
            x: output.rows(rows, width: c.hiddenSize), weight: p.values[p.layout.finalNorm],
            rows: rows.count, epsilon: Float(c.normEpsilon))
        }
      }
    }
  }

  /// A slice of whole sequences.
  func forward(
    _ p: Parameters, _ slice: Slice, division: Division = .whole,
    keeping: @Sendable (_ layer: Int) -> Void = { _ in }
  ) {
    let shape = configuration.attention
    forward(p, tokens: slice.tokens, positions: slice.positions, division: division) { l, piece in
      attentionForward(
        y: layers[l].attended, logSumExp: layers[l].logSumExp, projected: layers[l].projected,
        rowStarts: slice.rowStarts.span, shape: shape,
        keyValueHeads: piece.share(of: shape.keyValueHeads), precision: engine.precision,
        scratch: attentionScratch[piece.index])
      if piece.index == 0 { keeping(l) }
    }
  }

  /// From a layer's input to its rotated queries, keys and values.
  private func project(
    _ p: Parameters, layer l: Int, _ rows: Range<Int>, positions: [Int32]
  ) {
    let a = layers[l]
    let w = p.layout.layers[l]
    let C = configuration.hiddenSize
    let shape = configuration.attention
    let normed = a.inputNorm.rows(rows, width: C)
    let projected = a.projected.rows(rows, width: shape.projectedWidth)
    rmsNormForward(
      y: normed, inverse: a.inputInverse[rows], x: a.input.rows(rows, width: C),
      weight: p.values[w.inputNorm], rows: rows.count, epsilon: Float(configuration.normEpsilon))
    engine.product(
      c: projected, a: normed, b: p.values[w.projections], .transposed, m: rows.count,
      n: shape.projectedWidth, k: C)
    rotate(
      projected, heads: shape.heads + shape.keyValueHeads, stride: shape.projectedWidth,
      positions: positions.span.extracting(rows), table: rotary)
  }

  /// From attention's output to the next layer's input.
  private func feedForward(_ p: Parameters, layer l: Int, _ rows: Range<Int>) {
    let a = layers[l]
    let w = p.layout.layers[l]
    let c = configuration
    let C = c.hiddenSize
    let F = c.intermediateSize
    let T = rows.count
    let middle = a.middle.rows(rows, width: C)
    let normed = a.middleNorm.rows(rows, width: C)
    let gateUp = a.gateUp.rows(rows, width: 2 * F)
    let activated = a.activated.rows(rows, width: F)
    let next = (l + 1 < c.layerCount ? layers[l + 1].input : output).rows(rows, width: C)
    if gradients != nil { middle.copy(from: a.input.rows(rows, width: C)) }
    engine.product(
      c: middle, a: a.attended.rows(rows, width: c.attention.outputWidth), b: p.values[w.output],
      .transposed, m: T, n: C, k: c.attention.outputWidth, accumulate: true)
    rmsNormForward(
      y: normed, inverse: a.middleInverse[rows], x: middle, weight: p.values[w.middleNorm],
      rows: T, epsilon: Float(c.normEpsilon))
    engine.product(
      c: gateUp, a: normed, b: p.values[w.gateUp], .transposed, m: T, n: 2 * F, k: C)
    swigluForward(y: activated, gateUp: gateUp, rows: T, width: F)
    if gradients != nil { next.copy(from: middle) }
    engine.product(
      c: next, a: activated, b: p.values[w.down], .transposed, m: T, n: C, k: F, accumulate: true)
  }
}
