internal import Files
internal import Tensors

extension Architecture {
  /// Qwen3: Llama with norms of the heads of q and k, and a head's width of its own; GGUF keeps
  /// Hugging Face's order of rows.
  static let qwen3 = Architecture(
    ggufName: "qwen3", modelType: "qwen3", className: "Qwen3ForCausalLM", otherModelTypes: [],
    outer: decoderOuter, layer: decoderNorms + decoderProjections + decoderHeadNorms,
    layerPrefix: "model.layers.", fields: decoderFields(rotaryBase: 10_000),
    transform: { _, _ in .none },
    complete: { (configuration, keys, checkpoint) throws(CheckpointError) in
      try completeDecoder(&configuration, &keys, checkpoint)
      try keys.refuse("attention.sliding_window")
      configuration["attention_bias"] = false
      configuration["use_sliding_window"] = false
    },
    extraMetadata: { configuration throws(CheckpointError) in
      for key in ["use_sliding_window", "attention_bias"]
      where configuration[key]?.boolValue == true {
        throw .key(file: "config.json", key: key, reason: "true has no form in GGUF here")
      }
      return try decoderMetadata(configuration, prefix: "qwen3.")
    },
    inertSuffixes: [".rotary_emb.inv_freq"])
}
