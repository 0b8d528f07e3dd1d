import Kernels
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
    #expect(throws: ModelError.logits(sequence: 0)) { try generate([[1]]) }
  }
}
