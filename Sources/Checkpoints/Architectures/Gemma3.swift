internal import Files
internal import Tensors

extension Architecture {
  /// Gemma 3, text: norms before and after attention and feed-forward network, norms of the heads
  /// of q and k, most layers with a window and a rotary base of their own.
  ///
  /// Norms multiply by 1 + w; GGUF has that 1 added already. GGUF keeps Hugging Face's order of rows.
  static let gemma3 = Architecture(
    ggufName: "gemma3", modelType: "gemma3_text", className: "Gemma3ForCausalLM",
    otherModelTypes: [], outer: decoderOuter,
    layer: decoderProjections + decoderHeadNorms + [
      (gguf: "attn_norm.weight", huggingFace: "input_layernorm.weight"),
      (gguf: "post_attention_norm.weight", huggingFace: "post_attention_layernorm.weight"),
      (gguf: "ffn_norm.weight", huggingFace: "pre_feedforward_layernorm.weight"),
      (gguf: "post_ffw_norm.weight", huggingFace: "post_feedforward_layernorm.weight"),
    ],
    layerPrefix: "model.layers.",
    fields: decoderFields(rotaryBase: 1_000_000)
      + [.integer("attention.sliding_window", "sliding_window")],
    transform: { name, _ in name.hasSuffix("norm.weight") ? .minusOne : .none },
    complete: { (configuration, keys, checkpoint) throws(CheckpointError) in
      try completeDecoder(
        &configuration, &keys, checkpoint, activationKey: "hidden_activation",
        activation: "gelu_pytorch_tanh")
      let layers = configuration["num_hidden_layers"]?.intValue ?? 0
      let pattern = try keys.int("attention.sliding_window_pattern") ?? slidingPattern
      guard pattern > 0, (0...1024).contains(layers) else {
        throw keys.wrong("attention.sliding_window_pattern", "is \(pattern)")
      }
      configuration["layer_types"] = JSON(
        (0..<layers).map { ($0 + 1) % pattern == 0 ? "full_attention" : "sliding_attention" }
      ) { JSON($0) }
      configuration["rope_local_base_freq"] = .double(
        try keys.double("rope.freq_base_swa") ?? localRotaryBase)
      configuration["query_pre_attn_scalar"] = JSON(queryScalar(configuration))
      configuration["attention_bias"] = false
      configuration["attn_logit_softcapping"] = .null
      configuration["final_logit_softcapping"] = .null
    },
    extraMetadata: { configuration throws(CheckpointError) in
      for key in ["attn_logit_softcapping", "final_logit_softcapping"]
      where configuration[key] != nil && configuration[key] != .null {
        throw .key(file: "config.json", key: key, reason: "has no form in GGUF here")
      }
      if let scalar = configuration["query_pre_attn_scalar"]?.intValue,
        scalar != queryScalar(configuration)
      {
        throw .key(
          file: "config.json", key: "query_pre_attn_scalar",
          reason: "\(scalar), but readers of GGUF take \(queryScalar(configuration))")
      }
      return try decoderMetadata(configuration, prefix: "gemma3.")
    },
    inertSuffixes: [".rotary_emb.inv_freq"])

  /// Every sixth layer sees all positions; GGUF files do not say so (Gemma 3 report, 2025, 2).
  private static let slidingPattern = 6
  /// Rotary base of layers with a window; most GGUF files do not say it.
  private static let localRotaryBase = 10_000.0

  /// What queries are divided by the root of: the width of a head, but in the 27B model (62 layers)
  /// hidden size / heads. GGUF has no key for it.
  private static func queryScalar(_ configuration: JSONObject) -> Int {
    let heads = max(1, configuration["num_attention_heads"]?.intValue ?? 1)
    return configuration["num_hidden_layers"]?.intValue == 62
      ? (configuration["hidden_size"]?.intValue ?? 0) / heads
      : configuration["head_dim"]?.intValue ?? 256
  }
}
