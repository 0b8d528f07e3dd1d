internal import Checkpoints
internal import Files
internal import Kernels
internal import Tensors

/// Fields of the decoder that Llama, Mistral, Qwen and Gemma share.
extension Architecture {
  static func decoderFields(_ defaults: Defaults = Defaults()) -> [Field] {
    [
      .integer(
        "context_length", "max_position_embeddings", .otherwise(JSON(defaults.positionCount))),
      .integer("embedding_length", "hidden_size"),
      .integer("block_count", "num_hidden_layers"),
      .integer("feed_forward_length", "intermediate_size"),
      .integer("attention.head_count", "num_attention_heads"),
      .integer("attention.head_count_kv", "num_key_value_heads", .nothing),
      .number(
        "attention.layer_norm_rms_epsilon", "rms_norm_eps",
        .otherwise(.double(defaults.normEpsilon))),
      .number("rope.freq_base", "rope_theta", .value(.double(defaults.rotaryBase))),
    ]
  }

  /// Completes key-value heads, head width, scaling of positions and activation.
  static func completeDecoder(
    _ configuration: inout JSONObject, _ keys: inout ArchitectureKeys, _ checkpoint: Checkpoint,
    activationKey: String = "hidden_act", activation: JSON = "silu"
  ) throws(CheckpointError) {
    let heads = configuration["num_attention_heads"]?.intValue ?? 0
    let hidden = configuration["hidden_size"]?.intValue ?? 0
    guard heads > 0 else { throw keys.wrong("attention.head_count", "is \(heads)") }
    if configuration["num_key_value_heads"] == nil {
      configuration["num_key_value_heads"] = JSON(heads)
    }
    let width = try keys.headWidth(fallback: hidden / heads)
    configuration["head_dim"] = JSON(width)
    configuration[activationKey] = activation
    var scaling = try RotaryScaling.read(&keys)
    if checkpoint.tensor(named: RotaryScaling.tensorName) != nil {
      guard scaling == nil else {
        throw keys.wrong(
          "rope.scaling.type", "stands beside the tensor \(RotaryScaling.tensorName)")
      }
      scaling = try llama3Scaling(
        checkpoint, headWidth: width, base: configuration["rope_theta"]?.doubleValue ?? 0)
    }
    if let scaling { configuration["rope_scaling"] = scaling }
  }

  private static func llama3Scaling(
    _ checkpoint: Checkpoint, headWidth: Int, base: Double
  ) throws(CheckpointError) -> JSON {
    let divisors = try checkpoint.floats(of: RotaryScaling.tensorName, limit: 1 << 12)
    guard
      let scaling = RotaryScaling.llama3(divisors: divisors, headWidth: headWidth, base: base)
    else {
      throw .tensor(
        file: checkpoint.path, name: RotaryScaling.tensorName,
        reason: "its \(divisors.count) divisors are not those of Llama 3 (low 1, high 4, 8192 "
          + "positions); no others are supported")
    }
    return scaling
  }

  /// Metadata for a head's width and scaled positions, from `config.json`.
  static func decoderMetadata(
    _ configuration: JSONObject, prefix: String
  ) throws(CheckpointError) -> [(String, GGUFValue)] {
    var members: [(String, GGUFValue)] = []
    let heads = configuration["num_attention_heads"]?.intValue ?? 0
    let hidden = configuration["hidden_size"]?.intValue ?? 0
    guard heads > 0 else {
      throw .key(file: "config.json", key: "num_attention_heads", reason: "is missing or 0")
    }
    let width = configuration["head_dim"]?.intValue ?? hidden / heads
    guard width > 0, width <= 1 << 16 else {
      throw .key(file: "config.json", key: "head_dim", reason: "is \(width)")
    }
    for key in ["rope.dimension_count", "attention.key_length", "attention.value_length"] {
      members.append((prefix + key, .uint32(UInt32(width))))
    }
    let scaling = configuration["rope_scaling"] ?? configuration["rope_parameters"]
    return try members
      + RotaryScaling.metadata(
        scaling == .null ? nil : scaling, prefix: prefix, file: "config.json")
  }
}

extension Checkpoint {
  /// A small tensor, whole, as floats.
  func floats(of name: String, limit: Int) throws(CheckpointError) -> [Float] {
    let rows = try rows(of: name)
    guard rows.rowCount * rows.columnCount <= limit else {
      throw .tensor(
        file: path, name: name, reason: "more than \(limit) elements, far too many for what it is")
    }
    return rows.floats
  }
}
