public import Kernels
public import Randomness

/// Writes on from prompts, many sequences at once, with a cache of keys and values.
///
/// Every step is one matrix product a weight for all sequences that are not finished; finished
/// ones drop out. A decoder makes one call at a time, on one thread; several run side by side, each
/// on its share of the prompts.
public final class Decoder: Sendable {
  public let parameters: Parameters
  /// Prompts that are worked on at once.
  public let sequences: Int
  /// Longest prompt and continuation together.
  public let positions: Int
  private let workspace: Workspace
  /// `caches[sequence][layer]`
  private let caches: [[KeyValueCache]]
  private let scratch: Floats
  private let memory: Arena

  /// - Parameters:
  ///   - sequences: how many prompts at once; more are done in turn.
  ///   - positions: room for each prompt and its continuation.
  public init(
    parameters: Parameters, engine: MatrixEngine = .openBLAS, sequences: Int, positions: Int
  ) {
    precondition(sequences >= 1 && positions >= 1)
    let c = parameters.configuration
    let shape = c.attention
    let positions = min(positions, c.positionCount)
    self.parameters = parameters
    self.sequences = sequences
    self.positions = positions
    let capacity = max(sequences, max(positions, TrainingPass.sliceRows))
    let rotary = RotaryTable(
      headWidth: c.headWidth, base: c.rotaryBase, positionCount: positions)
    workspace = Workspace(
      c, engine: engine, rotary: rotary, capacity: capacity, training: false)
    let each = KeyValueCache.floats(positions: positions, shape: shape)
    let arena = Arena(
      capacity: sequences * c.layerCount * Arena.rounded(each) + positions + 32)
    caches = (0..<sequences).map { _ in
      (0..<c.layerCount).map { _ in
        KeyValueCache(in: arena.take(each), positions: positions, shape: shape)
      }
    }
    scratch = arena.take((positions + 15) / 16 * 16)
    memory = arena
  }

  /// Continues every prompt until a stop token, `newTokens` tokens or the last position.
  ///
  /// - Parameters:
  ///   - prompts: at least one token each.
  ///   - streams: one for each prompt, so that a text depends on its own stream alone.
  /// - Returns: the tokens written, the stop token included where one was written.
  /// - Throws: `ModelError` for a prompt that does not fit or logits that are not finite.
  public func generate(
    prompts: [[Int32]], newTokens: Int, stop: Set<Int32>, sampling: Sampling,
    streams: [RandomStream]
  ) throws(ModelError) -> [[Int32]] {
    guard streams.count == prompts.count else {
      throw .batch(reason: "\(prompts.count) prompts, \(streams.count) random streams")
    }
    try Batch(sequences: prompts).check(parameters.configuration, longest: positions)
    for (s, prompt) in prompts.enumerated() where prompt.isEmpty {
      throw .sequenceLength(sequence: s, length: 0, limit: positions)
    }
    return try flushingDenormals { () throws(ModelError) -> [[Int32]] in
      try write(
        prompts: prompts, newTokens: newTokens, stop: stop, sampling: sampling, streams: streams)
    }
  }

  private func write(
    prompts: [[Int32]], newTokens: Int, stop: Set<Int32>, sampling: Sampling,
    streams: [RandomStream]
  ) throws(ModelError) -> [[Int32]] {
    var results: [[Int32]] = []
    for first in stride(from: 0, to: prompts.count, by: sequences) {
      let range = first..<min(first + sequences, prompts.count)
      var group = Group(
        first: first, prompts: Array(prompts[range]), streams: Array(streams[range]),
        newTokens: newTokens, stop: stop, sampling: sampling)
      if newTokens > 0 {
        try prefill(&group)
        while !group.active.isEmpty { try step(&group) }
      }
      results += group.written
    }
    return results
  }

  /// Prompts that are worked on together.
  private struct Group {
    let first: Int
    let prompts: [[Int32]]
    var streams: [RandomStream]
    let newTokens: Int
    let stop: Set<Int32>
    let sampling: Sampling
    var written: [[Int32]]
    /// Those not finished, in order.
    var active: [Int] = []

    init(
      first: Int, prompts: [[Int32]], streams: [RandomStream], newTokens: Int, stop: Set<Int32>,
      sampling: Sampling
    ) {
      self.first = first
      self.prompts = prompts
      self.streams = streams
      self.newTokens = newTokens
      self.stop = stop
      self.sampling = sampling
      written = prompts.map { _ in [] }
    }

    /// Takes the next token of sequence s from its logits.
    mutating func take(_ s: Int, logits: Floats, positions: Int) throws(ModelError) {
      let token = logits.withSpan { sampling.choose(from: $0, using: &streams[s]) }
      guard let token else { throw .logits(sequence: first + s) }
      written[s].append(token)
      let length = prompts[s].count + written[s].count
      if !stop.contains(token) && written[s].count < newTokens && length <= positions {
        active.append(s)
      }
    }
  }

  /// Reads the prompts, slice by slice, and draws the first token of each.
  private func prefill(_ group: inout Group) throws(ModelError) {
    let C = parameters.configuration.hiddenSize
    let V = parameters.configuration.vocabularySize
    let batch = try Batch(sequences: group.prompts)
    var sequence = 0
    for slice in Slice.cut(batch, parts: 1, size: TrainingPass.sliceRows)[0] {
      let first = sequence
      let starts = slice.rowStarts
      workspace.forward(parameters, slice) { l in
        let width = parameters.configuration.attention.projectedWidth
        for s in 0..<(starts.count - 1) {
          let rows = (starts[s] * width)..<(starts[s + 1] * width)
          caches[first + s][l].store(
            projected: workspace.layers[l].projected[rows], count: starts[s + 1] - starts[s],
            at: 0)
        }
      }
      for s in 0..<(starts.count - 1) {
        let last = (starts[s + 1] - 1) * C
        let logits = workspace.head.logits[0..<V]
        workspace.engine.product(
          c: logits, a: workspace.outputNorm[last..<(last + C)], b: parameters.readout,
          .transposed, m: 1, n: V, k: C)
        try group.take(first + s, logits: logits, positions: positions)
      }
      sequence += starts.count - 1
    }
  }

  /// One more token for every active sequence.
  private func step(_ group: inout Group) throws(ModelError) {
    let shape = parameters.configuration.attention
    let V = parameters.configuration.vocabularySize
    let active = group.active
    let tokens = active.map { group.written[$0].last ?? 0 }
    let lengths = active.map { group.prompts[$0].count + group.written[$0].count }
    workspace.forward(parameters, tokens: tokens, positions: lengths.map { Int32($0 - 1) }) {
      l, _ in
      let buffers = workspace.layers[l]
      for (i, s) in active.enumerated() {
        let row = buffers.projected[(i * shape.projectedWidth)..<((i + 1) * shape.projectedWidth)]
        let y = buffers.attended[(i * shape.outputWidth)..<((i + 1) * shape.outputWidth)]
        caches[s][l].store(projected: row, count: 1, at: lengths[i] - 1)
        caches[s][l].attend(y: y, query: row, length: lengths[i], scratch: scratch)
      }
    }
    group.active = []
    var failure: ModelError?
    workspace.logits(parameters, rowCount: active.count) { first, rows, logits in
      for r in 0..<rows where failure == nil {
        do throws(ModelError) {
          try group.take(
            active[first + r], logits: logits[(r * V)..<((r + 1) * V)], positions: positions)
        } catch {
          failure = error
        }
      }
    }
    if let failure { throw failure }
  }
}
