internal import Checkpoints
internal import Files
internal import Tensors

extension Architecture {
  /// Gemma 3, text: norms before and after attention and feed-forward network, norms of the heads
  /// of q and k, most layers with a window and a rotary base of their own.
  ///
  /// Norms multiply by 1 + w; GGUF stores 1 + w. GGUF keeps Hugging Face's order of rows.
  static let gemma3 = Architecture(
    modelType: "gemma3_text", className: "Gemma3ForCausalLM", ggufName: "gemma3", names: .gemma3,
    read: { (own, fields) throws(ModelError) in try own.readGemma3(&fields) },
    fields: decoderFields(gemma3Defaults)
      + [.integer("attention.sliding_window", "sliding_window")],
    transform: { name, _ in name.hasSuffix("norm.weight") ? .minusOne : .none },
    complete: { (configuration, keys, checkpoint) throws(CheckpointError) in
      try completeDecoder(
        &configuration, &keys, checkpoint, activationKey: "hidden_activation",
        activation: "gelu_pytorch_tanh")
      let layers = configuration["num_hidden_layers"]?.intValue ?? 0
      let pattern = try keys.int("attention.sliding_window_pattern") ?? slidingPattern
      guard pattern > 0, (0...1024).contains(layers) else {
        throw keys.wrong("attention.sliding_window_pattern", "is \(pattern)")
      }
      configuration["layer_types"] = JSON(
        (0..<layers).map { ($0 + 1) % pattern == 0 ? "full_attention" : "sliding_attention" }
      ) { JSON($0) }
      configuration["rope_local_base_freq"] = .double(
        try keys.double("rope.freq_base_swa") ?? localRotaryBase)
      configuration["query_pre_attn_scalar"] = JSON(queryScalar(configuration))
      configuration["attention_bias"] = false
      configuration["attn_logit_softcapping"] = .null
      configuration["final_logit_softcapping"] = .null
    },
    extraMetadata: { configuration throws(CheckpointError) in
      for key in ["attn_logit_softcapping", "final_logit_softcapping"]
      where configuration[key] != nil && configuration[key] != .null {
        throw .key(file: "config.json", key: key, reason: "has no form in GGUF here")
      }
      if let scalar = configuration["query_pre_attn_scalar"]?.intValue,
        scalar != queryScalar(configuration)
      {
        throw .key(
          file: "config.json", key: "query_pre_attn_scalar",
          reason: "\(scalar), but readers of GGUF take \(queryScalar(configuration))")
      }
      return try decoderMetadata(configuration, prefix: "gemma3.")
    },
    // llama.cpp lets every sixth layer see all positions, whatever the file says.
    lost: { configuration in
      for (layer, type) in (configuration["layer_types"]?.arrayValue ?? []).enumerated() {
        let expected: JSON =
          (layer + 1) % slidingPattern == 0 ? "full_attention" : "sliding_attention"
        guard type == expected else {
          return (
            "layer_types", "layer \(layer) is \(type.text.prefix(80)), in GGUF \(expected.text)"
          )
        }
      }
      return nil
    })

  private static let gemma3Defaults = Defaults(
    positionCount: 131_072, rotaryBase: 1_000_000, tiesEmbeddings: true)

  /// Every sixth layer sees all positions; GGUF files do not store this (Gemma 3 report, 2025, 2).
  private static let slidingPattern = 6
  /// Rotary base of layers with a window; most GGUF files do not store it.
  private static let localRotaryBase = 10_000.0

  /// Queries are divided by the root of this: the width of a head, but hidden size / heads in the
  /// 27B model (62 layers). GGUF has no key for it.
  private static func queryScalar(_ configuration: JSONObject) -> Int {
    let heads = max(1, configuration["num_attention_heads"]?.intValue ?? 1)
    return configuration["num_hidden_layers"]?.intValue == 62
      ? (configuration["hidden_size"]?.intValue ?? 0) / heads
      : configuration["head_dim"]?.intValue ?? 256
  }
}

