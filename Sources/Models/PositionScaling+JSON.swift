internal import Files

extension PositionScaling {
  /// Reads `rope_scaling`, or `rope_parameters` of newer files, without its base.
  ///
  /// - Parameters:
  ///   - key: the object's place in `config.json`, for messages.
  ///   - positionCount: `max_position_embeddings`, used if the original length is missing.
  /// - Returns: the scaling, and unknown keys of the object.
  /// - Throws: `ModelError.configuration` for a type that is not supported, or a number that is
  ///   missing or out of bounds.
  static func read(
    _ object: JSON, key: String, positionCount: Int
  ) throws(ModelError) -> (scaling: PositionScaling, unknown: [String]) {
    guard object.objectValue != nil else {
      throw .configuration(key: key, reason: "expected an object, found \(object.kindName)")
    }
    var fields = ConfigurationFields(object.objectValue ?? [:], prefix: key + ".")
    let older = try fields.string("type")
    let newer = try fields.string("rope_type")
    if let newer, let older, newer != older {
      throw fields.wrong("rope_type", "is \(newer.prefix(80)), but type is \(older.prefix(80))")
    }
    let type = newer ?? older ?? "default"
    // The caller reads the base.
    _ = fields.value("rope_theta")
    try fields.require("partial_rotary_factor", 1, 1.0)
    let scaling: PositionScaling
    switch type {
    case "default": scaling = .none
    case "linear":
      scaling = .linear(factor: try fields.positive("factor"))
    case "llama3":
      let low = try fields.positive("low_freq_factor")
      let high = try fields.positive("high_freq_factor")
      guard low < high else {
        throw .configuration(
          key: key + ".high_freq_factor", reason: "expected more than low_freq_factor")
      }
      scaling = .llama3(
        factor: try fields.positive("factor"), low: low, high: high,
        original: try fields.positive("original_max_position_embeddings"))
    case "yarn": scaling = try yarn(&fields, positionCount: positionCount)
    default:
      throw .configuration(
        key: key + ".rope_type",
        reason: "expected default, linear, llama3 or yarn, found \"\(type.prefix(80))\"")
    }
    return (scaling, fields.unknown)
  }

  private static func yarn(
    _ fields: inout ConfigurationFields, positionCount: Int
  ) throws(ModelError) -> PositionScaling {
    let factor = try fields.positive("factor")
    let original = try fields.positive(
      "original_max_position_embeddings", default: Double(positionCount))
    let weight = try fields.number("mscale", default: 0)
    let other = try fields.number("mscale_all_dim", default: 0)
    let derived =
      weight != 0 && other != 0
      ? yarnAmplitude(factor: factor, weight: weight) / yarnAmplitude(factor: factor, weight: other)
      : yarnAmplitude(factor: factor)
    return .yarn(
      factor: factor, original: original, fast: try fields.positive("beta_fast", default: 32),
      slow: try fields.positive("beta_slow", default: 1),
      amplitude: try fields.positive("attention_factor", default: derived),
      truncates: try fields.bool("truncate", default: true))
  }

  /// The value of `rope_scaling`; `nil` for none.
  var json: JSON? {
    switch self {
    case .none: return nil
    case .linear(let factor): return ["rope_type": "linear", "factor": .double(factor)]
    case .llama3(let factor, let low, let high, let original):
      return [
        "rope_type": "llama3", "factor": .double(factor), "low_freq_factor": .double(low),
        "high_freq_factor": .double(high),
        "original_max_position_embeddings": Self.count(original),
      ]
    case .yarn(let factor, let original, let fast, let slow, let amplitude, let truncates):
      var object: JSONObject = [
        "rope_type": "yarn", "factor": .double(factor),
        "original_max_position_embeddings": Self.count(original), "beta_fast": .double(fast),
        "beta_slow": .double(slow), "attention_factor": .double(amplitude),
      ]
      if !truncates { object["truncate"] = false }
      return .object(object)
    }
  }

  /// `transformers` requires an integer here.
  private static func count(_ number: Double) -> JSON {
    Int(exactly: number).map { JSON($0) } ?? .double(number)
  }
}
