import Checkpoints
import Decoding
import Files
import Foundation
import Kernels
import ModelSupport
import Models
import Randomness
import Tensors
import Testing

struct `Weights for decoding` {
  static let tokens: [Int32] = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3, 2, 3, 8, 4]

  func logits(_ weights: DecoderWeights) -> [Float] {
    Decoder(weights: weights, sequences: 1, positions: 32).logits(of: Self.tokens)
  }

  /// A few rows at a time through a file are what all parameters in memory are.
  @Test(arguments: ["llama-bias", "qwen3", "gpt2", "gemma3"], WeightFormat.allCases)
  func `are the same from a file and from parameters`(name: String, format: WeightFormat) throws {
    let golden = try GoldenArchitecture(name)
    try golden.withFolder { folder in
      let file = try ModelFile(folder)
      let expected = logits(DecoderWeights(try file.parameters(), format: format))
      for threads in [1, 3] {
        let found = logits(try DecoderWeights(file, format: format, threads: threads))
        #expect(found == expected)
      }
    }
  }

  /// Matrices and norms that lie in GGUF as the engine wants them are read as they lie: the same
  /// bits as through Hugging Face's order, which is turned twice.
  @Test(arguments: ["gpt2", "llama-bias"])
  func `are the same from GGUF`(name: String) throws {
    let golden = try GoldenArchitecture(name)
    let expected = logits(DecoderWeights(try golden.load()))
    try golden.withGGUF { path in
      let file = try ModelFile(path)
      #expect(
        try file.parameters(threads: 2).layout.tensors.contains(where: file.isTurned) == false)
      #expect(logits(try DecoderWeights(file, threads: 2)) == expected)
    }
  }

  /// A tied and an untied model whose matrices lie in Q8_0; rows of q and k in another order, gates
  /// and ups that end within a panel.
  @Test(arguments: [true, false])
  func `in a file's own bits give what the dequantised ones give`(tied: Bool) throws {
    let configuration = try TransformerConfiguration(
      vocabularySize: 70, hiddenSize: 64, intermediateSize: 96, layerCount: 2, headCount: 4,
      keyValueHeadCount: 2, headWidth: 16, positionCount: 64, tiesEmbeddings: tied)
    let parameters = Parameters(drawn: configuration, seed: Seed(4))
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("retort-\(UUID()).gguf").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let architecture = try #require(Architecture.named(modelType: "llama"))
    var entries: [GGUFWriter.Entry] = []
    var floats: [String: Floats] = [:]
    for tensor in parameters.layout.tensors {
      let found = try #require(
        architecture.exported(
          tensor.name, parameters[tensor].array, shape: tensor.shape,
          configuration: configuration.json))
      entries.append(
        GGUFWriter.Entry(
          name: found.name, shape: found.shape, format: tensor.isMatrix ? .q8_0 : .float32))
      floats[found.name] = Floats(found.weights)
    }
    try GGUFWriter.write(
      to: path, metadata: architecture.metadata(of: configuration.json), tensors: entries
    ) { try #require(floats[$0.name]) }
    let file = try ModelFile(path)
    let exact = DecoderWeights(try file.parameters())
    let kept = try DecoderWeights(file, keepingStored: true, threads: 2)
    #expect(logits(kept) == logits(exact))
    // 34 bytes for 32 weights and not 128; panels of 64 rows that are not full take the rest.
    #expect(kept.byteCount * 3 < exact.byteCount)
  }
}
