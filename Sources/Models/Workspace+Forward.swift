import Kernels

extension Workspace {
  /// Passes one slice through all layers; leaves the normed output in `outputNorm`.
  ///
  /// Everything but attention works row by row, so a layer is two operations: attention of some
  /// heads, and everything from there to the next layer's attention for some rows.
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
      embed(p, tokens: tokens, positions: positions, rows)
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
          norm(
            p, outputNorm, outputInverse, output, p.layout.finalNorm, p.layout.finalNormBias, rows)
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
        keyValueHeads: piece.share(of: shape.keyValueHeads),
        window: configuration.features.window(layer: l), precision: engine.precision,
        scratch: attentionScratch[piece.index])
      if piece.index == 0 { keeping(l) }
    }
  }

  private func embed(
    _ p: Parameters, tokens: [Int32], positions: [Int32], _ rows: Range<Int>
  ) {
    let C = configuration.hiddenSize
    let x = layers[0].input.rows(rows, width: C)
    embeddingForward(
      y: x, table: p.values[p.layout.embedding], tokens: tokens.span.extracting(rows), width: C)
    if configuration.features.scalesEmbeddings { scale(x, by: configuration.embeddingScale) }
    if let table = p.layout.positions {
      for (place, row) in rows.enumerated() {
        add(
          p.values[table].rows(Int(positions[row])..<(Int(positions[row]) + 1), width: C),
          to: x.rows(place..<(place + 1), width: C))
      }
    }
  }

  /// The family's norm of rows.
  private func norm(
    _ p: Parameters, _ y: Floats, _ inverse: Floats, _ x: Floats, _ weight: Range<Int>,
    _ bias: Range<Int>?, _ rows: Range<Int>
  ) {
    let C = configuration.hiddenSize
    let epsilon = Float(configuration.normEpsilon)
    let (y, x) = (y.rows(rows, width: C), x.rows(rows, width: C))
    if let bias {
      layerNormForward(
        y: y, x: x, weight: p.values[weight], bias: p.values[bias], rows: rows.count,
        epsilon: epsilon)
    } else {
      rmsNormForward(
        y: y, inverse: inverse[rows], x: x, weight: p.values[weight], rows: rows.count,
        epsilon: epsilon)
    }
  }

  /// Input of a layer's products: the residual stream's norm in `y`, or the stream itself if the
  /// family norms no inputs.
  private func normed(
    _ p: Parameters, _ y: Floats, _ inverse: Floats, _ x: Floats, _ weight: Range<Int>?,
    _ bias: Range<Int>?, _ rows: Range<Int>
  ) -> Floats {
    let C = configuration.hiddenSize
    guard let weight else { return x.rows(rows, width: C) }
    norm(p, y, inverse, x, weight, bias, rows)
    return y.rows(rows, width: C)
  }

  /// From a layer's input to its rotated queries, keys and values.
  private func project(
    _ p: Parameters, layer l: Int, _ rows: Range<Int>, positions: [Int32]
  ) {
    let a = layers[l]
    let w = p.layout.layers[l]
    let C = configuration.hiddenSize
    let shape = configuration.attention
    let projected = a.projected.rows(rows, width: shape.projectedWidth)
    let x = normed(
      p, a.inputNorm, a.inputInverse, a.input, w.inputNorm, w.inputNormBias, rows)
    multiply(p, w.projections, c: projected, x: x, m: rows.count, k: C)
    if let bias = w.projectionBias { add(p.values[bias], toRowsOf: projected, rows: rows.count) }
    if let queryNorm = w.queryNorm, let keyNorm = w.keyNorm {
      if gradients != nil {
        a.unnormed.rows(rows, width: shape.projectedWidth).copy(from: projected)
      }
      let epsilon = Float(configuration.normEpsilon)
      // A whole row is normed as one wide head.
      let isWhole = configuration.features.normsRows
      normalizeHeads(
        projected, heads: isWhole ? 1 : shape.heads, stride: shape.projectedWidth,
        rows: rows.count, weight: p.values[queryNorm], epsilon: epsilon)
      if !rows.isEmpty {
        normalizeHeads(
          projected[shape.outputWidth..<projected.count],
          heads: isWhole ? 1 : shape.keyValueHeads, stride: shape.projectedWidth,
          rows: rows.count, weight: p.values[keyNorm], epsilon: epsilon)
      }
    }
    if let table = rotary[l] {
      rotate(
        projected, heads: shape.heads + shape.keyValueHeads, stride: shape.projectedWidth,
        positions: positions.span.extracting(rows), table: table)
    }
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
    let gateUp = a.gateUp.rows(rows, width: c.gateUpWidth)
    let activated = a.activated.rows(rows, width: F)
    let next = (l + 1 < c.layerCount ? layers[l + 1].input : output).rows(rows, width: C)
    if gradients != nil { middle.copy(from: a.input.rows(rows, width: C)) }
    addBranch(
      p, layer: l, to: middle, a.attended.rows(rows, width: c.attention.outputWidth), w.output,
      bias: w.outputBias, norm: w.attentionNorm, kept: (a.attentionBranch, a.attentionInverse), rows
    )
    let x = normed(
      p, a.middleNorm, a.middleInverse, a.middle, w.middleNorm, w.middleNormBias, rows)
    multiply(p, w.gateUp, c: gateUp, x: x, m: T, k: C)
    if let bias = w.gateUpBias { add(p.values[bias], toRowsOf: gateUp, rows: T) }
    switch c.features.activation {
    case .gatedSiLU: swigluForward(y: activated, gateUp: gateUp, rows: T, width: F)
    case .gatedGELU: gatedGELUForward(y: activated, gateUp: gateUp, rows: T, width: F)
    case .gelu: geluForward(y: activated, x: gateUp)
    }
    if gradients != nil { next.copy(from: middle) }
    addBranch(
      p, layer: l, to: next, activated, w.down, bias: w.downBias, norm: w.feedForwardNorm,
      kept: (a.feedForwardBranch, a.feedForwardInverse), rows)
  }

  /// `residual += norm(x W' + bias)`, norm and bias where the family has them.
  ///
  /// Where nothing is kept for a backward, a layer's `middleNorm` is free whenever this runs: it
  /// holds the branch. Otherwise the branch is kept, and its norm held by the gradients, which are
  /// free until the loss.
  private func addBranch(
    _ p: Parameters, layer l: Int, to residual: Floats, _ x: Floats, _ weight: Range<Int>,
    bias: Range<Int>?, norm weights: Range<Int>?, kept: (branch: Floats, inverse: Floats),
    _ rows: Range<Int>
  ) {
    let a = layers[l]
    let C = configuration.hiddenSize
    let held = gradients == nil ? (a.middleNorm, a.middleInverse) : kept
    let normed = gradients?.normed ?? a.middleNorm
    let branch = weights == nil ? residual : held.0.rows(rows, width: C)
    multiply(
      p, weight, c: branch, x: x, m: rows.count, k: weight.count / C, accumulate: weights == nil)
    if let bias { add(p.values[bias], toRowsOf: branch, rows: rows.count) }
    if let weights {
      norm(p, normed, held.1, held.0, weights, nil, rows)
      add(normed.rows(rows, width: C), to: residual)
    }
  }
}
