internal import Files
internal import Tensors

extension Architecture {
  /// Llama 1 to 3, SmolLM2, and Mistral, which differs by a window of attention.
  ///
  /// In GGUF the rows of q and k are in the order of interleaved rotation.
  static let llama = Architecture(
    ggufName: "llama", modelType: "llama", className: "LlamaForCausalLM",
    otherModelTypes: ["mistral"], outer: decoderOuter,
    layer: decoderNorms + decoderProjections + decoderBiases
      + [(gguf: "attn_output.bias", huggingFace: "self_attn.o_proj.bias")]
      + ["gate", "up", "down"].map {
        (gguf: "ffn_\($0).bias", huggingFace: "mlp.\($0)_proj.bias")
      },
    layerPrefix: "model.layers.",
    fields: decoderFields(rotaryBase: 10_000)
      + [.integer("attention.sliding_window", "sliding_window", .nothing)],
    transform: { name, configuration in
      let heads = configuration["num_attention_heads"]?.intValue ?? 1
      switch name {
      case "attn_q.weight", "attn_q.bias": return .rotaryPairs(heads: heads)
      case "attn_k.weight", "attn_k.bias":
        return .rotaryPairs(heads: configuration["num_key_value_heads"]?.intValue ?? heads)
      default: return .none
      }
    },
    complete: { (configuration, keys, checkpoint) throws(CheckpointError) in
      try completeDecoder(&configuration, &keys, checkpoint)
      if configuration["sliding_window"] != nil {
        configuration["model_type"] = "mistral"
        configuration["architectures"] = ["MistralForCausalLM"]
      } else {
        let names = Set(checkpoint.tensors.map(\.name))
        configuration["attention_bias"] = JSON(names.contains("blk.0.attn_q.bias"))
        configuration["mlp_bias"] = JSON(names.contains("blk.0.ffn_gate.bias"))
      }
    },
    extraMetadata: { configuration throws(CheckpointError) in
      try decoderMetadata(configuration, prefix: "llama.")
    },
    inertSuffixes: [".rotary_emb.inv_freq"])
}
