import Decoding
import Foundation
import Kernels
import Models
import Randomness
import Testing
import Tokenization

/// A real teacher, where `Scripts/fetch-smollm2` has put it in place.
struct `SmolLM2-135M-Instruct` {
  static let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("models/smollm2-135m-instruct-q4_1.gguf").path
  static let isThere = FileManager.default.fileExists(atPath: path)

  /// What `transformers` writes with the same weights, dequantised, in float32 (greedy, 24 tokens):
  /// tokenizer, weights, rotary and cache are all right, or this text is another.
  @Test(.enabled(if: isThere, "run Scripts/fetch-smollm2"))
  func `writes what transformers writes`() throws {
    let tokenizer = try Tokenizer(of: Self.path)
    let prompt = tokenizer.encode(Array("The capital of France is".utf8))
    #expect(prompt.count == 5)
    let weights = try DecoderWeights(ModelFile(Self.path), keepingStored: true, threads: 2)
    let written = try Decoder(weights: weights, sequences: 1, positions: 64, threads: 2).generate(
      prompts: [prompt], newTokens: 24, stop: [], sampling: .greedy,
      streams: [Seed(0).stream()])
    let text = String(decoding: try tokenizer.decode(written[0]), as: UTF8.self)
    #expect(text == " Paris.\n\nThe answer is: 2018-01-22 12:1")
  }

  /// Its template is known, and what ends its turn is known to end a text.
  @Test(.enabled(if: isThere, "run Scripts/fetch-smollm2"))
  func `is asked as its chat template has it`() throws {
    let wrapping = try Wrapping(Tokenizer(of: Self.path))
    #expect(wrapping.name == "smollm2")
    let prompt = wrapping.prompt(Array("hi".utf8))
    // system and user turns, closed, and the assistant's opened.
    #expect(prompt.count { $0 == 1 } == 3 && prompt.count { $0 == 2 } == 2)
    #expect(wrapping.endIds.contains(2))
  }
}
