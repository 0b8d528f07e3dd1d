public import Kernels
internal import Parallel
internal import Synchronization

/// Forward over batches of sequences: for labelling and for likelihoods.
///
/// One call runs at a time; another waits.
public final class InferencePass: Sendable {
  /// What the pass was made for: parameters of another configuration are refused by a trap.
  public let configuration: TransformerConfiguration
  /// Backend and precision of the products.
  public let engine: MatrixEngine
  /// Pieces of a batch that are computed at once.
  public let parts: Int
  /// Most tokens of a sequence: `maximumTokensPerPart`, or the model's positions if fewer.
  public let longestSequence: Int
  private let packed: PackedParameters?
  private let workspaces: [Workspace]
  private let pool = Mutex(WorkerPool(threads: 1))

  /// - Parameters:
  ///   - maximumTokensPerPart: bounds the longest sequence.
  ///   - packed: parameters packed for `engine`; the pass is given no others.
  public init(
    configuration: TransformerConfiguration, engine: MatrixEngine = .openBLAS, parts: Int = 2,
    maximumTokensPerPart: Int, packed: PackedParameters? = nil
  ) {
    precondition(parts >= 1 && maximumTokensPerPart >= 1)
    self.configuration = configuration
    precondition(packed?.precision ?? engine.precision == engine.precision)
    self.engine = engine
    self.packed = packed
    self.parts = parts
    let longest = min(maximumTokensPerPart, configuration.positionCount)
    longestSequence = longest
    let capacity = min(maximumTokensPerPart, max(longest, TrainingPass.sliceRows))
    let rotary = RotaryTable.layers(of: configuration, positionCount: longest)
    workspaces = (0..<parts).map { _ in
      Workspace(
        configuration, engine: engine, rotary: rotary, capacity: capacity, training: false,
        packed: packed)
    }
  }

  /// Bytes of its activations.
  public var bytes: Int {
    parts * MemoryLayout<Float>.stride
      * Workspace.floatCount(
        configuration, capacity: workspaces.first?.capacity ?? 0, training: false)
  }

  /// Final normed hidden states, `(rows, C)`: the readout times these are the logits.
  public func hiddenStates(
    parameters: Parameters, batch: Batch, threads: Int = 1
  ) throws(ModelError) -> [Float] {
    let C = configuration.hiddenSize
    let result = Floats(zeros: batch.tokens.count * C)
    try run(parameters, batch, threads: threads) { workspace, slice in
      let rows = (slice.rows.lowerBound * C)..<(slice.rows.upperBound * C)
      result[rows].copy(from: workspace.outputNorm[0..<rows.count])
    }
    return result.array
  }

  /// Final normed hidden states as `hiddenStates`, and those of another place, `(rows, width)`.
  ///
  /// - Throws: `ModelError.batch` for a place that the model does not have.
  public func hiddenStates(
    parameters: Parameters, batch: Batch, and site: StateSite, threads: Int = 1
  ) throws(ModelError) -> (final: Floats, other: Floats) {
    if let reason = site.misfit(configuration) { throw .batch(reason: reason) }
    let (C, width) = (configuration.hiddenSize, site.width(configuration))
    let final = Floats(zeros: batch.tokens.count * C)
    let other = Floats(zeros: batch.tokens.count * width)
    let layers = configuration.layerCount
    try run(parameters, batch, threads: threads) { workspace, slice in
      let T = slice.rows.count
      let place = other[(slice.rows.lowerBound * width)..<(slice.rows.upperBound * width)]
      if case .residual(after: layers) = site { place.copy(from: workspace.output[0..<(T * C)]) }
      if case .final = site { place.copy(from: workspace.outputNorm[0..<(T * C)]) }
      final[(slice.rows.lowerBound * C)..<(slice.rows.upperBound * C)]
        .copy(from: workspace.outputNorm[0..<(T * C)])
    } keeping: { workspace, slice, layer in
      // All layers share their memory: this is what the layer has now, its input not yet added to.
      let T = slice.rows.count
      let place = other[(slice.rows.lowerBound * width)..<(slice.rows.upperBound * width)]
      switch site {
      case .projected(layer: layer):
        place.copy(from: workspace.layers[layer].projected[0..<(T * width)])
      case .residual(let count) where count == layer && count < layers:
        place.copy(from: workspace.layers[layer].input[0..<(T * width)])
      default: break
      }
    }
    return (final, other)
  }

