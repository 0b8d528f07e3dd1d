import Kernels

/// Gradients of what families have otherwise than Llama: other norms, norms in other places,
/// biases, tables of positions.
extension Workspace {
  /// Gradient of a norm of `x`, which itself goes on: `gradients.normed` is what came back to the
  /// norm, `gradients.residual` is accumulated. Without a norm `x` was read as it is.
  func normBackward(
    _ p: Parameters, x: Floats, inverse: Floats, _ weight: Range<Int>?, _ bias: Range<Int>?,
    _ rows: Range<Int>, into d: GradientTarget, _ piece: Piece
  ) {
    guard let g = gradients else { return }
    let C = configuration.hiddenSize
    let dX = g.residual.rows(rows, width: C)
    let dY = g.normed.rows(rows, width: C)
    guard let weight else {
      add(dY, to: dX)
      return
    }
    if let bias {
      layerNormBackward(
        dX: dX, dWeight: d.vector(weight, p, piece), dBias: d.vector(bias, p, piece), dY: dY,
        x: x.rows(rows, width: C), weight: p.values[weight], rows: rows.count,
        epsilon: Float(configuration.normEpsilon))
    } else {
      rmsNormBackward(
        dX: dX, dWeight: d.vector(weight, p, piece), dY: dY, x: x.rows(rows, width: C),
        weight: p.values[weight], inverse: inverse[rows], rows: rows.count)
    }
  }

  /// From the gradient of the residual stream to that of what a product added to it, left in
  /// `gradients.branch`: the same, unless it was normed first.
  func branchBackward(
    _ p: Parameters, _ branch: Floats, _ inverse: Floats, norm weight: Range<Int>?,
    bias: Range<Int>?, _ rows: Range<Int>, into d: GradientTarget, _ piece: Piece
  ) {
    guard let g = gradients else { return }
    let C = configuration.hiddenSize
    let dBranch = g.branch.rows(rows, width: C)
    if let weight {
      dBranch.zero()
      rmsNormBackward(
        dX: dBranch, dWeight: d.vector(weight, p, piece), dY: g.residual.rows(rows, width: C),
        x: branch.rows(rows, width: C), weight: p.values[weight], inverse: inverse[rows],
        rows: rows.count)
    }
    if let bias { add(rowsOf: dBranch, rows: rows.count, to: d.vector(bias, p, piece)) }
  }

  /// Gradient of the norms of a layer's queries and keys, in place.
  func headNormsBackward(
    _ p: Parameters, layer l: Int, _ rows: Range<Int>, into d: GradientTarget, _ piece: Piece
  ) {
    let w = p.layout.layers[l]
    guard let g = gradients, let queryNorm = w.queryNorm, let keyNorm = w.keyNorm, !rows.isEmpty
    else { return }
    let shape = configuration.attention
    let width = shape.projectedWidth
    let dProjected = g.projected.rows(rows, width: width)
    let unnormed = layers[l].unnormed.rows(rows, width: width)
    // A whole row was normed as one wide head.
    let isWhole = configuration.features.normsRows
    for (norm, first, heads) in [
      (queryNorm, 0, shape.heads), (keyNorm, shape.outputWidth, shape.keyValueHeads),
    ] {
      normalizeHeadsBackward(
        dProjected[first..<dProjected.count], dWeight: d.vector(norm, p, piece),
        x: unnormed[first..<unnormed.count], heads: isWhole ? 1 : heads, stride: width,
        rows: rows.count, weight: p.values[norm], epsilon: Float(configuration.normEpsilon),
        scratch: attentionScratch[piece.index])
    }
  }

  /// Gradients of the tables that the first layer's input is made of.
  func embeddingGradients(_ p: Parameters, _ slice: Slice, into d: GradientTarget) {
    guard let g = gradients else { return }
    let c = configuration
    let C = c.hiddenSize
    if let table = p.layout.positions {
      let dPositions = d.values[table]
      if d.isFresh { dPositions.zero() }
      embeddingBackward(
        dTable: dPositions, dY: g.residual, tokens: slice.positions.span, width: C)
    }
    if c.features.scalesEmbeddings {
      scale(g.residual[0..<(slice.tokens.count * C)], by: c.embeddingScale)
    }
    let dEmbedding = d.values[p.layout.embedding]
    if d.isFresh, !c.tiesEmbeddings { dEmbedding.zero() }
    embeddingBackward(
      dTable: dEmbedding, dY: g.residual, tokens: slice.tokens.span, width: C)
  }
}
