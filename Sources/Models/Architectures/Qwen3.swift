internal import Checkpoints
internal import Files
internal import Tensors

extension Architecture {
  /// Qwen3: Llama with norms of the heads of q and k, and its own head width; GGUF keeps Hugging
  /// Face's order of rows.
  static let qwen3 = Architecture(
    modelType: "qwen3", className: "Qwen3ForCausalLM", ggufName: "qwen3",
    read: { (own, fields) throws(ModelError) in try own.readQwen3(&fields) },
    fields: decoderFields(),
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
    })
}

extension Architecture {
  /// Qwen3: Llama with heads normed before rotation and a head width of their own.
  func readQwen3(_ fields: inout ConfigurationFields) throws(ModelError) -> TransformerConfiguration
  {
    try fields.require("hidden_act", activation: .silu)
    guard fields.value("head_dim") != nil else { throw fields.wrong("head_dim", "is missing") }
    var configuration = try decoder(&fields)
    configuration.features.normsHeads = true
    if try fields.bool("attention_bias", default: false) {
      configuration.features.attentionBias = .projectionsAndOutput
    }
    try readQwenWindow(&fields, into: &configuration)
    return configuration
  }
}