  /// Logits, `(rows, V)`.
  public func logits(
    parameters: Parameters, batch: Batch, threads: Int = 1
  ) throws(ModelError) -> [Float] {
    try tiles(parameters, batch, threads: threads) { result, logits in
      result.copy(from: logits)
    }
  }

  /// The model's log-probabilities, `(rows, V)`.
  public func logProbabilities(
    parameters: Parameters, batch: Batch, threads: Int = 1
  ) throws(ModelError) -> [Float] {
    let V = configuration.vocabularySize
    return try tiles(parameters, batch, threads: threads) { result, logits in
      logSoftmax(y: result, x: logits, rows: logits.count / V, vocabulary: V)
    }
  }

  /// Passes every row to `capture` as the model computes it, slice by slice.
  public func capture(
    into capture: any RowCapture, parameters: Parameters, batch: Batch, threads: Int = 1
  ) throws(ModelError) {
    let C = configuration.hiddenSize
    let V = configuration.vocabularySize
    let engine = engine
    try run(parameters, batch, threads: threads) { workspace, slice in
      capture.take(
        CapturedRows(
          rows: slice.rows, states: workspace.outputNorm[0..<(slice.rows.count * C)], width: C,
          readout: parameters.readout, vocabulary: V, engine: engine,
          nextTokens: batch.nextTokens[slice.rows], weights: batch.weights[slice.rows],
          targetRows: slice.targetRows, targetBatchRows: slice.targetBatchRows,
          targetTokens: slice.targetTokens, targetWeights: slice.targetWeights,
          tile: workspace.head.logits, tileRows: workspace.head.tileRows,
          scratch: workspace.head.scratch[0]
        ) { body in
          workspace.logits(parameters, rowCount: slice.rows.count, body)
        })
    }
  }

  /// `-log q[next token]` of every row, in nats; weights are ignored.
  public func negativeLogLikelihoods(
    parameters: Parameters, batch: Batch, threads: Int = 1
  ) throws(ModelError) -> [Float] {
    let V = configuration.vocabularySize
    let result = Floats(zeros: batch.tokens.count)
    try run(parameters, batch, threads: threads) { workspace, slice in
      workspace.logits(parameters, rowCount: slice.rows.count) { first, rows, logits in
        logSoftmax(y: logits, x: logits, rows: rows, vocabulary: V)
        for r in 0..<rows {
          let row = slice.rows.lowerBound + first + r
          result[row] = -logits[r * V + Int(batch.nextTokens[row])]
        }
      }
    }
    return result.array
  }

  private func tiles(
    _ parameters: Parameters, _ batch: Batch, threads: Int,
    _ body: @Sendable (_ result: Floats, _ logits: Floats) -> Void
  ) throws(ModelError) -> [Float] {
    let V = configuration.vocabularySize
    let result = Floats(zeros: batch.tokens.count * V)
    try run(parameters, batch, threads: threads) { workspace, slice in
      workspace.logits(parameters, rowCount: slice.rows.count) { first, rows, logits in
        let start = (slice.rows.lowerBound + first) * V
        body(result[start..<(start + rows * V)], logits)
      }
    }
    return result.array
  }

  /// Runs every slice forward and passes it to `body`, on any thread.
  func run(
    _ parameters: Parameters, _ batch: Batch, threads: Int,
    _ body: @Sendable (Workspace, Slice) -> Void,
    keeping: @Sendable (_ workspace: Workspace, _ slice: Slice, _ layer: Int) -> Void = { _, _, _ in
    }
  ) throws(ModelError) {
    precondition(parameters.configuration == configuration, "parameters of another model")
    precondition(
      packed?.parameters.values.isSame(as: parameters.values) ?? true, "packed from others")
    try batch.check(configuration, longest: longestSequence)
    let slices = Slice.cut(
      batch, parts: parts, size: min(TrainingPass.sliceRows, workspaces[0].capacity))
    let workspaces = workspaces
    pool.withLock { pool in
      if pool.threads != threads { pool = WorkerPool(threads: threads) }
      pool.run(parts: parts) { part in
        for slice in slices[part] {
          workspaces[part].forward(parameters, slice) { layer in
            keeping(workspaces[part], slice, layer)
          }
          body(workspaces[part], slice)
        }
      }
    }
  }
}
