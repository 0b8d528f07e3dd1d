internal import Files

extension Architecture {
  /// Values for fields missing from `config.json`.
  struct Defaults {
    var positionCount = 2048
    var normEpsilon = 1e-6
    var rotaryBase = 10_000.0
    var tiesEmbeddings = false
    /// Meaning of a missing `num_key_value_heads`: as many as heads, or nothing.
    var sharesNoHeads = false
  }

  /// Reads sizes and positions under the names used by all decoders but GPT-2.
  ///
  /// - Parameters:
  ///   - rotary: base and scaling, if a family stores them in its own way.
  func decoder(
    _ fields: inout ConfigurationFields, _ defaults: Defaults = Defaults(),
    rotary own: (base: Double, scaling: PositionScaling)? = nil
  ) throws(ModelError) -> TransformerConfiguration {
    let heads = try fields.integer("num_attention_heads")
    let hidden = try fields.integer("hidden_size")
    let positions = try fields.integer("max_position_embeddings", default: defaults.positionCount)
    let (base, scaling) =
      if let own { own } else {
        try rotary(&fields, base: defaults.rotaryBase, positionCount: positions)
      }
    var configuration = try TransformerConfiguration(
      vocabularySize: fields.integer("vocab_size"), hiddenSize: hidden,
      intermediateSize: fields.integer("intermediate_size"),
      layerCount: fields.integer("num_hidden_layers"), headCount: heads,
      keyValueHeadCount: fields.integer(
        "num_key_value_heads", default: defaults.sharesNoHeads ? heads : nil),
      headWidth: fields.integer("head_dim", default: heads > 0 ? hidden / heads : 0),
      positionCount: positions,
      normEpsilon: fields.number("rms_norm_eps", default: defaults.normEpsilon),
      rotaryBase: base,
      tiesEmbeddings: fields.bool("tie_word_embeddings", default: defaults.tiesEmbeddings))
    configuration.initializerRange = try fields.number("initializer_range", default: 0.02)
    configuration.family = self
    configuration.scaling = scaling
    return configuration
  }

  /// Base and scaling: side by side, or the base within `rope_parameters` or `rope_scaling`, as in
  /// newer files.
  func rotary(
    _ fields: inout ConfigurationFields, base: Double, positionCount: Int
  ) throws(ModelError) -> (base: Double, scaling: PositionScaling) {
    let old = fields.value("rope_scaling")
    let new = fields.value("rope_parameters")
    var stated: Double?
    if fields.value("rope_theta") != nil { stated = try fields.number("rope_theta") }
    var scaling = PositionScaling.none
    for (key, object) in [("rope_parameters", new), ("rope_scaling", old)] {
      guard let object else { continue }
      let found = try Self.base(within: object, key, default: stated ?? base)
      if let stated, stated != found {
        throw fields.wrong(key, "has a rope_theta of \(found), elsewhere it is \(stated)")
      }
      if object["rope_theta"] != nil { stated = found }
      let read = try PositionScaling.read(object, key: key, positionCount: positionCount)
      fields.note(unknown: read.unknown)
      if scaling != .none, read.scaling != scaling {
        throw fields.wrong(key, "says something else than rope_parameters")
      }
      scaling = read.scaling
    }
    return (stated ?? base, scaling)
  }

  /// `rope_theta` of an object, if present.
  static func base(
    within object: JSON, _ key: String, default other: Double
  ) throws(ModelError) -> Double {
    guard let found = object["rope_theta"], found != .null else { return other }
    guard let number = found.doubleValue else {
      throw .configuration(
        key: key + ".rope_theta", reason: "expected a number, found \(found.text.prefix(80))")
    }
    return number
  }

  /// Which layers attend to a window, from `layer_types`; `nil` if it is missing.
  func windowedLayers(
    _ fields: inout ConfigurationFields, count: Int
  ) throws(ModelError) -> [Bool]? {
    guard let types = fields.value("layer_types") else { return nil }
    guard let list = types.arrayValue, list.count == count else {
      throw fields.wrong("layer_types", "expected a list of \(count), one for each layer")
    }
    var windowed: [Bool] = []
    for type in list {
      switch type {
      case "full_attention": windowed.append(false)
      case "sliding_attention": windowed.append(true)
      default:
        throw fields.wrong(
          "layer_types",
          "expected full_attention or sliding_attention, found \(type.text.prefix(80))")
      }
    }
    return windowed
  }

  /// Refuses layers with a window in a family that has none.
  func refuseWindows(
    _ fields: inout ConfigurationFields, count: Int
  ) throws(ModelError) {
    if try windowedLayers(&fields, count: count)?.contains(true) == true {
      throw fields.wrong("layer_types", "has sliding_attention, which a \(modelType) has not")
    }
  }

  /// A window of at least one key.
  func window(
    _ fields: inout ConfigurationFields, default other: Int
  ) throws(ModelError) -> Int {
    let window = try fields.integer("sliding_window", default: other)
    guard window >= 1 else { throw fields.wrong("sliding_window", "is \(window)") }
    return window
  }
}
