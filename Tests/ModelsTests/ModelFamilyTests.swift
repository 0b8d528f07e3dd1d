import Files
import Kernels
import ModelSupport
import Models
import Testing

/// What each family's file makes of fields that goldens do not have.
struct `A family's configuration` {
  func read(
    _ name: String, changing fields: [(String, JSON?)] = []
  ) throws -> TransformerConfiguration {
    var object = try GoldenArchitecture(name).configuration
    for (key, value) in fields { object[key] = value }
    let (configuration, unknown) = try TransformerConfiguration.read(.object(object))
    #expect(unknown == [])
    return configuration
  }

  /// The same model in the words of transformers before version 5.
  @Test func `reads older fields as it reads newer ones`() throws {
    let base: [(String, JSON?)] = [("rope_parameters", nil), ("rope_theta", 1000.0)]
    let yarn: JSON = ["type": "yarn", "factor": 4.0, "original_max_position_embeddings": 16]
    #expect(
      try read("llama-yarn", changing: base + [("rope_scaling", yarn)]) == read("llama-yarn"))
    #expect(try read("qwen2", changing: [("layer_types", nil)]) == read("qwen2"))
    let gemma: [(String, JSON?)] = [
      ("rope_parameters", nil), ("rope_theta", 20_000.0), ("rope_local_base_freq", 300.0),
      ("rope_scaling", ["rope_type": "linear", "factor": 2.0]), ("layer_types", nil),
      ("_sliding_window_pattern", nil), ("sliding_window_pattern", 2),
    ]
    #expect(try read("gemma3", changing: gemma) == read("gemma3"))
  }

  @Test func `takes a Mistral without a window for the Llama that it is`() throws {
    let c = try read("mistral", changing: [("sliding_window", .null)])
    #expect(c.family == .llama && c.features == ModelFeatures())
    #expect(try read("mistral").features.window == 7)
    #expect(try read("mistral", changing: [("sliding_window", nil)]).features.window == 4096)
  }

  @Test func `uses a window of Qwen only where it is switched on`() throws {
    let off: [(String, JSON?)] = [("use_sliding_window", false), ("layer_types", nil)]
    #expect(try read("qwen2", changing: off).features.window == nil)
    let none: [(String, JSON?)] = [("sliding_window", .null), ("layer_types", nil)]
    #expect(try read("qwen2", changing: none).features.window == nil)
    let missing: [(String, JSON?)] = [("sliding_window", nil), ("layer_types", nil)]
    #expect(try read("qwen2", changing: missing).features.window == 4096)
  }

  static let faults: [(String, String, JSON?)] = [
    ("mistral", "sliding_window", 0), ("qwen2", "layer_types", ["full_attention"]),
    ("qwen2", "use_sliding_window", false), ("qwen3", "head_dim", nil),
    ("qwen2", "hidden_act", "gelu"), ("gpt2", "activation_function", "relu"),
    ("gpt2", "activation_function", "gelu"), ("gpt2", "scale_attn_by_inverse_layer_idx", true),
    ("gpt2", "n_head", 7), ("gpt2", "add_cross_attention", true),
    ("gemma3", "final_logit_softcapping", 30.0), ("gemma3", "attn_logit_softcapping", 50.0),
    ("gemma3", "hidden_activation", "gelu"), ("gemma3", "query_pre_attn_scalar", 0),
    ("gemma3", "use_bidirectional_attention", true), ("llama-bias", "mlp_bias", "yes"),
    ("qwen2", "num_key_value_heads", nil), ("qwen2", "sliding_window", .null),
  ]

  @Test(arguments: faults)
  func `names a field that it cannot follow`(name: String, key: String, value: JSON?) throws {
    var object = try GoldenArchitecture(name).configuration
    object[key] = value
    let json = JSON.object(object)
    let error = #expect(throws: ModelError.self) { try TransformerConfiguration(json: json) }
    // A list of layers that needs the window is what is named without it.
    let named = value == false || value == .null ? "layer_types" : key
    #expect(error?.description.contains(named) == true)
  }

  /// One default for the reader of `config.json` and for the writer of GGUF.
  @Test(arguments: [nil, .null] as [JSON?])
  func `exports what a missing field means`(value: JSON?) throws {
    try GoldenArchitecture("qwen3").withFolder(changing: [("rms_norm_eps", value)]) { folder in
      let file = try ModelFile(folder)
      #expect(file.configuration.normEpsilon == 1e-6)
      let path = folder + "/out.gguf"
      try file.writeGGUF(to: path, format: .float32, general: [], tokenizer: [])
      #expect(try Float(ModelFile(path).configuration.normEpsilon) == 1e-6)
    }
  }

  @Test(arguments: [
    ("llama-linear", "MistralForCausalLM", true), ("qwen2", "Qwen2MoeForCausalLM", true),
    ("llama-linear", "LlamaForSequenceClassification", false), ("gpt2", "GPT2Model", false),
    ("gemma3", "Gemma3ForConditionalGeneration", false),
  ])
  func `tells where architectures names another family`(
    name: String, class named: String, isOther: Bool
  ) throws {
    let changed: [(String, JSON?)] = [("architectures", [.string(named)])]
    try GoldenArchitecture(name).withFolder(changing: changed) { folder in
      let found = try ModelFile(folder).checkpoint.contradicted
      #expect(found.contains { $0.contains(named) } == isOther)
      if isOther {
        #expect(throws: ModelError.self) { try ModelFile(folder, strict: true) }
      }
    }
  }
}
