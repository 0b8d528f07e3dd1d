internal import Checkpoints
internal import Files
internal import Tensors

extension Architecture {
  /// Mistral: Llama with a window of attention; GGUF calls it Llama too.
  static let mistral = Architecture(
    modelType: "mistral", className: "MistralForCausalLM", ggufName: llama.ggufName,
    read: { (own, fields) throws(ModelError) in try own.readMistral(&fields) },
    fields: llama.fields, transform: interleaved, complete: llama.complete,
    extraMetadata: llama.extraMetadata,
    // llama.cpp has no window for these; a missing one is 4096.
    lost: { configuration in
      configuration["sliding_window"] == .null
        ? nil
        : (
          "sliding_window",
          "has no form in GGUF: llama.cpp attends to every position -- set it to null if no text is "
            + "longer than the window"
        )
    })
}

extension Architecture {
  /// Mistral: Llama whose layers may all attend to a window; without one, it is a Llama.
  func readMistral(_ fields: inout ConfigurationFields) throws(ModelError)
    -> TransformerConfiguration
  {
    try fields.require("hidden_act", activation: .silu)
    var configuration = try decoder(&fields)
    let count = configuration.layerCount
    let listed = try windowedLayers(&fields, count: count)
    let hasWindow = fields.isMissing("sliding_window") || fields.value("sliding_window") != nil
    if !hasWindow, listed?.contains(true) == true {
      throw fields.wrong("layer_types", "has sliding_attention, but sliding_window is null")
    }
    guard hasWindow, listed?.contains(true) != false else {
      _ = fields.value("sliding_window")
      configuration.family = .llama
      return configuration
    }
    configuration.features.window = try window(&fields, default: 4096)
    configuration.features.windowedLayers = listed ?? [Bool](repeating: true, count: count)
    return configuration
  }
}
