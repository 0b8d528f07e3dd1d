internal import Checkpoints
internal import Files
internal import Tensors

extension Architecture {
  /// Llama 1 to 3, SmolLM2.
  ///
  /// GGUF stores the rows of q and k in the order of interleaved rotation.
  package static let llama = Architecture(
    modelType: "llama", className: "LlamaForCausalLM", ggufName: "llama",
    read: { (own, fields) throws(ModelError) in try own.readLlama(&fields) },
    fields: decoderFields(llamaDefaults)
      + [.integer("attention.sliding_window", "sliding_window", .nothing)],
    transform: interleaved,
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
    })

  private static let llamaDefaults = Defaults(sharesNoHeads: true)

  /// Rows of q and k in the order in which neighbours are rotated together.
  @Sendable
  static func interleaved(_ name: String, _ configuration: JSONObject) -> TensorTransform {
    let heads = configuration["num_attention_heads"]?.intValue ?? 1
    switch name {
    case "attn_q.weight", "attn_q.bias": return .rotaryPairs(heads: heads)
    case "attn_k.weight", "attn_k.bias":
      return .rotaryPairs(heads: configuration["num_key_value_heads"]?.intValue ?? heads)
    default: return .none
    }
  }
}

extension Architecture {
  /// Llama 1 to 3, SmolLM2.
  func readLlama(_ fields: inout ConfigurationFields) throws(ModelError) -> TransformerConfiguration
  {
    try fields.require("hidden_act", activation: .silu)
    var configuration = try decoder(&fields, Self.llamaDefaults)
    if try fields.bool("attention_bias", default: false) {
      configuration.features.attentionBias = .projectionsAndOutput
    }
    try refuseWindows(&fields, count: configuration.layerCount)
    configuration.features.hasFeedForwardBias = try fields.bool("mlp_bias", default: false)
    return configuration
  }
}
