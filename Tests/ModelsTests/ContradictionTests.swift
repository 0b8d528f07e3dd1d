import Checkpoints
import Files
import Foundation
import Kernels
import ModelSupport
import Models
import Tensors
import Testing

/// A configuration and a file that say one thing twice, and differently: whoever believes the first
/// alone computes something else than the other program, without a word.
struct `A model whose parts contradict each other` {
  static let families = ["llama-bias", "mistral", "qwen2", "qwen3", "gpt2", "gemma3"]

  static func embedding(_ golden: GoldenArchitecture) throws -> (name: String, tensor: Tensor) {
    try #require(
      golden.weights.first {
        $0.name.hasSuffix("embed_tokens.weight") || $0.name.hasSuffix("wte.weight")
      })
  }

  /// Opens the golden with a readout of its own beside `tie_word_embeddings`.
  static func withReadout(_ name: String, _ readout: [Float]) throws {
    let golden = try GoldenArchitecture(name)
    let table = try embedding(golden)
    let head = Tensor(shape: table.tensor.shape, elements: .float32(readout))
    let weights = golden.weights.filter { $0.name != "lm_head.weight" } + [("lm_head.weight", head)]
    try golden.withFolder(changing: [("tie_word_embeddings", true)], weights: weights) {
      _ = try ModelFile($0)
    }
  }

  @Test(arguments: families)
  func `is refused for a readout that is not the tied embedding`(name: String) throws {
    let table = try #require(Self.embedding(GoldenArchitecture(name)).tensor.floats)
    try Self.withReadout(name, table)
    var other = table
    other[table.count - 1] += 1
    let error = #expect(throws: ModelError.self) { try Self.withReadout(name, other) }
    let text = "\(try #require(error))"
    #expect(text.contains("tie_word_embeddings") && text.contains("lm_head.weight"), "\(text)")
    #expect(text.contains("config.json") && text.contains("row 28"), "\(text)")
  }

  /// A GGUF file says that a model is tied by having no readout: one that is there is used.
  @Test func `is none in GGUF, whose readout is its own`() throws {
    let golden = try GoldenArchitecture("llama-bias")
    try golden.withGGUF {
      let model = try ModelFile($0)
      #expect(
        model.configuration.tiesEmbeddings == !golden.weights.contains {
          $0.name == "lm_head.weight"
        })
    }
  }

  @Test func `is refused for rotary frequencies of another base`() throws {
    let golden = try GoldenArchitecture("qwen3")
    func open(base: Double) throws {
      let width = 12
      let values = (0..<(width / 2)).map {
        Float(PositionScaling.none.frequencyOfTest(pair: $0, width: width, base: base))
      }
      let tensor = Tensor(shape: [width / 2], elements: .float32(values))
      try golden.withFolder(
        weights: golden.weights + [("model.layers.0.self_attn.rotary_emb.inv_freq", tensor)]
      ) { _ = try ModelFile($0) }
    }
    let base = try golden.withFolder { try ModelFile($0).configuration }
    try #require(base.headWidth == 12)
    try open(base: base.rotaryBase)
    #expect(throws: ModelError.self) { try open(base: base.rotaryBase * 1.01) }
  }

  static let disagreements: [(String, [(String, JSON?)], String)] = [
    ("gemma3", [("sliding_window_pattern", 1)], "layer_types"),
    (
      "gemma3",
      [("layer_types", nil), ("_sliding_window_pattern", 2), ("sliding_window_pattern", nil)],
      "_sliding_window_pattern"
    ),
    (
      "llama-linear", [("layer_types", .array(["sliding_attention", "full_attention"]))],
      "layer_types"
    ),
    ("llama-linear", [("is_causal", false)], "is_causal"),
    ("gemma3", [("hidden_act", "silu")], "hidden_act"),
    ("llama-bias", [("attention_bias", false)], "attention_bias"),
    ("llama-bias", [("mlp_bias", false)], "mlp_bias"),
    ("llama-bias", [("num_hidden_layers", 1)], "num_hidden_layers"),
    (
      "llama-linear",
      [("rope_parameters", ["type": "linear", "rope_type": "yarn", "factor": 2.0])], "rope_type"
    ),
    ("qwen3", [("vocab_size", 28)], "config.json"),
    ("qwen3", [("head_dim", 0)], "config.json"),
  ]

  @Test(arguments: disagreements.indices)
  func `is refused, and both are named`(index: Int) throws {
    let (name, fields, word) = Self.disagreements[index]
    let golden = try GoldenArchitecture(name)
    try golden.withFolder(changing: fields) { folder in
      do {
        _ = try ModelFile(folder)
        Issue.record("\(name) with \(fields) opened")
      } catch {
        #expect("\(error)".contains(word) && "\(error)".contains(folder), "\(error)")
        #expect(!"\(error)".contains("model configuration"), "\(error)")
      }
    }
  }

  /// `attribute_map` of `transformers`: the general names are the same fields.
  @Test func `is not one where GPT-2 has the general names`() throws {
    let golden = try GoldenArchitecture("gpt2")
    let names = [
      ("hidden_size", "n_embd"), ("max_position_embeddings", "n_positions"),
      ("num_attention_heads", "n_head"), ("num_hidden_layers", "n_layer"),
    ]
    let own = try golden.withFolder { try ModelFile($0, strict: true).configuration }
    let renamed = names.flatMap { pair -> [(String, JSON?)] in
      [(pair.0, golden.configuration[pair.1]), (pair.1, nil)]
    }
    let both = names.map { ($0.0, golden.configuration[$0.1]) }
    for fields in [renamed, both] {
      let found = try golden.withFolder(changing: fields) {
        try ModelFile($0, strict: true).configuration
      }
      #expect(found == own)
    }
  }

  /// `transformers` 5 has a window in the layers that `layer_types` lists, in a Mistral too.
  @Test func `is none where a Mistral lists which layers have its window`() throws {
    let golden = try GoldenArchitecture("mistral")
    let count = try golden.withFolder { try ModelFile($0).configuration.layerCount }
    let types = (0..<count).map { JSON($0 == 0 ? "full_attention" : "sliding_attention") }
    try golden.withFolder(changing: [("layer_types", .array(types))]) {
      let features = try ModelFile($0, strict: true).configuration.features
      #expect(features.windowedLayers == (0..<count).map { $0 > 0 })
    }
    try golden.withFolder(changing: [("layer_types", .array(types.map { _ in "full_attention" }))])
    {
      let model = try ModelFile($0, strict: true)
      #expect(model.configuration.family == .llama)
    }
  }

  /// `transformers` takes the general name, whichever stands first; so do we, and say it.
  @Test func `is followed as transformers follows it where GPT-2 has both names`() throws {
    let golden = try GoldenArchitecture("gpt2")
    let fields: [(String, JSON?)] = [
      ("n_head", 1), ("num_attention_heads", golden.configuration["n_head"]),
    ]
    let own = try golden.withFolder { try ModelFile($0).configuration }
    try golden.withFolder(changing: fields) { folder in
      let model = try ModelFile(folder)
      #expect(model.configuration == own)
      let said = try #require(model.checkpoint.contradicted.first)
      #expect(said.contains("num_attention_heads") && said.contains("n_head, which"), "\(said)")
      #expect(throws: ModelError.self) { try ModelFile(folder, strict: true) }
    }
  }

  @Test(arguments: [
    ("llama-bias", "hidden_act", "swish"), ("gpt2", "activation_function", "gelu_fast"),
    ("gemma3", "hidden_activation", "gelu_new"),
  ])
  func `is not one where an activation has another name`(
    name: String, key: String, activation: String
  ) throws {
    try GoldenArchitecture(name).withFolder(changing: [(key, .string(activation))]) {
      _ = try ModelFile($0, strict: true)
    }
  }

  /// Who has a GGUF file has no config.json to look at.
  @Test func `is told of a GGUF file by its own keys`() throws {
    let golden = try GoldenArchitecture("llama-linear")
    try golden.withGGUF { path in
      let bytes = try readFile(path)
      func changed(_ key: String, _ value: UInt32) throws -> String {
        var copy = bytes
        let needle = Array(key.utf8)
        let at = try #require(
          (0..<(copy.count - needle.count)).first {
            copy[$0..<($0 + needle.count)].elementsEqual(needle)
          })
        let place = at + needle.count + 4
        withUnsafeBytes(of: value.littleEndian) {
          copy.replaceSubrange(place..<(place + 4), with: $0)
        }
        let other = path + ".changed.gguf"
        try AtomicFile.write(copy, to: other)
        defer { try? Folder.remove(other) }
        do {
          _ = try ModelFile(other)
          return "opened"
        } catch {
          return "\(error)"
        }
      }
      for (key, value) in [
        ("llama.block_count", UInt32(1_000_000)), ("llama.block_count", 1),
        ("llama.context_length", 0), ("llama.attention.head_count", 1),
        ("llama.embedding_length", 8), ("llama.feed_forward_length", 7),
      ] {
        let text = try changed(key, value)
        #expect(text.contains(key) && !text.contains("config.json"), "\(key) \(value): \(text)")
      }
    }
  }
}

extension PositionScaling {
  /// The frequency of one pair, by the formula of the papers and nothing of ours.
  fileprivate func frequencyOfTest(pair: Int, width: Int, base: Double) -> Double {
    1 / pow(base, 2 * Double(pair) / Double(width))
  }
}
