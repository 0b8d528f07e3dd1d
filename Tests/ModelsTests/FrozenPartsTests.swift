import Kernels
import ModelSupport
import Models
import Randomness
import Testing

struct `Frozen parts` {
  @Test(
    arguments: [
      ("embeddings", FrozenParts.Part.embeddings), ("readout", .readout), ("norm", .norm),
      ("layers.3", .layers(3...3)), ("layers.0..3", .layers(0...3)),
      ("layers.2..2", .layers(2...2)),
      ("layers", nil), ("layers.", nil), ("layers.3..1", nil), ("layers.1...3", nil),
      ("layers.-1", nil), ("layers.1..", nil), ("layers.+1", nil), ("layers.9999999", nil),
      ("embedding", nil),
    ] as [(String, FrozenParts.Part?)])
  func `have words`(word: String, part: FrozenParts.Part?) {
    #expect(FrozenParts.Part(word) == part)
  }

  @Test func `leave the rest of a range`() {
    let frozen = FrozenRanges([5..<7, 0..<2, 7..<9, 1..<3])
    #expect(frozen.ranges == [0..<3, 5..<9] && frozen.count == 7)
    #expect(frozen.rest(of: 0..<12) == [3..<5, 9..<12])
    #expect(frozen.rest(of: 1..<2) == [])
    #expect(frozen.rest(of: 4..<6) == [4..<5])
    #expect(FrozenRanges.none.rest(of: 3..<4) == [3..<4])
  }

  private func configuration(tied: Bool) throws -> TransformerConfiguration {
    try TransformerConfiguration(
      vocabularySize: 37, hiddenSize: 32, intermediateSize: 48, layerCount: 4, headCount: 4,
      keyValueHeadCount: 2, positionCount: 64, tiesEmbeddings: tied)
  }

  @Test func `of no such layer, or of everything, are refused`() throws {
    let c = try configuration(tied: true)
    for parts in [[.layers(2...4)], [.embeddings, .norm, .layers(0...3)]] as [[FrozenParts.Part]] {
      #expect(throws: ModelError.self) { try FrozenParts(parts).ranges(in: c) }
    }
  }

  static let choices: [[FrozenParts.Part]] = [
    [.embeddings], [.readout], [.norm], [.layers(0...1)], [.layers(3...3)],
    [.embeddings, .layers(0...1)], [.embeddings, .layers(0...3)], [.embeddings, .readout, .norm],
    [.embeddings, .readout, .layers(1...3)],
  ]

  /// What is not frozen has the gradient that it had, to the last bit, although the way to what is
  /// frozen is not gone; the rest has none, and does not move, not even by decay.
  @Test(arguments: choices, [true, false])
  func `stay while the others learn as before`(parts: [FrozenParts.Part], tied: Bool) throws {
    let c = try configuration(tied: tied)
    let frozen = try FrozenParts(parts).ranges(in: c)
    let parameters = Parameters(drawn: c, seed: Seed(3))
    let before = parameters.values.array
    var stream = Seed(5).child("batch").stream()
    let batch = try Batch(
      samples: (0..<6).map { i in
        let tokens = (0..<(3 + i)).map { _ in Int32(stream.uniform(37)) }
        return (tokens: tokens, mask: tokens.map { _ in 1 })
      })
    for (count, isShared) in [(2, false), (3, true)] {
      func gradients(_ frozen: FrozenRanges) throws -> [Float] {
        let pass = TrainingPass(
          configuration: c, parts: count, maximumTokensPerPart: 16, sharesGradient: isShared,
          frozen: frozen)
        for _ in 0..<2 { _ = try pass.step(parameters: parameters, batch: batch) }
        return pass.gradients.array
      }
      let whole = try gradients(.none)
      let found = try gradients(frozen)
      for range in frozen.ranges { #expect(range.allSatisfy { found[$0] == 0 }) }
      for range in frozen.rest(of: 0..<whole.count) {
        #expect(Array(found[range]) == Array(whole[range]))
      }
      let optimizer = AdamWOptimizer(parameterCount: whole.count)
      try optimizer.update(
        parameters, gradients: Floats(found), learningRate: 0.1, frozen: frozen)
      let after = parameters.values.array
      for range in frozen.ranges { #expect(Array(after[range]) == Array(before[range])) }
      #expect(frozen.rest(of: 0..<whole.count).contains { Array(after[$0]) != Array(before[$0]) })
      parameters.values.copy(from: before)
    }
  }

  /// Two operations a weight and token for each gradient that is not made, and the way below.
  @Test func `save operations`() throws {
    let c = try configuration(tied: false)
    let all = c.trainingOperations(rowStarts: [0, 10])
    let layer = Double(c.productWeightCount - 37 * 32) / 4
    func saved(_ parts: [FrozenParts.Part]) throws -> Double {
      all - c.trainingOperations(rowStarts: [0, 10], frozen: try FrozenParts(parts).ranges(in: c))
    }
    #expect(try saved([.embeddings]) == 0)
    #expect(try saved([.readout]) == 2 * 37 * 32 * 10)
    #expect(try saved([.layers(0...1)]) == 2 * 2 * layer * 10)
    // With the embeddings no gradient goes below layer 2: 8 more of each pair of positions.
    #expect(
      try saved([.embeddings, .layers(0...1)]) == 2 * (4 * layer * 10 + 8 * 32 * 10 * 11 / 2))
  }
}
