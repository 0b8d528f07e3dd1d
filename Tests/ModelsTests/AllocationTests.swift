import Kernels
import Models
import Randomness
import Testing

/// What a training step asks the heap for, once its memory is laid out. Counts are exact, so they
/// are thresholds; times are not.
struct `The memory of a training step` {
  private func count(
    width: Int = 16, vocabulary: Int = 64, layers: Int = 2, rows: Int = 24,
    loss: any RowLoss = NextToken(), soft: Bool = false
  ) throws -> HeapCount {
    let configuration = try TransformerConfiguration(
      vocabularySize: vocabulary, hiddenSize: width, intermediateSize: 2 * width,
      layerCount: layers, headCount: 2, keyValueHeadCount: 2, headWidth: width / 2,
      positionCount: 64)
    let parameters = Parameters(drawn: configuration, seed: Seed(1))
    let sample = (
      tokens: (0...rows).map { Int32($0 % 37) }, mask: (0...rows).map { UInt8($0 == 0 ? 0 : 1) }
    )
    let batch = try Batch(samples: [sample, sample, sample, sample])
    let values = Floats(zeros: soft ? batch.tokens.count * vocabulary : 0)
    let targets = soft ? LogitTargets(values) : nil
    // Our own products: where many threads multiply at once, OpenBLAS asks for buffers now and
    // then.
    let pass = TrainingPass(
      configuration: configuration, engine: try MatrixEngine(backend: .native, precision: .float32),
      parts: 2, maximumTokensPerPart: 2 * rows)
    func step() throws {
      _ = try pass.step(
        parameters: parameters, batch: batch, loss: loss, targets: targets)
    }
    // Memory is laid out by the first step; the second shows what is left.
    try step()
    try step()
    return try HeapCount.during { try step() }
  }

  /// It must be able to fail.
  @Test func `is counted`() {
    var kept: [[UInt8]] = []
    let found = HeapCount.during {
      for size in [1000, 2000] { kept.append([UInt8](repeating: 1, count: size)) }
    }
    #expect(kept.count == 2)
    #if os(Linux)
      #expect(found.blocks >= 2 && found.bytes >= 3000)
    #endif
    #expect(HeapCount.during {}.blocks == 0)
  }

  /// Lists that grow by doubling may do so once more or less, as their capacity is what the heap
  /// happens to give. The smallest list of activations, of width 16, has 4 * 24 * 16 * 4 = 6144
  /// bytes.
  private func isAlike(_ a: HeapCount, _ b: HeapCount) -> Bool {
    abs(a.blocks - b.blocks) <= 8 && abs(a.bytes - b.bytes) < 4096
  }

  /// Activations, gradients and logits are laid out before: whatever the width, the vocabulary, the
  /// layers or the loss, a step asks for the same few lists of its batch.
  @Test func `does not grow with the model`() throws {
    let small = try count()
    for (name, found) in [
      ("wide", try count(width: 64)), ("many tokens", try count(vocabulary: 512)),
      ("many layers", try count(layers: 6)),
    ] {
      #expect(isAlike(found, small), "\(name): \(found), small \(small)")
    }
    let soft = try count(loss: ForwardDivergence(), soft: true)
    for (name, found) in [
      ("wide", try count(width: 64, vocabulary: 512, loss: ForwardDivergence(), soft: true)),
      ("reverse", try count(loss: ReverseDivergence(), soft: true)),
    ] {
      #expect(isAlike(found, soft), "\(name): \(found), soft \(soft)")
    }
  }

  /// The lists of a batch: for each of its rows tokens, positions, targets and weights, 4 bytes
  /// each in eight lists, which grow by doubling where they are not sized before.
  @Test func `is a few lists of the batch`() throws {
    for rows in [12, 24, 48] {
      let found = try count(rows: rows)
      #expect(found.bytes <= 4 * rows * 8 * 4 * 3 + 16_384, "\(rows) rows: \(found)")
      #expect(found.blocks <= 200, "\(rows) rows: \(found)")
    }
  }
}
