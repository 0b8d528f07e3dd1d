import Kernels
import Synchronization

extension Workspace {
  /// Readout, loss and their gradients for the rows of a slice that have a target, tile by tile:
  /// no `(T, V)` array ever exists. Leaves the gradient of `outputNorm` in `gradients.normed` and
  /// that of the readout in `d`.
  ///
  /// - Returns: sums over the rows, and the first row of the batch whose target is no distribution.
  func loss(
    _ p: Parameters, _ slice: Slice, targets: TargetRows, options: SoftTargetOptions,
    gradientScale: Float, into d: GradientTarget, division: Division = .whole
  ) -> SoftLossSums {
    guard let g = gradients else { preconditionFailure("a workspace for inference") }
    let C = configuration.hiddenSize
    let V = configuration.vocabularySize
    let dReadout = d.values[p.layout.readout]
    g.normed[0..<(slice.tokens.count * C)].zero()
    if slice.targetRows.isEmpty, d.isFresh { dReadout.zero() }
    let sums = Mutex([SoftLossSums](repeating: SoftLossSums(), count: division.pieces))
    for start in stride(from: 0, to: slice.targetRows.count, by: head.tileRows) {
      let tile = start..<min(start + head.tileRows, slice.targetRows.count)
      division.run { piece in
        let share = piece.share(of: tile.count)
        embeddingForward(
          y: head.hidden.rows(share, width: C), table: outputNorm,
          tokens: slice.targetRows.span.extracting(share.shifted(by: start)), width: C)
      }
      division.run { piece in
        logits(p, tile.count, columns: piece.share(of: V, unit: 64))
        if case .hidden(let states, let rows, let readout) = targets {
          rebuildTargets(states, rows: rows, readout: readout, slice: slice, tile: tile, piece)
        }
      }
      division.run { piece in
        let found = lossRows(
          slice, tile: tile, rows: piece.share(of: tile.count), targets: targets,
          options: options, gradientScale: gradientScale, scratch: head.scratch[piece.index])
        sums.withLock { $0[piece.index] += found }
      }
      // logits = hidden readout'
      division.run { piece in
        let tokens = piece.share(of: V, unit: 16)
        if !tokens.isEmpty {
          engine.product(
            c: dReadout.rows(tokens, width: C),
            a: head.logits[tokens.lowerBound..<head.logits.count], .transposed, b: head.hidden,
            m: tokens.count, n: C, k: tile.count, accumulate: start > 0 || !d.isFresh, aStride: V)
        }
      }
      division.run { piece in
        let share = piece.share(of: tile.count)
        let dHidden = head.hidden.rows(share, width: C)
        engine.product(
          c: dHidden, a: head.logits.rows(share, width: V), b: p.readout, m: share.count, n: C,
          k: V)
        embeddingBackward(
          dTable: g.normed, dY: dHidden,
          tokens: slice.targetRows.span.extracting(share.shifted(by: start)), width: C)
      }
    }
    return sums.withLock { $0.reduce(into: SoftLossSums()) { $0 += $1 } }
  }

  /// Some columns of a tile's logits, `hidden readout'`.
  private func logits(_ p: Parameters, _ rows: Int, columns: Range<Int>) {
    if columns.isEmpty { return }
    let C = configuration.hiddenSize
    let V = configuration.vocabularySize
    engine.product(
      c: head.logits[columns.lowerBound..<head.logits.count], a: head.hidden,
      b: p.readout.rows(columns, width: C), .transposed, m: rows, n: columns.count, k: C,
      cStride: V)
  }

  /// Losses of some rows of a tile; its logits become their gradient.
  private func lossRows(
    _ slice: Slice, tile: Range<Int>, rows: Range<Int>, targets: TargetRows,
    options: SoftTargetOptions, gradientScale: Float, scratch: Floats
  ) -> SoftLossSums {
    let V = configuration.vocabularySize
    let inSlice = rows.shifted(by: tile.lowerBound)
    let tokens = slice.targetTokens.span.extracting(inSlice)
    let weights = slice.targetWeights.span.extracting(inSlice)
    let batchRows = slice.targetBatchRows.span.extracting(inSlice)
    let logits = head.logits.rows(rows, width: V)
    let rebuilt = head.targets.rows(rows, width: V)
    var found: SoftLossSums
    switch targets {
    case .hard:
      found = SoftLossSums(
        hardCrossEntropy(
          logits: logits, vocabulary: V, tokens: tokens, weights: weights,
          gradientScale: gradientScale))
    case .smoothed(let epsilon):
      found = SoftLossSums(
        hardCrossEntropy(
          logits: logits, vocabulary: V, tokens: tokens, weights: weights, epsilon: epsilon,
          gradientScale: gradientScale))
    case .halves(let all, let places):
      found = softCrossEntropy(
        logits: logits, vocabulary: V, targets: all, rows: places.gathered(batchRows).span,
        tokens: tokens, weights: weights, options: options, gradientScale: gradientScale,
        scratch: scratch)
    case .top(let all):
      found = topCrossEntropy(
        logits: logits, vocabulary: V, targets: all, rows: batchRows, tokens: tokens,
        weights: weights, mix: options.mix, gradientScale: gradientScale, scratch: scratch)
    case .logProbabilities, .probabilities, .hidden:
      switch targets {
      case .logProbabilities(let all):
        gatherRows(y: rebuilt, from: all.span, rows: batchRows, width: V)
      case .probabilities(let all):
        gatherRows(y: rebuilt, from: all.span, rows: batchRows, width: V)
        logarithms(y: rebuilt, of: rebuilt)
      default: break
      }
      found = softCrossEntropy(
        logits: logits, vocabulary: V, targets: rebuilt, tokens: tokens, weights: weights,
        options: options, gradientScale: gradientScale, scratch: scratch)
    }
    found.badRow = found.badRow.map { Int(batchRows[$0]) }
    return found
  }

  /// The teacher's logits of some rows of a tile, `states readout'`. Its states pass through the
  /// scratch of attention, which is not in use here, as many rows at a time as fit.
  private func rebuildTargets(
    _ states: HiddenStates, rows: [Int32], readout: Floats, slice: Slice, tile: Range<Int>,
    _ piece: Piece
  ) {
    let V = configuration.vocabularySize
    let width = states.width
    let share = piece.share(of: tile.count)
    let scratch = attentionScratch[piece.index]
    let fitting = scratch.count / width
    for start in stride(from: share.lowerBound, to: share.upperBound, by: fitting) {
      let some = start..<min(start + fitting, share.upperBound)
      let inBatch = slice.targetBatchRows.span.extracting(some.shifted(by: tile.lowerBound))
      states.gather(into: scratch, rows: rows.gathered(inBatch).span)
      engine.product(
        c: head.targets.rows(some, width: V), a: scratch, b: readout, .transposed, m: some.count,
        n: V, k: width)
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
      multiply(
        p, p.layout.readout, c: head.logits, x: outputNorm[(start * C)..<((start + R) * C)], m: R,
        k: C)
      body(start, R, head.logits[0..<(R * V)])
    }
  }
}

extension Range<Int> {
  fileprivate func shifted(by offset: Int) -> Range<Int> {
    (lowerBound + offset)..<(upperBound + offset)
  }
}

extension [Int32] {
  /// The elements at some places.
  fileprivate func gathered(_ places: Span<Int32>) -> [Int32] {
    places.indices.map { self[Int(places[$0])] }
  }
}