extension Architecture {
  /// Gemma 3, text: norms that multiply by 1 + w before and after attention and feed-forward
  /// network, normed heads, scaled embeddings, gates of GELU; most layers attend to a window and
  /// have a rotary base of their own.
  func readGemma3(_ fields: inout ConfigurationFields) throws(ModelError)
    -> TransformerConfiguration
  {
    try fields.require("hidden_activation", activation: .tanhGELU)
    // Gemma's configuration may repeat its activation under the common name.
    try fields.require("hidden_act", activation: .tanhGELU)
    try fields.require("attention_bias", false)
    let positions = try fields.integer(
      "max_position_embeddings", default: Self.gemma3Defaults.positionCount)
    let (rotary, local) = try gemma3Rotary(&fields, positionCount: positions)
    guard fields.value("head_dim") != nil else { throw fields.wrong("head_dim", "is missing") }
    var configuration = try decoder(
      &fields, Self.gemma3Defaults, rotary: rotary)
    configuration.positionCount = positions
    let count = configuration.layerCount
    configuration.features.norm = .rootMeanSquarePlusOne
    configuration.features.activation = .gatedGELU
    configuration.features.normsHeads = true
    configuration.features.normsBranches = true
    configuration.features.scalesEmbeddings = true
    configuration.features.queryScalar = try fields.positive("query_pre_attn_scalar", default: 256)
    configuration.features.window = try window(&fields, default: 4096)
    let listed = try windowedLayers(&fields, count: count)
    let pattern = try windowPattern(&fields, isListed: listed != nil)
    let byPattern = (1...count).map { $0 % (pattern ?? 6) != 0 }
    if pattern != nil, let listed, listed != byPattern {
      throw fields.wrong("layer_types", "says other layers than sliding_window_pattern")
    }
    configuration.features.windowedLayers = listed ?? byPattern
    configuration.features.windowedRotaryBase = local
    return configuration
  }

  /// Every n-th layer sees all positions, n from the file; `nil` if it is missing.
  ///
  /// `transformers` writes `_sliding_window_pattern` into every file but ignores it on reading.
  private func windowPattern(
    _ fields: inout ConfigurationFields, isListed: Bool
  ) throws(ModelError) -> Int? {
    let inert = try fields.integer("_sliding_window_pattern", default: 6)
    guard fields.value("sliding_window_pattern") != nil else {
      guard isListed || inert == 6 else {
        throw fields.wrong(
          "_sliding_window_pattern",
          "is \(inert), which layer_types or sliding_window_pattern should say")
      }
      return nil
    }
    let pattern = try fields.integer("sliding_window_pattern")
    guard pattern >= 1 else { throw fields.wrong("sliding_window_pattern", "is \(pattern)") }
    return pattern
  }

  /// Rotary embedding of the layers that see all positions, and base of the others.
  ///
  /// Newer files have `rope_parameters` for each type of layer, older ones flat fields.
  private func gemma3Rotary(
    _ fields: inout ConfigurationFields, positionCount: Int
  ) throws(ModelError) -> (full: (base: Double, scaling: PositionScaling), local: Double) {
    guard let both = fields.value("rope_parameters"), let full = both["full_attention"],
      let windowed = both["sliding_attention"]
    else {
      let local = try fields.positive("rope_local_base_freq", default: 10_000)
      return (
        try rotary(&fields, base: Self.gemma3Defaults.rotaryBase, positionCount: positionCount),
        local
      )
    }
    let key = "rope_parameters.sliding_attention"
    let read = try PositionScaling.read(
      full, key: "rope_parameters.full_attention", positionCount: positionCount)
    let other = try PositionScaling.read(windowed, key: key, positionCount: positionCount)
    fields.note(unknown: read.unknown + other.unknown)
    guard other.scaling == .none else {
      throw fields.wrong(key, "scales positions of windowed layers: not supported")
    }
    let base = try Self.base(
      within: full, "rope_parameters.full_attention", default: Self.gemma3Defaults.rotaryBase)
    let local = try Self.base(within: windowed, key, default: 10_000)
    guard local > 0 else { throw fields.wrong(key + ".rope_theta", "is \(local)") }
    // Older fields beside the newer ones must agree with them.
    for (name, value) in [("rope_theta", base), ("rope_local_base_freq", local)]
    where fields.value(name) != nil {
      let flat = try fields.number(name)
      guard flat == value else {
        throw fields.wrong("rope_parameters", "has a base of \(value), but \(name) is \(flat)")
      }
    }
    if let flat = fields.value("rope_scaling") {
      let older = try PositionScaling.read(
        flat, key: "rope_scaling", positionCount: positionCount)
      guard older.scaling == read.scaling else {
        throw fields.wrong("rope_scaling", "says something else than rope_parameters")
      }
    }
    return ((base, read.scaling), local)
  }
}

extension TensorNames {
  static let gemma3 = TensorNames(
    middleNorm: "pre_feedforward_layernorm", attentionNorm: "post_attention_layernorm",
    feedForwardNorm: "post_feedforward_layernorm")
}
