import Decoding
import Kernels
import ModelSupport
import Models
import Randomness
import Testing

struct `Cached decoding` {
  static let prompts: [[Int32]] = [[1], [2, 3, 4, 5, 6], [7, 8], [9, 10, 11], [12]]

  func model() throws -> Parameters {
    // Larger weights than fresh ones, so that choices are clear-cut.
    let parameters = Parameters(drawn: try smallConfiguration(), seed: Seed(8))
    let matrices = parameters.layout.matrixCount
    let values = parameters.values.array
    parameters.values.copy(
      from: values.enumerated().map { $0.offset < matrices ? $0.element * 8 : $0.element })
    return parameters
  }

  /// The whole text through the model again for every token.
  func greedyReference(_ parameters: Parameters, _ prompt: [Int32], newTokens: Int, stop: Int32)
    throws -> [Int32]
  {
    let pass = InferencePass(
      configuration: parameters.configuration, parts: 1, maximumTokensPerPart: 64)
    var text = prompt
    while text.count - prompt.count < newTokens {
      let logits = try pass.logits(parameters: parameters, batch: Batch(sequences: [text]))
      let row = Array(logits.suffix(37))
      let best = row.indices.reduce(0) { row[$1] > row[$0] ? $1 : $0 }
      text.append(Int32(best))
      if best == stop { break }
    }
    return Array(text.dropFirst(prompt.count))
  }

  @Test(arguments: Dispatch.available)
  func `greedy decoding with a cache writes what the whole model would`(
    set: InstructionSet
  ) throws {
    let parameters = try model()
    try Dispatch.using(set) {
      // Two at a time: prompts of different lengths, an odd one at the end.
      let decoder = Decoder(parameters: parameters, sequences: 2, positions: 40)
      let free = try Self.prompts.map {
        try greedyReference(parameters, $0, newTokens: 20, stop: -1)
      }
      // A token that some sequence writes in the middle stops it: others go on without it.
      let stop = free[1][7]
      let expected = try Self.prompts.map {
        try greedyReference(parameters, $0, newTokens: 20, stop: stop)
      }
      #expect(Set(expected.map(\.count)).count > 1)
      let found = try decoder.generate(
        prompts: Self.prompts, newTokens: 20, stop: [stop], sampling: .greedy,
        streams: Self.prompts.indices.map { Seed(1).child($0).stream() })
      #expect(found == expected)
    }
  }

  @Test func `a text ends at the last position`() throws {
    let parameters = try model()
    let decoder = Decoder(parameters: parameters, sequences: 4, positions: 16)
    let found = try decoder.generate(
      prompts: [[1, 2, 3]], newTokens: 100, stop: [], sampling: .greedy,
      streams: [Seed(1).stream()])
    // The sixteenth token is fed at position 15; its successor needs none.
    #expect(found[0].count == 14)
  }

  @Test func `sampled texts follow their own streams`() throws {
    let parameters = Parameters(drawn: try smallConfiguration(), seed: Seed(8))
    let decoder = Decoder(parameters: parameters, sequences: 3, positions: 32)
    func write(_ seeds: [Int]) throws -> [[Int32]] {
      try decoder.generate(
        prompts: seeds.map { _ in [5, 6] }, newTokens: 12, stop: [],
        sampling: Sampling(temperature: 1),
        streams: seeds.map { Seed(2).child($0).stream() })
    }
    let first = try write([0, 1, 2])
    #expect(try write([0, 1, 2]) == first)
    #expect(Set(first).count == 3)
    #expect(try write([2, 0, 1]) == [first[2], first[0], first[1]])
  }

  /// Prompts of 1 to 40 tokens, so that some are longer than a step has room beside others.
  static func manyPrompts(_ count: Int) -> [[Int32]] {
    (0..<count).map { (i: Int) -> [Int32] in
      let length = 1 + i * 13 % 40
      return (0..<length).map { (t: Int) -> Int32 in Int32((t * 7 + i * 5) % 37) }
    }
  }

