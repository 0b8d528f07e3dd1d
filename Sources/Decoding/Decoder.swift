public import Kernels
public import Models
internal import Parallel
public import Randomness
internal import Synchronization

/// Continues prompts, many sequences at once, with a cache of keys and values.
///
/// Every step computes one product per weight for all sequences. When a sequence finishes, the next
/// prompt takes its place at once, and its tokens are read in the same step. A text depends only on
/// its prompt and its stream: not on the other prompts, their order, the number of sequences or the
/// threads. A decoder makes one call at a time.
public final class Decoder: Sendable {
  /// Packed weights; several decoders may share them.
  public let weights: DecoderWeights
  /// Number of prompts processed at once.
  public let sequences: Int
  /// Longest prompt and continuation together.
  public let positions: Int
  private let forward: CachedForward
  private let pool: WorkerPool

  /// Rows of a step that are worth a pass over the weights: prompts are read up to this many tokens
  /// at once.
  private static let stepRows = 192

  /// - Parameters:
  ///   - sequences: number of prompts at once; further ones wait for a place.
  ///   - positions: room for each prompt and its continuation.
  ///   - threads: threads that share each operation.
  public init(weights: DecoderWeights, sequences: Int, positions: Int, threads: Int = 1) {
    precondition(sequences >= 1 && positions >= 1)
    let c = weights.configuration
    self.weights = weights
    self.sequences = sequences
    self.positions = min(positions, c.positionCount)
    pool = WorkerPool(threads: threads)
    forward = weights.forward(
      slots: sequences, positions: self.positions, rowCapacity: max(sequences, Self.stepRows),
      pool: pool)
  }

  /// Packs `parameters` and makes a decoder of them.
  public convenience init(
    parameters: Parameters, format: WeightFormat = .float32, sequences: Int, positions: Int,
    threads: Int = 1
  ) {
    self.init(
      weights: DecoderWeights(parameters, format: format, threads: threads),
      sequences: sequences, positions: positions, threads: threads)
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
    do {
      return try generate(
        prompts: prompts, newTokens: newTokens, stop: stop, sampling: sampling, streams: streams,
        eachStep: { _ in })
    } catch let error as ModelError {
      throw error
    } catch {
      preconditionFailure("nothing else is thrown: \(error)")
    }
  }

  /// Same, but reports progress before each step and may stop early.
  ///
  /// - Parameter eachStep: called before every step with the number of finished texts; stops by
  ///   throwing.
  /// - Throws: `ModelError`, or what `eachStep` throws.
  public func generate(
    prompts: [[Int32]], newTokens: Int, stop: Set<Int32>, sampling: Sampling,
    streams: [RandomStream], eachStep: (_ finished: Int) throws -> Void
  ) throws -> [[Int32]] {
    guard streams.count == prompts.count else {
      throw ModelError.batch(reason: "\(prompts.count) prompts, \(streams.count) random streams")
    }
    try Batch(sequences: prompts).check(weights.configuration, longest: positions)
    for (s, prompt) in prompts.enumerated() where prompt.isEmpty {
      throw ModelError.sequenceLength(sequence: s, length: 0, limit: positions)
    }
    var written = [[Int32]](repeating: [], count: prompts.count)
    if newTokens < 1 { return written }
    var places = [Text?](repeating: nil, count: min(sequences, max(1, prompts.count)))
    var next = 0
    var finished = 0
    while true {
      try eachStep(finished)
      for place in places.indices where places[place] == nil && next < prompts.count {
        places[place] = Text(number: next, unread: prompts[next], stream: streams[next])
        next += 1
      }
      let reading = read(&places)
      if reading.isEmpty { return written }
      let chosen = choose(for: reading, of: places, sampling)
      for (place, choice) in zip(reading, chosen) {
        guard var text = places[place] else { continue }
        guard let choice else { throw ModelError.logits(sequence: text.number) }
        text.stream = choice.stream
        text.written.append(choice.token)
        text.unread = [choice.token]
        // The last token is written, not read: it may lie one beyond the last position.
        let isFinished =
          stop.contains(choice.token) || text.written.count >= newTokens
          || text.position + 1 > positions
        if isFinished {
          written[text.number] = text.written
          finished += 1
        }
        places[place] = isFinished ? nil : text
      }
    }
  }

  /// Logits after every token of a sequence, `(T, V)`, read one by one, to compare the cache with a
  /// full pass.
  ///
  /// - Precondition: the sequence fits.
  package func logits(of tokens: [Int32]) -> [Float] {
    tokens.indices.flatMap { position in
      read(tokens[position...position], at: position)
    }
  }

  /// Logits after the last token, the sequence read `step` tokens at a time.
  package func lastLogits(of tokens: [Int32], step: Int) -> [Float] {
    var logits: [Float] = []
    for start in stride(from: 0, to: tokens.count, by: step) {
      logits = read(tokens[start..<min(tokens.count, start + step)], at: start)
    }
    return logits
  }

  private func read(_ tokens: ArraySlice<Int32>, at position: Int) -> [Float] {
    let run = CachedForward.Run(
      slot: 0, count: tokens.count, position: position, logits: 1)
    forward.step(tokens: Array(tokens).span, runs: [run])
    return forward.logits(0).array
  }

  /// A sequence in progress.
  private struct Text {
    /// Number of its prompt.
    let number: Int
    /// Tokens not read yet: the rest of the prompt, or the token written last.
    var unread: [Int32]
    var stream: RandomStream
    /// Number of tokens read.
    var position = 0
    var written: [Int32] = []
  }

  /// One step: one token of every text being written, and as many prompt tokens as fit.
  ///
  /// - Returns: the places whose logits are ready, in the order of the rows; places whose prompt is
  ///   not fully read have none. Empty exactly when no place is taken.
  private func read(_ places: inout [Text?]) -> [Int] {
    repeat {
      var tokens: [Int32] = []
      var runs: [CachedForward.Run] = []
      var ready: [Int] = []
      var room = forward.rowCapacity - places.count { $0 != nil }
      for place in places.indices {
        guard let text = places[place] else { continue }
        let count = min(text.unread.count, 1 + room)
        room -= count - 1
        let isLast = count == text.unread.count
        tokens += text.unread.prefix(count)
        runs.append(
          CachedForward.Run(
            slot: place, count: count, position: text.position, logits: isLast ? 1 : 0))
        places[place]?.unread.removeFirst(count)
        places[place]?.position += count
        if isLast { ready.append(place) }
      }
      if runs.isEmpty { return [] }
      forward.step(tokens: tokens.span, runs: runs)
      if !ready.isEmpty { return ready }
    } while true
  }

  /// A drawn token and the stream after it; nil where logits are not finite.
  private typealias Choice = (token: Int32, stream: RandomStream)

  /// Below this number of rows, drawing is not worth waking the threads.
  private static let aloneRows = 4

  private func choose(
    for places: [Int], of texts: [Text?], _ sampling: Sampling
  ) -> [Choice?] {
    let forward = forward
    @Sendable func choice(_ row: Int, _ stream: RandomStream) -> Choice? {
      var stream = stream
      let token = forward.logits(row).withSpan { sampling.choose(from: $0, using: &stream) }
      return token.map { ($0, stream) }
    }
    let streams = places.compactMap { texts[$0]?.stream }
    if streams.count < Self.aloneRows { return streams.enumerated().map { choice($0, $1) } }
    let results = Mutex([Choice?](repeating: nil, count: streams.count))
    pool.run(parts: streams.count) { row in
      let result = choice(row, streams[row])
      results.withLock { $0[row] = result }
    }
    return results.withLock { $0 }
  }
}
