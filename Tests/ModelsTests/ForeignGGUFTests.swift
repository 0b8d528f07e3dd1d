import Checkpoints
import Files
import Foundation
import Kernels
import ModelSupport
import Models
import Tensors
import Testing

/// Tiny models that `Scripts/goldens/gguf_models.py` wrote with the gguf library, and the
/// safetensors of `transformers` that they were made of.
struct `A GGUF file of another writer` {
  static let folder =
    URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().path + "/CheckpointsTests/Goldens/Models/"

  func logits(_ path: String, _ tokens: [Int32]) throws -> [Float] {
    let parameters = try ModelFile(path, strict: true).parameters()
    let pass = InferencePass(
      configuration: parameters.configuration, parts: 1, maximumTokensPerPart: 64)
    return try pass.logits(parameters: parameters, batch: Batch(sequences: [tokens]))
  }

  /// Llama 3's scaled positions among them, which are a tensor of divisors there: float32 ones.
  @Test(arguments: ["llama", "llama3", "qwen2", "qwen3", "gpt2", "gemma3"])
  func `is the model that transformers has`(name: String) throws {
    let (tensors, metadata) = try Safetensors.decode(
      readFile(Self.folder + name + ".safetensors"), named: name)
    let config = metadata.first { $0.0 == "config" }
    let place = FileManager.default.temporaryDirectory
      .appendingPathComponent("retort-\(UUID())").path
    try Folder.make(place)
    defer { try? FileManager.default.removeItem(atPath: place) }
    try AtomicFile.write(try #require(config).1, to: place + "/config.json")
    try AtomicFile.write(Safetensors.encode(tensors), to: place + "/model.safetensors")
    let tokens: [Int32] = [3, 1, 4, 1, 5, 9, 2, 6]
    let expected = try logits(place, tokens)
    let found = try logits(Self.folder + name + ".gguf", tokens)
    // Norms that had 1 added and taken away; numbers of config.json that are float32 in GGUF.
    #expect(mismatch(found, expected, tolerance: 2e-5) == nil)
    #expect(Set(found).count > tokens.count)
  }
}
