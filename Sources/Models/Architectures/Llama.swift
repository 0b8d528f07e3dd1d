internal import Files

extension ModelFamily {
  /// Llama 1 to 3, SmolLM2, and Mistral, which may attend to a window only.
  func llama(_ fields: inout ConfigurationFields) throws(ModelError) -> TransformerConfiguration {
    try fields.require("hidden_act", "silu")
    try fields.require("attention_bias", false)
    try fields.require("mlp_bias", false)
    try fields.require("sliding_window")
    return try decoder(&fields, normEpsilon: 1e-6, rotaryBase: 10_000)
  }

  /// Sizes and positions under the names that all decoders but GPT-2 have for them.
  ///
  /// - Parameters: where the file says nothing.
  func decoder(
    _ fields: inout ConfigurationFields, normEpsilon: Double, rotaryBase: Double
  ) throws(ModelError) -> TransformerConfiguration {
    let heads = try fields.integer("num_attention_heads")
    let hidden = try fields.integer("hidden_size")
    let positions = try fields.integer("max_position_embeddings", default: 2048)
    let (base, scaling) = try rotary(&fields, base: rotaryBase, positionCount: positions)
    var configuration = try TransformerConfiguration(
      vocabularySize: fields.integer("vocab_size"), hiddenSize: hidden,
      intermediateSize: fields.integer("intermediate_size"),
      layerCount: fields.integer("num_hidden_layers"), headCount: heads,
      keyValueHeadCount: fields.integer("num_key_value_heads", default: heads),
      headWidth: fields.integer("head_dim", default: heads > 0 ? hidden / heads : 0),
      positionCount: positions, normEpsilon: fields.number("rms_norm_eps", default: normEpsilon),
      rotaryBase: base, tiesEmbeddings: fields.bool("tie_word_embeddings", default: false),
      initializerRange: fields.number("initializer_range", default: 0.02))
    configuration.family = self
    configuration.scaling = scaling
    return configuration
  }

  /// Base and scaling: both beside each other, or under `rope_parameters` in newer files.
  private func rotary(
    _ fields: inout ConfigurationFields, base: Double, positionCount: Int
  ) throws(ModelError) -> (base: Double, scaling: PositionScaling) {
    let old = fields.value("rope_scaling")
    let new = fields.value("rope_parameters")
    var base = base
    if let nested = new?["rope_theta"], nested != .null {
      guard let number = nested.doubleValue else {
        throw fields.wrong("rope_parameters.rope_theta", "expected a number, found \(nested.text)")
      }
      base = number
    }
    base = try fields.number("rope_theta", default: base)
    var scaling = PositionScaling.none
    for (key, object) in [("rope_parameters", new), ("rope_scaling", old)] {
      guard let object else { continue }
      let read = try PositionScaling.read(object, key: key, positionCount: positionCount)
      fields.note(unknown: read.unknown)
      if scaling != .none, read.scaling != scaling {
        throw fields.wrong(key, "says something else than rope_parameters")
      }
      scaling = read.scaling
    }
    return (base, scaling)
  }
}
