import Kernels

/// Destination of a slice's weight gradients.
struct GradientTarget: Sendable {
  /// Laid out like the parameters.
  let values: Floats
  /// The norms' weights, one copy per piece of work, since they are sums over rows. The first is
  /// the end of `values`.
  let vectors: [Floats]
  /// Whether `values` is still empty: matrices are then overwritten, not accumulated.
  let isFresh: Bool
  /// Weights that need no gradient.
  var frozen = FrozenRanges.none

  /// A range of vectors in a piece's copy.
  func vector(_ range: Range<Int>, _ p: Parameters, _ piece: Piece) -> Floats {
    let first = p.layout.matrixCount
    return vectors[piece.index][(range.lowerBound - first)..<(range.upperBound - first)]
  }
}

extension Workspace {
  /// Gradient of `forward` of the same slice. Expects the gradient of `outputNorm` in
  /// `gradients.normed`.
  ///
  /// Work on gradients of activations is split by rows, on gradients of weights by rows of the
  /// weight: four operations per layer.
  func backward(
    _ p: Parameters, _ slice: Slice, into d: GradientTarget, division: Division = .whole,
    adding injected: InjectedGradient? = nil
  ) {
    guard let g = gradients else { preconditionFailure("a workspace for inference") }
    let c = configuration
    let T = slice.tokens.count
    let C = c.hiddenSize
    let shape = c.attention
    let last = c.layerCount - 1
    let first = d.frozen.firstLayer(of: p.layout)
    injected?.add(.final, 0..<T, to: g.normed, width: C)
    division.run { piece in
      let rows = piece.share(of: T)
      g.residual.rows(rows, width: C).zero()
      // outputNorm = norm(output)
      normBackward(
        p, x: output, inverse: outputInverse, p.layout.finalNorm, p.layout.finalNormBias, rows,
        into: d, piece)
      injected?.add(.residual(after: c.layerCount), rows, to: g.residual, width: C)
      if first <= last { feedForwardBackward(p, layer: last, rows, into: d, piece) }
    }
    if first > last { return }
    for l in (first...last).reversed() {
      let a = layers[l]
      let w = p.layout.layers[l]
      division.run { piece in
        if l < last { projectionWeights(p, layer: l + 1, rows: T, into: d, piece) }
        feedForwardWeights(p, layer: l, rows: T, into: d, piece)
      }
      division.run { piece in
        let rows = piece.share(of: T)
        // middleNorm = norm(middle), and middle itself goes on: accumulated
        normBackward(
          p, x: a.middle, inverse: a.middleInverse, w.middleNorm, w.middleNormBias, rows, into: d,
          piece)
        // middle = input + norm(attended output' + bias)
        branchBackward(
          p, a.attentionBranch, a.attentionInverse, norm: w.attentionNorm, bias: w.outputBias,
          rows, into: d, piece)
        engine.product(
          c: g.attended.rows(rows, width: shape.outputWidth), a: g.branch.rows(rows, width: C),
          b: p.values[w.output], m: rows.count, n: shape.outputWidth, k: C)
      }
      division.run { piece in
        // attended = attention(projected)
        attentionBackward(
          dProjected: g.projected, dY: g.attended, y: a.attended, logSumExp: a.logSumExp,
          projected: a.projected, rowStarts: slice.rowStarts.span, shape: shape,
          keyValueHeads: piece.share(of: shape.keyValueHeads),
          window: c.features.window(layer: l), precision: engine.precision,
          scratch: attentionScratch[piece.index])
        weightGradient(
          d, w.output, dY: g.branch, width: C, x: a.attended, width: shape.outputWidth,
          rows: T, piece)
      }
      division.run { piece in
        let rows = piece.share(of: T)
        injected?.add(.projected(layer: l), rows, to: g.projected, width: shape.projectedWidth)
        projectionBackward(p, slice, layer: l, rows, into: d, piece)
        injected?.add(.residual(after: l), rows, to: g.residual, width: C)
        if l > first { feedForwardBackward(p, layer: l - 1, rows, into: d, piece) }
      }
    }
    division.run { projectionWeights(p, layer: first, rows: T, into: d, $0) }
    if first == 0 { embeddingGradients(p, slice, into: d) }
  }

