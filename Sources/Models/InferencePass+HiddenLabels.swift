public import Kernels
internal import Synchronization

/// What hidden labels of a batch keep, row by row.
public struct HiddenLabelFigures: Sendable {
  /// One for each row of the batch.
  public let rows: [RebuiltRowFigures]
  /// The first row whose state cannot be stored: not finite, or beyond a half's range.
  public let firstUnfit: Int?
}

extension InferencePass {
  /// Rows of labels as hidden states: the final normed states in their stored form, and what that
  /// form keeps of every row of the batch that counts, measured against the dense float32 row.
  ///
  /// Costs a second product with the readout: logits are made of the states as they are and as they
  /// are stored.
  ///
  /// - Parameter states: rows `0 ..< rows of the batch` are overwritten.
  public func hiddenLabels(
    into states: HiddenStates, parameters: Parameters, batch: Batch, threads: Int = 1
  ) throws(ModelError) -> HiddenLabelFigures {
    let C = configuration.hiddenSize
    let V = configuration.vocabularySize
    let count = batch.tokens.count
    precondition(states.rowCount >= count && states.width == C, "no room for the rows")
    let found = Mutex(
      (
        figures: [RebuiltRowFigures](repeating: .unmeasured, count: count), unfit: Int?.none
      ))
    let engine = engine
    try run(parameters, batch, threads: threads) { workspace, slice in
      let normed = workspace.outputNorm[0..<(slice.rows.count * C)]
      if let row = states.store(slice.rows, from: normed) {
        found.withLock { $0.unfit = min($0.unfit ?? row, row) }
        return
      }
      // Rows without a target are stored and not measured.
      let some = min(workspace.head.tileRows, slice.targetRows.count)
      if some == 0 { return }
      let hidden = Floats(zeros: some * C)
      let rebuilt = Floats(zeros: some * V)
      for start in stride(from: 0, to: slice.targetRows.count, by: some) {
        let tile = start..<min(start + some, slice.targetRows.count)
        let inBatch = slice.targetBatchRows.span.extracting(tile)
        let logits = workspace.head.logits[0..<(tile.count * V)]
        embeddingForward(
          y: hidden, table: normed, tokens: slice.targetRows.span.extracting(tile), width: C)
        engine.product(
          c: logits, a: hidden, b: parameters.readout, .transposed, m: tile.count, n: V, k: C)
        states.gather(into: hidden, rows: inBatch)
        engine.product(
          c: rebuilt, a: hidden, b: parameters.readout, .transposed, m: tile.count, n: V, k: C)
        let figures = rebuiltRows(
          logits: logits, rebuilt: rebuilt, vocabulary: V,
          tokens: slice.targetTokens.span.extracting(tile),
          weights: slice.targetWeights.span.extracting(tile))
        found.withLock { found in
          for (place, row) in slice.targetBatchRows[tile].enumerated() {
            found.figures[Int(row)] = figures[place]
          }
        }
      }
    }
    return found.withLock { HiddenLabelFigures(rows: $0.figures, firstUnfit: $0.unfit) }
  }
}
