internal import Files
internal import Tensors

extension Architecture {
  /// Qwen2 and Qwen2.5: Llama with biases at q, k and v; GGUF keeps Hugging Face's order of rows.
  static let qwen2 = Architecture(
    ggufName: "qwen2", modelType: "qwen2", className: "Qwen2ForCausalLM", otherModelTypes: [],
    outer: decoderOuter, layer: decoderNorms + decoderProjections + decoderBiases,
    layerPrefix: "model.layers.", fields: decoderFields(rotaryBase: 10_000),
    transform: { _, _ in .none },
    complete: { (configuration, keys, checkpoint) throws(CheckpointError) in
      try completeDecoder(&configuration, &keys, checkpoint)
      try keys.refuse("attention.sliding_window")
      configuration["use_sliding_window"] = false
    },
    extraMetadata: { configuration throws(CheckpointError) in
      if configuration["use_sliding_window"]?.boolValue == true {
        throw .key(
          file: "config.json", key: "use_sliding_window", reason: "true has no form in GGUF here")
      }
      return try decoderMetadata(configuration, prefix: "qwen2.")
    },
    inertSuffixes: [".rotary_emb.inv_freq"])
}
