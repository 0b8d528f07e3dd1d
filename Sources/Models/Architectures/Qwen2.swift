internal import Checkpoints
internal import Files
internal import Tensors

extension Architecture {
  /// Qwen2 and Qwen2.5: Llama with biases at q, k and v; GGUF keeps Hugging Face's order of rows.
  static let qwen2 = Architecture(
    modelType: "qwen2", className: "Qwen2ForCausalLM", ggufName: "qwen2",
    read: { (own, fields) throws(ModelError) in try own.readQwen2(&fields) },
    fields: decoderFields(),
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
    })
}

extension Architecture {
  /// Qwen2 and Qwen2.5: Llama with biases of q, k and v; upper layers may attend to a window.
  func readQwen2(_ fields: inout ConfigurationFields) throws(ModelError) -> TransformerConfiguration
  {
    try fields.require("hidden_act", activation: .silu)
    var configuration = try decoder(&fields)
    configuration.features.attentionBias = .projections
    try readQwenWindow(&fields, into: &configuration)
    return configuration
  }

  /// The window applies if `use_sliding_window` says so, from layer `max_window_layers` on or as in
  /// `layer_types`.
  func readQwenWindow(
    _ fields: inout ConfigurationFields, into configuration: inout TransformerConfiguration
  ) throws(ModelError) {
    let first = try fields.integer("max_window_layers", default: 28)
    let listed = try windowedLayers(&fields, count: configuration.layerCount)
    let isUsed = try fields.bool("use_sliding_window", default: false)
    guard isUsed else {
      if listed?.contains(true) == true {
        throw fields.wrong("layer_types", "has sliding_attention, but use_sliding_window is false")
      }
      _ = fields.value("sliding_window")
      return
    }
    // null means no window; a missing one means 4096.
    guard fields.isMissing("sliding_window") || fields.value("sliding_window") != nil else {
      if listed?.contains(true) == true {
        throw fields.wrong("layer_types", "has sliding_attention, but sliding_window is null")
      }
      return
    }
    configuration.features.window = try window(&fields, default: 4096)
    // `max_window_layers` is in every file; as in `transformers`, `layer_types` takes precedence.
    configuration.features.windowedLayers =
      listed ?? (0..<configuration.layerCount).map { $0 >= first }
  }
}
