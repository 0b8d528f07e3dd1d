import Decoding
import Foundation
import Kernels
import ModelSupport
import Models
import Randomness
import Testing

struct `Speculative decoding` {
  /// A model with clear-cut choices, and drafts that are more and less like it.
  private func model(seed: UInt64 = 8, like other: Parameters? = nil, noise: Float = 0) throws
    -> Parameters
  {
    let parameters = Parameters(drawn: try smallConfiguration(), seed: Seed(seed))
    let matrices = parameters.layout.matrixCount
    for i in 0..<matrices {
      let drawn = parameters.values[i] * 8
      parameters.values[i] = other.map { $0.values[i] + noise * drawn } ?? drawn
    }
    return parameters
  }

  private func decoder(
    _ model: Parameters, _ draft: Parameters, ahead: Int, threads: Int = 1
  ) throws -> SpeculativeDecoder {
    try SpeculativeDecoder(
      model: DecoderWeights(model), draft: DecoderWeights(draft), ahead: ahead, positions: 40,
      threads: threads)
  }

  static let prompts: [[Int32]] = [[1], [2, 3, 4, 5, 6], [7, 8], [9, 10, 11], [12]]

  /// Whatever the draft says: a bad one costs time, never a token.
  @Test(arguments: [0, 0.05, 0.5, 5] as [Float], [1, 2, 5])
  func `writes the model's own text when greedy`(noise: Float, ahead: Int) throws {
    let model = try model()
    let draft = try self.model(seed: 9, like: model, noise: noise)
    let alone = Decoder(parameters: model, sequences: 1, positions: 40)
    let free = try alone.generate(
      prompts: [Self.prompts[1]], newTokens: 20, stop: [], sampling: .greedy,
      streams: [Seed(1).stream()])[0]
    for stop in [[], [free[7]]] as [[Int32]] {
      let expected = try alone.generate(
        prompts: Self.prompts, newTokens: 20, stop: Set(stop), sampling: .greedy,
        streams: Self.prompts.indices.map { Seed(1).child($0).stream() })
      for threads in [1, 2] {
        let decoder = try decoder(model, draft, ahead: ahead, threads: threads)
        for (prompt, text) in zip(Self.prompts, expected) {
          var stream = Seed(1).stream()
          let found = try decoder.generate(
            prompt: prompt, newTokens: 20, stop: Set(stop), sampling: .greedy, stream: &stream)
          #expect(found.tokens == text)
          #expect(found.accepted <= found.proposed && found.steps >= 1)
          #expect(found.accepted + found.steps >= found.tokens.count)
        }
      }
    }
  }

  /// A draft that is the model itself is always kept: ahead + 1 tokens a step.
  @Test(arguments: [1, 3, 4]) func `keeps all of a draft that is the model`(ahead: Int) throws {
    let model = try model()
    let decoder = try decoder(model, model, ahead: ahead)
    for sampling in [Sampling.greedy, Sampling(temperature: 1.3, topK: 9)] {
      var stream = Seed(4).stream()
      let found = try decoder.generate(
        prompt: [1, 2], newTokens: 12, stop: [], sampling: sampling, stream: &stream)
      #expect(found.accepted == found.proposed && found.tokens.count == 12)
      #expect(found.steps == (12 + ahead) / (ahead + 1))
    }
  }

  @Test func `a text ends at the last position`() throws {
    let model = try model()
    let alone = Decoder(parameters: model, sequences: 1, positions: 40)
    let prompt = [Int32](repeating: 3, count: 37)
    let expected = try alone.generate(
      prompts: [prompt], newTokens: 20, stop: [], sampling: .greedy, streams: [Seed(1).stream()])
    var stream = Seed(1).stream()
    let found = try decoder(model, try self.model(seed: 3), ahead: 4).generate(
      prompt: prompt, newTokens: 20, stop: [], sampling: .greedy, stream: &stream)
    #expect(found.tokens == expected[0] && found.tokens.count == 4)
  }

  /// A draft of fewer positions helps as far as it reaches; the text does not end with it.
  @Test func `goes on alone beyond the draft's last position`() throws {
    let model = try model()
    var short = try smallConfiguration()
    short.positionCount = 12
    let draft = Parameters(drawn: short, seed: Seed(3))
    for i in 0..<draft.layout.matrixCount { draft.values[i] = model.values[i] }
    for length in [2, 11, 12, 20] {
      let prompt = (0..<length).map { Int32(1 + $0 % 30) }
      let expected = try Decoder(parameters: model, sequences: 1, positions: 40).generate(
        prompts: [prompt], newTokens: 15, stop: [], sampling: .greedy, streams: [Seed(1).stream()])
      var stream = Seed(1).stream()
      let found = try decoder(model, draft, ahead: 3).generate(
        prompt: prompt, newTokens: 15, stop: [], sampling: .greedy, stream: &stream)
      #expect(found.tokens == expected[0] && found.tokens.count == 15)
      #expect(found.accepted == found.proposed && (found.proposed > 0) == (length < 12))
    }
  }

