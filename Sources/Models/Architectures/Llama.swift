internal import Files

extension ModelFamily {
  /// Llama 1 to 3, SmolLM2.
  func llama(_ fields: inout ConfigurationFields) throws(ModelError) -> TransformerConfiguration {
    try fields.require("hidden_act", activation: .silu)
    var configuration = try decoder(&fields, Defaults(sharesNoHeads: true))
    if try fields.bool("attention_bias", default: false) {
      configuration.features.attentionBias = .projectionsAndOutput
    }
    try refuseWindows(&fields, count: configuration.layerCount)
    configuration.features.hasFeedForwardBias = try fields.bool("mlp_bias", default: false)
    return configuration
  }
}
