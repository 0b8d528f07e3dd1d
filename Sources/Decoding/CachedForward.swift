internal import CKernels
public import Kernels
internal import Models
public import Parallel

/// A forward pass over new positions of several sequences, with a cache of keys and values.
///
/// The threads share every operation. No result depends on their number, and no sequence's result
/// on the other sequences of a step.
///
/// `@unchecked Sendable`: it owns its memory, and calls of `step` do not overlap.
public final class CachedForward: @unchecked Sendable {
  /// New positions of one sequence.
  public struct Run: Sendable {
    /// The sequence's place in the cache.
    public var slot: Int
    /// Tokens of the step that belong to this sequence, in order.
    public var count: Int
    /// Position of the first of them, which equals the number of cached positions.
    public var position: Int
    /// Number of last tokens whose logits are wanted.
    public var logits: Int

    /// Tokens of one sequence, at consecutive positions.
    public init(slot: Int, count: Int, position: Int, logits: Int) {
      self.slot = slot
      self.count = count
      self.position = position
      self.logits = logits
    }
  }

  /// Read, never written: several passes may share them.
  public let weights: PackedDecoder
  /// Sequences that the cache has room for.
  public let slots: Int
  /// Capacity of a slot in positions, a multiple of 16.
  public let positions: Int
  /// Most tokens of a step, and most rows of logits.
  public let rowCapacity, logitRows: Int
  /// Requested positions, before rounding.
  private let limit: Int
  private let pool: WorkerPool
  private let rotary: [RotaryTable?]
  private let memory: Arena
  private let logits: Floats
  private let layers: UnsafeMutablePointer<ck_cached_layer>
  private var forward: ck_cached_forward

  /// - Parameters:
  ///   - rotary: one table per layer, covering `positions`; `nil` where nothing is rotated.
  ///   - logitRows: most rows of logits per step; one for each slot by default.
  ///   - pool: its threads work together on each step.
  public init(
    weights: PackedDecoder, rotary: [RotaryTable?], slots: Int, positions: Int, rowCapacity: Int,
    logitRows: Int? = nil, pool: WorkerPool
  ) {
    precondition(slots >= 1 && positions >= 1 && rowCapacity >= slots)
    precondition(
      weights.positionTable.map { $0.count >= positions * weights.embedding.columns } ?? true)
    precondition(rotary.count == weights.layers.count)
    for table in rotary.compactMap({ $0 }) {
      precondition(table.headWidth == weights.attention.headWidth)
      precondition(table.positionCount >= positions)
    }
    self.weights = weights
    self.slots = slots
    limit = positions
    self.positions = KeyValueCache.roundedCapacity(positions)
    self.rowCapacity = rowCapacity
    self.logitRows = logitRows ?? slots
    self.pool = pool
    self.rotary = rotary
    let shape = weights.attention
    let C = weights.embedding.columns
    let format = weights.embedding.format
    layers = .allocate(capacity: weights.layers.count)
    for (l, layer) in weights.layers.enumerated() {
      (layers + l).initialize(to: layer.cached(rotary[l]))
    }
    var f = ck_cached_forward()
    f.format = format.code
    f.halved = format == .float32 ? 0 : 1
    f.layerCount = weights.layers.count
    f.C = C
    f.F = weights.layers[0].down.columns
    f.H = shape.heads
    f.K = shape.keyValueHeads
    f.D = shape.headWidth
    f.positions = self.positions
    f.rowCapacity = rowCapacity
    f.layerNorm = weights.finalNormBias == nil ? 0 : 1
    f.activation = weights.activation.code
    f.epsilon = weights.epsilon
    f.scale = shape.scale
    f.embeddingScale = weights.embeddingScale
    f.layers = UnsafePointer(layers)
    f.embedding = weights.embedding.packed
    f.readout = weights.readout.packed
    f.finalNorm = UnsafePointer(weights.finalNorm.pointer)
    f.finalNormBias = start(weights.finalNormBias)
    f.positionTable = start(weights.positionTable)
    let hasBranch = weights.layers.contains {
      $0.extras.attentionNorm != nil || $0.extras.feedForwardNorm != nil
    }
    let cache =
      slots * weights.layers.count * shape.keyValueHeads
      * KeyValueCache.floats(
        positions: positions, headWidth: shape.headWidth, halved: f.halved != 0)
    let counts = [
      cache, rowCapacity * C, rowCapacity * shape.projectedWidth, rowCapacity * shape.outputWidth,
      self.logitRows * weights.readout.rows, ck_cached_inputs_units(&f),
      ck_cached_activated_units(&f),
      ck_cached_thread_units(&f) * pool.threads, hasBranch ? rowCapacity * C : 0,
    ]
    let arena = Arena(capacity: counts.reduce(0) { $0 + Arena.rounded($1) })
    let runs = counts.map { arena.take($0) }
    func units(_ run: Floats) -> UnsafeMutablePointer<UInt32> {
      UnsafeMutableRawPointer(run.pointer).assumingMemoryBound(to: UInt32.self)
    }
    f.cache = UnsafeMutableRawPointer(runs[0].pointer)
    f.residual = runs[1].pointer
    f.projected = runs[2].pointer
    f.attended = runs[3].pointer
    f.logits = runs[4].pointer
    f.inputs = units(runs[5])
    f.activated = units(runs[6])
    f.threadMemory = units(runs[7])
    f.branch = runs[8].pointer
    logits = runs[4]
    memory = arena
    forward = f
  }

