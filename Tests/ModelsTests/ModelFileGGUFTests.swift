import Checkpoints
import Files
import Foundation
import Kernels
import ModelSupport
import Models
import Tensors
import Testing

/// What is written is what a reader computes, or is not written.
struct `A model file written as GGUF` {
  private func write(
    _ name: String, changing fields: [(String, JSON?)] = [],
    _ body: (_ path: String, _ model: ModelFile) throws -> Void = { _, _ in }
  ) throws {
    let golden = try GoldenArchitecture(name)
    try golden.withFolder(changing: fields) { folder in
      let model = try ModelFile(folder)
      let path = folder + "/out.gguf"
      defer {
        let left = (try? Folder.names(in: folder).filter { $0.contains("tmp") }) ?? []
        #expect(left.isEmpty, "\(left)")
      }
      try model.writeGGUF(
        to: path, format: .float32, general: [("general.name", .string("tiny"))],
        tokenizer: [("tokenizer.ggml.model", .string("no_vocab"))])
      try body(path, model)
    }
  }

  @Test(arguments: ["llama-linear", "llama-yarn", "llama-bias", "gpt2", "qwen3"])
  func `gives its logits back`(name: String) throws {
    let golden = try GoldenArchitecture(name)
    try write(name) { path, model in
      func logits(_ file: ModelFile) throws -> [Float] {
        try InferencePass(
          configuration: file.configuration, parts: 1, maximumTokensPerPart: 64
        ).logits(parameters: file.parameters(), batch: golden.batch)
      }
      let (own, read) = (try logits(model), try logits(ModelFile(path)))
      #expect(zip(own, read).allSatisfy { abs($0 - $1) < 1e-4 })
    }
  }

  /// A window of 7 keys; transformers' own default of 4096; a window that Llama has not.
  @Test func `has no window of Mistral's`() throws {
    for change: [(String, JSON?)] in [[], [("sliding_window", nil)]] {
      let error = #expect(throws: CheckpointError.self) { try write("mistral", changing: change) }
      #expect(error?.description.contains("sliding_window") == true)
    }
    try write("mistral", changing: [("sliding_window", .null)]) { path, _ in
      let features = try ModelFile(path).configuration.features
      #expect(features == ModelFeatures())
    }
    try write("llama-linear", changing: [("sliding_window", 7)]) { path, _ in
      let window = try ModelFile(path).configuration.features.window
      #expect(window == nil)
    }
  }

  /// Each changes what is computed, and no key of GGUF says so.
  @Test(arguments: [
    ("attention_factor", JSON(1.0)), ("truncate", JSON(false)), ("mscale", JSON(0.7)),
  ])
  func `is refused where a reader would compute something else`(key: String, value: JSON) throws {
    var rotary = try #require(
      GoldenArchitecture("llama-yarn").configuration["rope_parameters"]?.objectValue)
    rotary[key] = value
    if key == "mscale" { rotary["mscale_all_dim"] = 1.3 }
    let error = #expect(throws: ModelError.self) {
      try write("llama-yarn", changing: [("rope_parameters", .object(rotary))])
    }
    #expect(error?.description.contains("a reader would take") == true)
  }

  @Test func `replaces nothing`() throws {
    try write("gpt2") { path, model in
      #expect(throws: FileError.exists(path: path)) {
        try model.writeGGUF(to: path, format: .float32, general: [], tokenizer: [])
      }
    }
  }
}