  /// From the gradient of a layer's output to that of `middleNorm`, left in `gradients.normed`.
  private func feedForwardBackward(
    _ p: Parameters, layer l: Int, _ rows: Range<Int>, into d: GradientTarget, _ piece: Piece
  ) {
    guard let g = gradients else { return }
    let a = layers[l]
    let w = p.layout.layers[l]
    let C = configuration.hiddenSize
    let F = configuration.intermediateSize
    let dActivated = g.activated.rows(rows, width: F)
    let gateUp = a.gateUp.rows(rows, width: configuration.gateUpWidth)
    // next = middle + norm(activated down' + bias)
    branchBackward(
      p, a.feedForwardBranch, a.feedForwardInverse, norm: w.feedForwardNorm, bias: w.downBias,
      rows, into: d, piece)
    engine.product(
      c: dActivated, a: g.branch.rows(rows, width: C), b: p.values[w.down], m: rows.count, n: F,
      k: C)
    // activated = f(gateUp)
    switch configuration.features.activation {
    case .gatedSiLU:
      swigluBackward(dGateUp: gateUp, dY: dActivated, gateUp: gateUp, rows: rows.count, width: F)
    case .gatedGELU:
      gatedGELUBackward(dGateUp: gateUp, dY: dActivated, gateUp: gateUp, rows: rows.count, width: F)
    case .gelu: geluBackward(dX: gateUp, dY: dActivated, x: gateUp)
    }
    // gateUp = middleNorm (gate, up)' + bias
    if let bias = w.gateUpBias {
      add(rowsOf: gateUp, rows: rows.count, to: d.vector(bias, p, piece))
    }
    engine.product(
      c: g.normed.rows(rows, width: C), a: gateUp, b: p.values[w.gateUp], m: rows.count, n: C,
      k: configuration.gateUpWidth)
  }

  /// From the gradient of queries, keys and values to that of the layer's input.
  private func projectionBackward(
    _ p: Parameters, _ slice: Slice, layer l: Int, _ rows: Range<Int>, into d: GradientTarget,
    _ piece: Piece
  ) {
    guard let g = gradients else { return }
    let a = layers[l]
    let w = p.layout.layers[l]
    let C = configuration.hiddenSize
    let shape = configuration.attention
    let dProjected = g.projected.rows(rows, width: shape.projectedWidth)
    // queries and keys were rotated
    if let table = rotary[l] {
      rotate(
        dProjected, heads: shape.heads + shape.keyValueHeads, stride: shape.projectedWidth,
        positions: slice.positions.span.extracting(rows), table: table, inverse: true)
    }
    headNormsBackward(p, layer: l, rows, into: d, piece)
    // projected = inputNorm (q, k, v)' + bias
    if let bias = w.projectionBias {
      add(rowsOf: dProjected, rows: rows.count, to: d.vector(bias, p, piece))
    }
    engine.product(
      c: g.normed.rows(rows, width: C), a: dProjected, b: p.values[w.projections], m: rows.count,
      n: C, k: shape.projectedWidth)
    // inputNorm = norm(input), and input itself goes on: accumulated
    normBackward(
      p, x: a.input, inverse: a.inputInverse, w.inputNorm, w.inputNormBias, rows, into: d, piece)
  }

  private func projectionWeights(
    _ p: Parameters, layer l: Int, rows T: Int, into d: GradientTarget, _ piece: Piece
  ) {
    guard let g = gradients else { return }
    weightGradient(
      d, p.layout.layers[l].projections, dY: g.projected,
      width: configuration.attention.projectedWidth,
      x: configuration.features.normsInputs ? layers[l].inputNorm : layers[l].input,
      width: configuration.hiddenSize, rows: T, piece)
  }

  private func feedForwardWeights(
    _ p: Parameters, layer l: Int, rows T: Int, into d: GradientTarget, _ piece: Piece
  ) {
    guard let g = gradients else { return }
    let a = layers[l]
    let w = p.layout.layers[l]
    let C = configuration.hiddenSize
    let F = configuration.intermediateSize
    weightGradient(
      d, w.down, dY: g.branch, width: C, x: a.activated, width: F, rows: T, piece)
    weightGradient(
      d, w.gateUp, dY: a.gateUp, width: configuration.gateUpWidth,
      x: configuration.features.normsInputs ? a.middleNorm : a.middle, width: C, rows: T, piece)
  }

  /// `dW += dY' x` for y = x W': a piece's share of the rows of W.
  private func weightGradient(
    _ d: GradientTarget, _ weight: Range<Int>, dY: Floats, width N: Int, x: Floats, width K: Int,
    rows T: Int, _ piece: Piece
  ) {
    let share = piece.share(of: N, unit: 16)
    if share.isEmpty || d.frozen.hold(weight) { return }
    engine.product(
      c: d.values[weight].rows(share, width: K), a: dY[share.lowerBound..<dY.count], .transposed,
      b: x,
      m: share.count, n: K, k: T, accumulate: !d.isFresh, aStride: N)
  }
}
