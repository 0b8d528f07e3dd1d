internal import Files

extension ModelFamily {
  /// Mistral: Llama whose layers may all attend to a window; without one, it is a Llama.
  func mistral(_ fields: inout ConfigurationFields) throws(ModelError) -> TransformerConfiguration {
    try fields.require("hidden_act", activation: .silu)
    var configuration = try decoder(&fields)
    guard fields.isMissing("sliding_window") || fields.value("sliding_window") != nil else {
      configuration.family = .llama
      return configuration
    }
    configuration.features.window = try window(&fields, default: 4096)
    configuration.features.windowedLayers = [Bool](
      repeating: true, count: configuration.layerCount)
    return configuration
  }
}