  /// Two logits that are always equal make every token a close call, the first of them the first.
  @Test func `names the first close call of the text, not of what was thrown away`() throws {
    let model = try model()
    let V = 37
    let C = model.configuration.hiddenSize
    let text = try Decoder(parameters: model, sequences: 1, positions: 40).generate(
      prompts: [[1, 2]], newTokens: 12, stop: [], sampling: .greedy, streams: [Seed(1).stream()])[0]
    var stream = Seed(1).stream()
    let plain = try decoder(model, try self.model(seed: 3), ahead: 4).generate(
      prompt: [1, 2], newTokens: 12, stop: [], sampling: .greedy, stream: &stream)
    #expect(plain.firstCloseCall == nil && plain.tokens == text)
    // The row of a token that the text has becomes another one's too.
    let readout = model.readout
    let twin = try #require((0..<V).first { !text.contains(Int32($0)) && $0 > 2 })
    let place = try #require(text.firstIndex { $0 != text[0] })
    for i in 0..<C { readout[twin * C + i] = readout[Int(text[place]) * C + i] }
    let changed = try Decoder(parameters: model, sequences: 1, positions: 40).generate(
      prompts: [[1, 2]], newTokens: 12, stop: [], sampling: .greedy, streams: [Seed(1).stream()])[0]
    let expected = changed.firstIndex { $0 == text[place] || Int($0) == twin }
    for draft in [try self.model(seed: 3), model] {
      var stream = Seed(1).stream()
      let found = try decoder(model, draft, ahead: 4).generate(
        prompt: [1, 2], newTokens: 12, stop: [], sampling: .greedy, stream: &stream)
      #expect(found.firstCloseCall == expected && expected != nil)
    }
  }

  /// Pairs of tokens come as often as the model alone gives them, though the draft is far from it.
  ///
  /// 20 000 draws: a share p is off by more than five standard deviations once in two million; the
  /// hundred or so likeliest pairs are looked at.
  @Test(arguments: [
    Sampling(temperature: 1), Sampling(temperature: 1.5, topK: 6),
    Sampling(temperature: 1, topP: 0.8),
  ])
  func `draws from the model's own distribution`(sampling: Sampling) throws {
    let V = 37
    let count = 20_000
    let model = Parameters(drawn: try smallConfiguration(), seed: Seed(8))
    let draft = Parameters(drawn: try smallConfiguration(), seed: Seed(11))
    for parameters in [model, draft] {
      for i in 0..<parameters.layout.matrixCount { parameters.values[i] *= 3 }
    }
    let decoder = try decoder(model, draft, ahead: 3)
    var found = [Int](repeating: 0, count: V * V)
    var accepted = 0
    var proposed = 0
    for draw in 0..<count {
      var stream = Seed(77).child(draw).stream()
      let text = try decoder.generate(
        prompt: [5, 6], newTokens: 2, stop: [], sampling: sampling, stream: &stream)
      accepted += text.accepted
      proposed += text.proposed
      found[Int(text.tokens[0]) * V + Int(text.tokens[1])] += 1
    }
    // The draft is neither always kept nor never.
    #expect(accepted > proposed / 10 && accepted < proposed * 9 / 10)
    let expected = try pairs(model, prompt: [5, 6], sampling)
    for (pair, p) in expected.enumerated() where p > 0.001 || found[pair] > 40 {
      let deviation = (p * (1 - p) / Double(count)).squareRoot()
      #expect(abs(Double(found[pair]) / Double(count) - p) < 5 * deviation + 1e-6)
    }
    #expect(zip(found, expected).allSatisfy { $0 == 0 || $1 > 0 })
  }

  /// Probability of every pair of next tokens, from whole forward passes and the definition.
  private func pairs(
    _ parameters: Parameters, prompt: [Int32], _ sampling: Sampling
  ) throws -> [Double] {
    let pass = InferencePass(
      configuration: parameters.configuration, parts: 1, maximumTokensPerPart: 64)
    func next(_ text: [Int32]) throws -> [Double] {
      let logits = try pass.logits(parameters: parameters, batch: Batch(sequences: [text]))
      let row = logits.suffix(37).map { Double($0) / sampling.temperature }
      let top = row.max() ?? 0
      var weights = row.map { exp($0 - top) }
      let ranked = weights.indices.sorted { weights[$0] > weights[$1] }
      if let k = sampling.topK { for v in ranked.dropFirst(k) { weights[v] = 0 } }
      if let mass = sampling.topP {
        let total = weights.reduce(0, +)
        var sum = 0.0
        for v in ranked {
          if sum >= mass * total { weights[v] = 0 }
          sum += weights[v]
        }
      }
      let total = weights.reduce(0, +)
      return weights.map { $0 / total }
    }
    let first = try next(prompt)
    return try first.indices.flatMap { a in
      first[a] == 0
        ? [Double](repeating: 0, count: 37)
        : try next(prompt + [Int32(a)]).map { $0 * first[a] }
    }
  }

  @Test func `a draft with other token ids is refused`() throws {
    let model = try model()
    var other = try smallConfiguration()
    other.vocabularySize += 1
    let draft = Parameters(drawn: other, seed: Seed(1))
    #expect(throws: ModelError.self) { try decoder(model, draft, ahead: 2) }
  }
}
