import Kernels

extension Workspace {
  /// Readout, loss and their gradients for the rows of a slice that have a target, tile by tile:
  /// no `(T, V)` array ever exists. Leaves the gradient of `outputNorm` in `gradients.normed` and
  /// accumulates the readout's into `d`.
  func loss(
    _ p: Parameters, _ slice: Slice, targets: TargetRows, options: SoftTargetOptions,
    gradientScale: Float, into d: Floats
  ) -> LossSums {
    guard let g = gradients else { preconditionFailure("a workspace for inference") }
    let C = configuration.hiddenSize
    let V = configuration.vocabularySize
    var sums = LossSums()
    g.normed[0..<(slice.tokens.count * C)].zero()
    for start in stride(from: 0, to: slice.targetRows.count, by: head.tileRows) {
      let tile = start..<min(start + head.tileRows, slice.targetRows.count)
      let R = tile.count
      let rows = slice.targetRows.span.extracting(tile)
      let tokens = slice.targetTokens.span.extracting(tile)
      let weights = slice.targetWeights.span.extracting(tile)
      let batchRows = slice.targetBatchRows.span.extracting(tile)
      let logits = head.logits
      embeddingForward(y: head.hidden, table: outputNorm, tokens: rows, width: C)
      engine.product(c: logits, a: head.hidden, b: p.readout, .transposed, m: R, n: V, k: C)
      switch targets {
      case .hard:
        sums += hardCrossEntropy(
          logits: logits, vocabulary: V, tokens: tokens, weights: weights,
          gradientScale: gradientScale)
      case .smoothed(let epsilon):
        sums += hardCrossEntropy(
          logits: logits, vocabulary: V, tokens: tokens, weights: weights, epsilon: epsilon,
          gradientScale: gradientScale)
      case .logProbabilities(let all):
        gatherRows(y: head.targets, from: all.span, rows: batchRows, width: V)
      case .probabilities(let all):
        gatherRows(y: head.targets, from: all.span, rows: batchRows, width: V)
        let used = head.targets[0..<(R * V)]
        logarithms(y: used, of: used)
      case .hidden(let states, let readout, let width):
        rebuildTargets(states: states, readout: readout, width: width, rows: batchRows)
      }
      if targets.isSoft {
        sums += softCrossEntropy(
          logits: logits, vocabulary: V, targets: head.targets, tokens: tokens, weights: weights,
          options: options, gradientScale: gradientScale, scratch: head.scratch)
      }
      // logits = hidden readout'
      engine.product(
        c: d[p.layout.readout], a: logits, .transposed, b: head.hidden, m: V, n: C, k: R,
        accumulate: true)
      engine.product(c: head.hidden, a: logits, b: p.readout, m: R, n: C, k: V)
      embeddingBackward(dTable: g.normed, dY: head.hidden, tokens: rows, width: C)
    }
    return sums
  }

  /// The teacher's logits of a tile, `states readout'`. Its states pass through the scratch of
  /// attention, which is not in use here, as many rows at a time as fit.
  private func rebuildTargets(
    states: [Float], readout: Floats, width: Int, rows: Span<Int32>
  ) {
    let V = configuration.vocabularySize
    let fitting = attentionScratch.count / width
    for start in stride(from: 0, to: rows.count, by: fitting) {
      let some = start..<min(start + fitting, rows.count)
      gatherRows(
        y: attentionScratch, from: states.span, rows: rows.extracting(some), width: width)
      engine.product(
        c: head.targets[(start * V)..<(some.upperBound * V)], a: attentionScratch, b: readout,
        .transposed, m: some.count, n: V, k: width)
    }
  }

  /// Calls `body` with the logits of tiles of a slice's rows, `(rows, V)` from row `first` on.
  func logits(
    _ p: Parameters, rowCount: Int, _ body: (_ first: Int, _ rows: Int, _ logits: Floats) -> Void
  ) {
    let C = configuration.hiddenSize
    let V = configuration.vocabularySize
    for start in stride(from: 0, to: rowCount, by: head.tileRows) {
      let R = min(head.tileRows, rowCount - start)
      engine.product(
        c: head.logits, a: outputNorm[(start * C)..<((start + R) * C)], b: p.readout, .transposed,
        m: R, n: V, k: C)
      body(start, R, head.logits[0..<(R * V)])
    }
  }
}
