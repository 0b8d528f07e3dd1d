import Kernels
import Models
import Randomness
import Testing

struct `Packed parameters` {
  /// Packing is an order of memory, not of sums.
  @Test(arguments: MatrixEngine.Precision.allCases)
  func `change no bit of a pass`(precision: MatrixEngine.Precision) throws {
    let engine = try MatrixEngine(backend: .native, precision: precision)
    let configuration = try TransformerConfiguration(
      vocabularySize: 131, hiddenSize: 48, intermediateSize: 100, layerCount: 2, headCount: 4,
      keyValueHeadCount: 2, headWidth: 12)
    let parameters = Parameters(drawn: configuration, seed: Seed(3))
    let batch = try Batch(
      samples: [3, 40, 1, 25].map { length in
        (
          tokens: (0...length).map { Int32($0 * 37 % 131) },
          mask: (0...length).map { UInt8($0 == 0 ? 0 : 1) }
        )
      })
    let packed = try #require(PackedParameters(parameters, engine: engine))
    let passes = [nil, packed].map {
      InferencePass(
        configuration: configuration, engine: engine, maximumTokensPerPart: 64, packed: $0)
    }
    let logits = try passes.map { try $0.logits(parameters: parameters, batch: batch) }
    #expect(logits[0] == logits[1])
  }

  @Test func `are for a backend that packs`() throws {
    let configuration = try TransformerConfiguration(
      vocabularySize: 131, hiddenSize: 48, intermediateSize: 100, layerCount: 2, headCount: 4,
      keyValueHeadCount: 2, headWidth: 12)
    let parameters = Parameters(drawn: configuration, seed: Seed(3))
    #expect(PackedParameters(parameters, engine: .openBLAS) == nil)
  }
}