  /// Texts of one prompt must not depend on what else is written, nor on the order, nor on how many
  /// are worked on at once, nor on the threads: every sum has one order.
  @Test(arguments: WeightFormat.allCases)
  func `a text depends on its prompt and stream alone`(format: WeightFormat) throws {
    let parameters = Parameters(drawn: try smallConfiguration(), seed: Seed(8))
    let weights = DecoderWeights(parameters, format: format)
    let prompts = Self.manyPrompts(23)
    // Sequences end at different lengths: places are filled again at different times.
    func write(_ order: [Int], sequences: Int, threads: Int) throws -> [[Int32]] {
      let decoder = Decoder(
        weights: weights, sequences: sequences, positions: 60, threads: threads)
      let texts = try decoder.generate(
        prompts: order.map { prompts[$0] }, newTokens: 18, stop: [3, 11],
        sampling: Sampling(temperature: 1.5, topK: 20),
        streams: order.map { Seed(2).child($0).stream() })
      var result = [[Int32]](repeating: [], count: prompts.count)
      for (i, text) in zip(order, texts) { result[i] = text }
      return result
    }
    let order = Array(prompts.indices)
    let alone = try order.map { i in try write([i], sequences: 1, threads: 1)[i] }
    #expect(Set(alone.map(\.count)).count > 3)
    for (sequences, threads) in [(1, 2), (2, 1), (7, 2), (7, 3), (23, 1), (64, 2)] {
      #expect(
        try write(order, sequences: sequences, threads: threads) == alone,
        "\(sequences) sequences, \(threads) threads")
      #expect(
        try write(order.reversed(), sequences: sequences, threads: threads) == alone)
    }
  }

  /// More rows than one step takes: 400 tokens of prompts at once.
  @Test func `prompts longer than a step are read in pieces`() throws {
    let configuration = try TransformerConfiguration(
      vocabularySize: 37, hiddenSize: 32, intermediateSize: 48, layerCount: 2, headCount: 4,
      keyValueHeadCount: 2, positionCount: 512)
    let parameters = Parameters(drawn: configuration, seed: Seed(8))
    let prompts = [250, 400, 3].map { (n: Int) -> [Int32] in
      (0..<n).map { (t: Int) -> Int32 in Int32(t * t % 37) }
    }
    let pass = InferencePass(configuration: configuration, parts: 1, maximumTokensPerPart: 512)
    let decoder = Decoder(parameters: parameters, sequences: 3, positions: 500, threads: 2)
    let found = try decoder.generate(
      prompts: prompts, newTokens: 1, stop: [], sampling: .greedy,
      streams: prompts.map { _ in Seed(1).stream() })
    for (prompt, text) in zip(prompts, found) {
      let logits = try pass.logits(parameters: parameters, batch: Batch(sequences: [prompt]))
      let row = Array(logits.suffix(37))
      #expect(text == [Int32(row.indices.reduce(0) { row[$1] > row[$0] ? $1 : $0 })])
    }
  }

  /// Greedy choices of rounded weights may differ from those of exact ones only where the two
  /// likeliest are near: what they chose is among the likeliest of the exact model, its logit
  /// within a hundredth of the spread of the logits for each of two layers' roundings.
  @Test(arguments: [WeightFormat.bfloat16, .q8_0])
  func `rounded weights choose what is nearly the likeliest`(format: WeightFormat) throws {
    let parameters = try model()
    let decoder = Decoder(parameters: parameters, format: format, sequences: 5, positions: 40)
    let texts = try decoder.generate(
      prompts: Self.prompts, newTokens: 20, stop: [], sampling: .greedy,
      streams: Self.prompts.map { _ in Seed(1).stream() })
    let pass = InferencePass(
      configuration: parameters.configuration, parts: 1, maximumTokensPerPart: 64)
    for (prompt, text) in zip(Self.prompts, texts) {
      let logits = try pass.logits(
        parameters: parameters, batch: Batch(sequences: [prompt + text.dropLast()]))
      for (i, token) in text.enumerated() {
        let first = (prompt.count - 1 + i) * 37
        let row = Array(logits[first..<(first + 37)])
        let top = row.reduce(-.infinity, max), bottom = row.reduce(.infinity, min)
        #expect(row[Int(token)] >= top - 0.05 * (top - bottom))
      }
    }
  }

  @Test func `untied models read their own readout`() throws {
    let parameters = Parameters(drawn: try smallConfiguration(tied: false), seed: Seed(8))
    let decoder = Decoder(parameters: parameters, sequences: 2, positions: 40, threads: 2)
    let found = try decoder.generate(
      prompts: Self.prompts, newTokens: 8, stop: [], sampling: .greedy,
      streams: Self.prompts.map { _ in Seed(1).stream() })
    let expected = try Self.prompts.map {
      try greedyReference(parameters, $0, newTokens: 8, stop: -1)
    }
    #expect(found == expected)
  }

  @Test func `bad prompts and damaged weights are errors`() throws {
    let parameters = try model()
    let decoder = Decoder(parameters: parameters, sequences: 2, positions: 8)
    func generate(_ prompts: [[Int32]]) throws -> [[Int32]] {
      try decoder.generate(
        prompts: prompts, newTokens: 3, stop: [], sampling: .greedy,
        streams: prompts.map { _ in Seed(1).stream() })
    }
    #expect(throws: ModelError.sequenceLength(sequence: 1, length: 0, limit: 8)) {
      try generate([[1], []])
    }
    #expect(throws: ModelError.sequenceLength(sequence: 0, length: 9, limit: 8)) {
      try generate([[Int32](repeating: 1, count: 9)])
    }
    #expect(throws: ModelError.self) { try generate([[37]]) }
    parameters["model.norm.weight"]?[0] = .nan
    for format in WeightFormat.allCases {
      let damaged = Decoder(
        parameters: parameters, format: format, sequences: 2, positions: 8, threads: 2)
      #expect(throws: ModelError.logits(sequence: 0)) {
        try damaged.generate(
          prompts: [[1], [2]], newTokens: 3, stop: [], sampling: .greedy,
          streams: [Seed(1).stream(), Seed(2).stream()])
      }
    }
  }
}
