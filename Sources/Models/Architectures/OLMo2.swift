internal import Checkpoints
internal import Files
internal import Tensors

extension Architecture {
  /// OLMo 2: Llama with norms after attention and feed-forward network instead of before them, and
  /// with queries and keys normed before rotation, all heads of a row at once.
  ///
  /// GGUF keeps Hugging Face's order of rows (OLMo team 2025, "2 OLMo 2 Furious", 2.1).
  static let olmo2 = Architecture(
    modelType: "olmo2", className: "Olmo2ForCausalLM", ggufName: "olmo2",
    names: TensorNames(
      inputNorm: "", middleNorm: "", attentionNorm: "post_attention_layernorm",
      feedForwardNorm: "post_feedforward_layernorm"),
    read: { (own, fields) throws(ModelError) in try own.readOLMo2(&fields) },
    fields: decoderFields(olmo2Defaults),
    complete: { (configuration, keys, checkpoint) throws(CheckpointError) in
      try completeDecoder(&configuration, &keys, checkpoint)
      try keys.refuse("attention.sliding_window")
      configuration["attention_bias"] = false
    },
    extraMetadata: { configuration throws(CheckpointError) in
      if configuration["attention_bias"]?.boolValue == true {
        throw .key(
          file: "config.json", key: "attention_bias", reason: "true has no form in GGUF here")
      }
      return try decoderMetadata(configuration, prefix: "olmo2.")
    })

  private static let olmo2Defaults = Defaults(normEpsilon: 1e-5, sharesNoHeads: true)

  private func readOLMo2(
    _ fields: inout ConfigurationFields
  ) throws(ModelError) -> TransformerConfiguration {
    try fields.require("hidden_act", activation: .silu)
    try fields.require("attention_bias", false)
    var configuration = try decoder(
      &fields, Self.olmo2Defaults)
    try refuseWindows(&fields, count: configuration.layerCount)
    configuration.features.normsInputs = false
    configuration.features.normsRows = true
    configuration.features.normsBranches = true
    return configuration
  }
}
