import Kernels
import Synchronization

extension Workspace {
  /// Readout, loss and their gradients for the rows of a slice that have a target, tile by tile:
  /// no `(T, V)` array ever exists. Leaves the gradient of `outputNorm` in `gradients.normed` and
  /// that of the readout in `d`.
  ///
  /// - Returns: sums over the rows, and the first row of the batch whose target is no distribution.
  func loss(
    _ p: Parameters, _ slice: Slice, loss: any RowLoss, targets: (any TargetRows)?,
    gradientScale: Float, into d: GradientTarget, division: Division = .whole
  ) -> SoftLossSums {
    guard let g = gradients else { preconditionFailure("a workspace for inference") }
    let C = configuration.hiddenSize
    let V = configuration.vocabularySize
    let dReadout = d.values[p.layout.readout]
    g.normed[0..<(slice.tokens.count * C)].zero()
    if slice.targetRows.isEmpty, d.isFresh { dReadout.zero() }
    let isFrozen = d.frozen.hold(p.layout.readout)
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
      }
      division.run { piece in
        let found = lossRows(
          slice, tile: tile, piece, loss: loss, targets: targets, gradientScale: gradientScale)
        sums.withLock { $0[piece.index] += found }
      }
      // logits = hidden readout'
      division.run { piece in
        let tokens = piece.share(of: V, unit: 16)
        if !tokens.isEmpty, !isFrozen {
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
        if let targets = targets as? ProjectedTargets {
          let rows = share.shifted(by: start)
          targets.subtract(
            from: dHidden, rows: slice.targetBatchRows[rows], weights: slice.targetWeights[rows],
            scale: gradientScale * loss.projectionShare)
        }
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

  /// Losses of a piece's rows of a tile; their logits become their gradient. Distributions are made
  /// in attention's scratch, which is unused here.
  private func lossRows(
    _ slice: Slice, tile: Range<Int>, _ piece: Piece, loss: any RowLoss,
    targets: (any TargetRows)?, gradientScale: Float
  ) -> SoftLossSums {
    let V = configuration.vocabularySize
    let rows = piece.share(of: tile.count)
    let inSlice = rows.shifted(by: tile.lowerBound)
    let batchRows = slice.targetBatchRows[inSlice]
    if rows.isEmpty { return SoftLossSums() }
    var found = loss(
      LossTile(
        logits: head.logits.rows(rows, width: V), vocabulary: V,
        tokens: slice.targetTokens[inSlice], weights: slice.targetWeights[inSlice],
        distributions: targets?.distributions(
          of: batchRows, vocabulary: V, room: head.targets.rows(rows, width: V),
          scratch: attentionScratch[piece.index], engine: engine),
        gradientScale: gradientScale,
        hidden: head.hidden.rows(rows, width: configuration.hiddenSize),
        scratch: head.scratch[piece.index]),
      unlabelled: targets?.unlabelled(batchRows))
    found.badRow = found.badRow.map { Int(batchRows[batchRows.startIndex + $0]) }
    return found
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
