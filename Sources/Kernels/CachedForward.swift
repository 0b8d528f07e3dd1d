internal import CKernels

/// Weights of a Llama-style decoder, packed for a cached forward pass.
public struct PackedDecoder: Sendable {
  /// One layer's.
  public struct Layer: Sendable {
    let inputNorm, middleNorm: Floats
    let projections, output, gateUp, down: PackedWeights

    /// - Parameters:
    ///   - inputNorm, middleNorm: `(C)`.
    ///   - projections: `((H + 2K) D, C)`: queries, keys, values.
    ///   - output: `(C, H D)`.
    ///   - gateUp: `(64 ceil(F / 32), C)`: 32 gates, their 32 ups, and so on; zeros beyond F.
    ///   - down: `(C, F)`.
    public init(
      inputNorm: Floats, middleNorm: Floats, projections: PackedWeights, output: PackedWeights,
      gateUp: PackedWeights, down: PackedWeights
    ) {
      self.inputNorm = inputNorm
      self.middleNorm = middleNorm
      self.projections = projections
      self.output = output
      self.gateUp = gateUp
      self.down = down
    }
  }

  public let attention: AttentionShape
  public let epsilon: Float
  public let layers: [Layer]
  /// `(V, C)`; the readout may be the embedding.
  public let embedding, readout: PackedWeights
  public let finalNorm: Floats

  /// - Precondition: all matrices are of one format and fit each other.
  public init(
    attention: AttentionShape, epsilon: Float, layers: [Layer], embedding: PackedWeights,
    readout: PackedWeights, finalNorm: Floats
  ) {
    let C = embedding.columns
    precondition(readout.rows == embedding.rows && readout.columns == C && finalNorm.count == C)
    precondition(readout.format == embedding.format && !layers.isEmpty)
    for layer in layers {
      precondition(layer.inputNorm.count == C && layer.middleNorm.count == C)
      precondition(
        layer.projections.rows == attention.projectedWidth && layer.projections.columns == C)
      precondition(layer.output.rows == C && layer.output.columns == attention.outputWidth)
      precondition(layer.down.rows == C && layer.down.columns == layers[0].down.columns)
      precondition(
        layer.gateUp.columns == C && layer.gateUp.rows == (layer.down.columns + 31) / 32 * 64)
      for matrix in [layer.projections, layer.output, layer.gateUp, layer.down] {
        precondition(matrix.format == embedding.format)
      }
    }
    self.attention = attention
    self.epsilon = epsilon
    self.layers = layers
    self.embedding = embedding
    self.readout = readout
    self.finalNorm = finalNorm
  }
}

/// A forward pass over new positions of several sequences, with a cache of keys and values.
///
/// The threads share out every operation; no result depends on their number, nor a sequence's on
/// the other sequences of a step.
///
/// `@unchecked Sendable`: its memory is its own; `step` is called one at a time.
public final class CachedForward: @unchecked Sendable {
  /// New positions of one sequence.
  public struct Run: Sendable {
    /// The sequence's place in the cache.
    public var slot: Int
    /// How many tokens of the step are its, in order.
    public var count: Int
    /// Position of the first of them: as many are cached already.
    public var position: Int
    /// Whether the logits after the last of them are wanted.
    public var wantsLogits: Bool

    public init(slot: Int, count: Int, position: Int, wantsLogits: Bool) {
      self.slot = slot
      self.count = count
      self.position = position
      self.wantsLogits = wantsLogits
    }
  }

  public let weights: PackedDecoder
  public let slots: Int
  /// Positions a slot has room for, a multiple of 16.
  public let positions: Int
  /// Most tokens of a step.
  public let rowCapacity: Int
  private let pool: WorkerPool
  private let rotary: RotaryTable
  private let memory: Arena
  private let logits: Floats
  private let layers: UnsafeMutablePointer<ck_cached_layer>
  private var forward: ck_cached_forward

  /// - Parameters:
  ///   - rotary: covers `positions`.
  ///   - pool: its threads work together on each step.
  public init(
    weights: PackedDecoder, rotary: RotaryTable, slots: Int, positions: Int, rowCapacity: Int,
    pool: WorkerPool
  ) {
    precondition(slots >= 1 && positions >= 1 && rowCapacity >= slots)
    precondition(rotary.headWidth == weights.attention.headWidth)
    precondition(rotary.positionCount >= positions)
    self.weights = weights
    self.slots = slots
    self.positions = KeyValueCache.roundedCapacity(positions)
    self.rowCapacity = rowCapacity
    self.pool = pool
    self.rotary = rotary
    let shape = weights.attention
    let C = weights.embedding.columns
    let format = weights.embedding.format
    layers = .allocate(capacity: weights.layers.count)
    for (l, layer) in weights.layers.enumerated() {
      (layers + l).initialize(
        to: ck_cached_layer(
          inputNorm: layer.inputNorm.pointer, middleNorm: layer.middleNorm.pointer,
          projections: layer.projections.packed, output: layer.output.packed,
          gateUp: layer.gateUp.packed, down: layer.down.packed))
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
    f.epsilon = weights.epsilon
    f.scale = shape.scale
    f.layers = UnsafePointer(layers)
    f.embedding = weights.embedding.packed
    f.readout = weights.readout.packed
    f.finalNorm = UnsafePointer(weights.finalNorm.pointer)
    f.cosines = UnsafePointer(rotary.cosines.pointer)
    f.sines = UnsafePointer(rotary.sines.pointer)
    let cache =
      slots * weights.layers.count * shape.keyValueHeads
      * KeyValueCache.floats(
        positions: positions, headWidth: shape.headWidth, halved: f.halved != 0)
    let counts = [
      cache, rowCapacity * C, rowCapacity * shape.projectedWidth, rowCapacity * shape.outputWidth,
      slots * weights.readout.rows, ck_cached_inputs_units(&f), ck_cached_activated_units(&f),
      ck_cached_thread_units(&f) * pool.threads,
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
    logits = runs[4]
    memory = arena
    forward = f
  }

  deinit { layers.deallocate() }

  /// Reads new tokens: keys and values go to the cache, logits to `logits(_:)`.
  ///
  /// - Parameters:
  ///   - tokens: those of all runs, one run after the other; at most `rowCapacity`.
  ///   - runs: each of another slot.
  /// - Returns: how many rows of logits there are: one for each run that wants them, in order.
  @discardableResult
  public func step(tokens: Span<Int32>, runs: [Run]) -> Int {
    var first = 0
    let V = weights.embedding.rows
    for t in tokens.indices { precondition(tokens[t] >= 0 && Int(tokens[t]) < V, "no such token") }
    let packed = runs.map { run in
      precondition(run.slot >= 0 && run.slot < slots && run.count >= 1 && run.position >= 0)
      precondition(run.position + run.count <= positions, "the cache is full")
      defer { first += run.count }
      return ck_cached_run(
        slot: run.slot, first: first, count: run.count, position: run.position,
        wantsLogits: run.wantsLogits ? 1 : 0)
    }
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
    return runs.count { $0.wantsLogits }
  }

  /// A row of logits `(V)` of the last step, valid until the next.
  public func logits(_ row: Int) -> Floats {
    let V = weights.readout.rows
    return logits[(row * V)..<((row + 1) * V)]
  }
}
