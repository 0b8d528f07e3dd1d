internal import Archives
internal import Decoding
internal import Models
internal import Randomness
internal import Records
internal import SoftLabels
internal import Scores
internal import Tokenization

/// Examines one set of weights on batches of items; every batch is a function of its items alone.
struct Examination: Sendable {
  let parameters: Parameters
  /// The parameters packed for writing; `nil`: no text is written, and only the reference traces
  /// are scored.
  let weights: DecoderWeights?
  /// How the set's problems and solutions became ids.
  let wrapping: Wrapping
  let set: TestSet
  let newTokens: Int

  /// The cost of a batch.
  struct Cost: Sendable {
    var writtenTokens = 0
    var readTokens = 0
    var operations = 0.0

    static func += (a: inout Cost, b: Cost) {
      a.writtenTokens += b.writtenTokens
      a.readTokens += b.readTokens
      a.operations += b.operations
    }
  }

  /// One batch's results in order, with its counts for the alignment check.
  struct Outcome: Sendable {
    var items: [ItemResult] = []
    var parts: [AlignmentCheck.Part] = []
    var cost = Cost()
  }

  /// - Throws: `ModelError`, `SoftLabelError`.
  func examine(_ items: [TestSet.Item]) throws -> Outcome {
    var outcome = Outcome()
    let traces = try weights.map { try write(items, $0, cost: &outcome.cost) }
    let pass = InferencePass(
      configuration: parameters.configuration, parts: 1,
      // Longest sequence, or a constant that lets short ones share a pass.
      maximumTokensPerPart: max(items.reduce(0) { max($0, $1.tokens.count) }, 512))
    for group in groups(of: items) { try score(items, group, traces, pass, into: &outcome) }
    return outcome
  }

  /// Log-probabilities held at once: 128 MiB of float32, unless a single item has more.
  private static let mostValues = 1 << 25

  /// Runs of items whose rows are held at once; they depend on the items alone.
  private func groups(of items: [TestSet.Item]) -> [Range<Int>] {
    var groups: [Range<Int>] = []
    var values = 0
    for (i, item) in items.enumerated() {
      let count = (item.tokens.count - 1) * set.vocabulary
      if let last = groups.last, values + count <= Self.mostValues {
        groups[groups.count - 1] = last.lowerBound..<(i + 1)
        values += count
      } else {
        groups.append(i..<(i + 1))
        values = count
      }
    }
    return groups
  }

  /// Scores one group on its reference traces.
  private func score(
    _ all: [TestSet.Item], _ group: Range<Int>, _ traces: [WrittenTrace?]?, _ pass: InferencePass,
    into outcome: inout Outcome
  ) throws {
    let items = all[group]
    let V = set.vocabulary
    let batch = try Batch(samples: items.map { ($0.tokens, $0.mask) })
    let rows = try pass.logProbabilities(parameters: parameters, batch: batch)
    outcome.cost.readTokens += batch.tokens.count
    outcome.cost.operations += operations(rowStarts: batch.rowStarts)
    for (place, i) in group.enumerated() {
      let item = all[i]
      let range = (batch.rowStarts[place] * V)..<(batch.rowStarts[place + 1] * V)
      var stored: [Float] = []
      if let labels = set.labels {
        let count = item.tokens.count - 1
        let rows = try labels.rows(
          { item.sample[$0] }, count: count, sample: item.record.id)
        outcome.parts.append(
          try rows.alignment(
            from: 0, at: item.position, tokens: item.tokens, mask: item.mask,
            sample: item.record.id))
        stored = try rows.logProbabilities(0..<count, sample: item.record.id)
      }
      let scores = try TargetScores(
        rows: rows.span.extracting(range), stored: stored.span, as: set.reference,
        tokens: item.tokens, mask: item.mask, vocabulary: V, sample: item.record.id)
      outcome.items.append(
        ItemResult(
          id: item.record.id, family: item.record.family, level: item.record.level,
          trace: traces.flatMap { $0[i] }, scores: scores, reference: set.reference))
    }
  }

  /// Greedy decoding of all items of the batch at once.
  ///
  /// - Returns: one text per item; none for a free prompt, which cannot be judged.
  private func write(
    _ all: [TestSet.Item], _ weights: DecoderWeights, cost: inout Cost
  ) throws -> [WrittenTrace?] {
    let places = all.indices.filter { !all[$0].record.isFree }
    var traces = [WrittenTrace?](repeating: nil, count: all.count)
    if places.isEmpty { return traces }
    let items = places.map { all[$0] }
    let limit = parameters.configuration.positionCount
    // Everything before the first target: the problem and the separator.
    let prompts = items.map { item in
      Array(item.tokens.prefix(item.mask.prefix { $0 == 0 }.count))
    }
    let longest = prompts.reduce(1) { max($0, $1.count) }
    let decoder = Decoder(
      weights: weights, sequences: items.count, positions: min(limit, longest + newTokens))
    let texts = try decoder.generate(
      prompts: prompts, newTokens: newTokens, stop: wrapping.endIds,
      sampling: Sampling(temperature: 0, liveTokens: wrapping.tokenizer.liveTokenCount),
      // Greedy decoding draws nothing.
      streams: prompts.map { _ in Seed(0).stream() })
    for (place, (prompt, text)) in zip(places, zip(prompts, texts)) {
      cost.writtenTokens += text.count
      // The last token is written, not read.
      cost.operations += operations(rowStarts: [0, prompt.count + text.count - 1])
      traces[place] = try WrittenTrace(text, for: all[place].record, wrapping: wrapping)
    }
    return traces
  }

  /// Floating-point operations of reading sequences once, with the logits of every position: a
  /// training step is one forward pass and a backward pass of twice its cost.
  private func operations(rowStarts: [Int]) -> Double {
    parameters.configuration.trainingOperations(rowStarts: rowStarts) / 3
  }
}
