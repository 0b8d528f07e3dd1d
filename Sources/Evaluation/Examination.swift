internal import Models
internal import Randomness
internal import Records
internal import SoftLabels
internal import Tokenization

/// Examines one set of weights on batches of items; every batch is a function of its items alone.
struct Examination: Sendable {
  let parameters: Parameters
  /// The parameters packed for writing; `nil`: no text is written, only the reference traces are
  /// scored.
  let weights: DecoderWeights?
  let tokenizer: Tokenizer
  let set: TestSet
  let newTokens: Int

  /// What a batch cost.
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

  /// One batch's results in order, with what the alignment check counts.
  struct Outcome: Sendable {
    var items: [ItemResult] = []
    var parts: [AlignmentCheck.Part] = []
    var cost = Cost()
  }

  /// - Throws: `ModelError`, `SoftLabelError`.
  func examine(_ items: [TestSet.Item]) throws -> Outcome {
    var outcome = Outcome()
    let traces = try weights.map { try write(items, $0, cost: &outcome.cost) }
    let V = set.vocabulary
    let pass = InferencePass(
      configuration: parameters.configuration, parts: 1,
      // Longest sequence, or a constant that lets short ones share a pass.
      maximumTokensPerPart: max(items.reduce(0) { max($0, $1.tokens.count) }, 512))
    let batch = try Batch(samples: items.map { ($0.tokens, $0.mask) })
    let rows = try pass.logProbabilities(parameters: parameters, batch: batch)
    outcome.cost.readTokens += batch.tokens.count
    outcome.cost.operations += operations(rowStarts: batch.rowStarts)
    for (i, item) in items.enumerated() {
      let range = (batch.rowStarts[i] * V)..<(batch.rowStarts[i + 1] * V)
      var stored: [Float] = []
      if set.reference != .none {
        outcome.parts.append(
          try AlignmentCheck.part(
            halves: item.halves, tokens: item.tokens, mask: item.mask, vocabulary: V,
            sample: item.record.id))
        stored = try FullLabels.decode(
          halves: item.halves, rowCount: item.tokens.count - 1, vocabulary: V,
          sample: item.record.id)
      }
      let scores = try TargetScores(
        rows: rows.span.extracting(range), stored: stored.span, as: set.reference,
        tokens: item.tokens, mask: item.mask, vocabulary: V, sample: item.record.id)
      outcome.items.append(
        ItemResult(
          id: item.record.id, family: item.record.family, level: item.record.level,
          trace: traces?[i], scores: scores, reference: set.reference))
    }
    return outcome
  }

  /// The likeliest token each time, all items of the batch at once.
  private func write(
    _ items: [TestSet.Item], _ weights: DecoderWeights, cost: inout Cost
  ) throws -> [WrittenTrace] {
    let limit = parameters.configuration.positionCount
    // Everything before the first target: the problem and the separator.
    let prompts = items.map { item in
      Array(item.tokens.prefix(item.mask.prefix { $0 == 0 }.count))
    }
    let longest = prompts.reduce(1) { max($0, $1.count) }
    let decoder = Decoder(
      weights: weights, sequences: items.count, positions: min(limit, longest + newTokens))
    let texts = try decoder.generate(
      prompts: prompts, newTokens: newTokens, stop: [Tokenizer.eosId], sampling: .greedy,
      // Greedy choices draw nothing.
      streams: prompts.map { _ in Seed(0).stream() })
    return try zip(items, zip(prompts, texts)).map { item, pair in
      let (prompt, text) = pair
      cost.writtenTokens += text.count
      // The last token is written, not read.
      cost.operations += operations(rowStarts: [0, prompt.count + text.count - 1])
      return try WrittenTrace(text, for: item.record, tokenizer: tokenizer)
    }
  }

  /// Floating-point operations of reading sequences once, logits of every position included: a
  /// training step is one forward pass and a backward pass of twice its cost.
  private func operations(rowStarts: [Int]) -> Double {
    parameters.configuration.trainingOperations(rowStarts: rowStarts) / 3
  }
}
