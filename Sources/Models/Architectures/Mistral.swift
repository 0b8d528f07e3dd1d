internal import Files

extension ModelFamily {
  /// Mistral: Llama whose layers may all attend to a window; without one, it is a Llama.
  func mistral(_ fields: inout ConfigurationFields) throws(ModelError) -> TransformerConfiguration {
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