  deinit { layers.deallocate() }

  /// Reads new tokens: keys and values go to the cache, logits to `logits(_:)`.
  ///
  /// - Parameters:
  ///   - tokens: those of all runs, one run after the other; at most `rowCapacity`.
  ///   - runs: each of a different slot.
  /// - Returns: the number of rows of logits: the rows requested by each run, in order.
  @discardableResult
  public func step(tokens: Span<Int32>, runs: [Run]) -> Int {
    var first = 0
    var wanted = 0
    let V = weights.embedding.rows
    for t in tokens.indices { precondition(tokens[t] >= 0 && Int(tokens[t]) < V, "no such token") }
    let packed = runs.map { run in
      precondition(run.slot >= 0 && run.slot < slots && run.count >= 1 && run.position >= 0)
      precondition(run.position + run.count <= limit, "the cache is full")
      precondition(run.logits >= 0 && run.logits <= run.count, "logits of no token")
      wanted += run.logits
      defer { first += run.count }
      return ck_cached_run(
        slot: run.slot, first: first, count: run.count, position: run.position,
        logits: run.logits)
    }
    precondition(wanted <= logitRows, "no room for the logits")
    precondition(first == tokens.count && first <= rowCapacity, "tokens that no run has")
    if first == 0 { return 0 }
    tokens.withUnsafeBufferPointer { tokens in
      packed.withUnsafeBufferPointer { runs in
        var step = ck_cached_step(
          rows: tokens.count, runCount: runs.count, tokens: tokens.baseAddress,
          runs: runs.baseAddress)
        pool.runTogether { ck_cached_forward_run(&forward, &step, $0) }
      }
    }
    return wanted
  }

  /// A row of logits `(V)` of the last step, valid until the next.
  public func logits(_ row: Int) -> Floats {
    let V = weights.readout.rows
    return logits[(row * V)..<((row + 1) * V)]
  }
}

/// Pointer to floats owned elsewhere; `nil` where there are none.
private func start(_ floats: Floats?) -> UnsafePointer<Float>? {
  floats.map { UnsafePointer($0.pointer) }
}

extension PackedDecoder.Layer {
  /// The layer in the kernel's form; valid as long as the layer and the table are kept.
  fileprivate func cached(_ rotary: RotaryTable?) -> ck_cached_layer {
    ck_cached_layer(
      inputNorm: start(inputNorm), middleNorm: start(middleNorm),
      projections: projections.packed, output: output.packed, gateUp: gateUp.packed,
      down: down.packed, inputNormBias: start(extras.inputNormBias),
      middleNormBias: start(extras.middleNormBias), projectionBias: start(extras.projectionBias),
      outputBias: start(extras.outputBias), gateUpBias: start(extras.gateUpBias),
      downBias: start(extras.downBias), queryNorm: start(extras.queryNorm),
      keyNorm: start(extras.keyNorm), queryRowNorm: start(extras.queryRowNorm),
      keyRowNorm: start(extras.keyRowNorm), attentionNorm: start(extras.attentionNorm),
      feedForwardNorm: start(extras.feedForwardNorm), cosines: start(rotary?.cosines),
      sines: start(rotary?.sines), window: extras.window)
  }
}

extension ModelFeatures.Activation {
  /// The kernel's code for it.
  fileprivate var code: Int32 {
    switch self {
    case .gatedSiLU: Int32(ck_activation_silu_gated)
    case .gatedGELU: Int32(ck_activation_gelu_gated)
    case .gelu: Int32(ck_activation_gelu)
    }
  }
}
