internal import Files

extension ModelFamily {
  /// Qwen3: Llama whose heads are normed before they turn and have a width of their own.
  func qwen3(_ fields: inout ConfigurationFields) throws(ModelError) -> TransformerConfiguration {
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
