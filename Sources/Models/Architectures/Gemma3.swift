internal import Files
import Kernels

extension ModelFamily {
  /// Gemma 3, text: norms that multiply by 1 + w before and after attention and feed-forward
  /// network, normed heads, scaled embeddings, gates of GELU; most layers attend to a window and
  /// have a rotary base of their own.
  func gemma3(_ fields: inout ConfigurationFields) throws(ModelError) -> TransformerConfiguration {
    try fields.require("hidden_activation", activation: .tanhGELU)
    // Gemma's configuration may repeat its activation under the common name.
    try fields.require("hidden_act", activation: .tanhGELU)
    try fields.require("attention_bias", false)
    let positions = try fields.integer("max_position_embeddings", default: 131_072)
    let (rotary, local) = try gemma3Rotary(&fields, positionCount: positions)
    guard fields.value("head_dim") != nil else { throw fields.wrong("head_dim", "is missing") }
    var configuration = try decoder(
      &fields, Defaults(tiesEmbeddings: true), rotary: rotary)
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

  /// Every which layer sees all positions; `nil` where the file does not say it.
  ///
  /// `transformers` writes `_sliding_window_pattern` into every file and passes over it when it reads.
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

  /// Rotary embedding of the layers that see all positions, and the base of the others.
  ///
  /// Newer files have `rope_parameters` for each type of layer, older ones flat fields.
  private func gemma3Rotary(
    _ fields: inout ConfigurationFields, positionCount: Int
  ) throws(ModelError) -> (full: (base: Double, scaling: PositionScaling), local: Double) {
    guard let both = fields.value("rope_parameters"), let full = both["full_attention"],
      let windowed = both["sliding_attention"]
    else {
      let local = try fields.positive("rope_local_base_freq", default: 10_000)
      return (try rotary(&fields, base: 1_000_000, positionCount: positionCount), local)
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
      within: full, "rope_parameters.full_attention", default: 1_000_000)
    let local = try Self.base(within: windowed, key, default: 10_000)
    guard local > 0 else { throw fields.wrong(key + ".rope_theta", "is \(local)") }
    // Older fields beside the newer ones must say the same.
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
