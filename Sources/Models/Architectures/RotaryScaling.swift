internal import Checkpoints
internal import Files
internal import Tensors

#if canImport(Glibc)
  internal import Glibc
#endif

/// Contexts longer than in training: `rope_scaling` of `config.json`, and its GGUF equivalent: keys
/// under `rope.scaling.`, or for Llama 3 a tensor of divisors.
public enum RotaryScaling {
  /// Divisors of the inverse frequencies, one for each pair of a head: the form of Llama 3's
  /// scaling.
  public static let tensorName = "rope_freqs.weight"

  /// `rope_scaling` from the keys under `rope.scaling.`; `nil` for none.
  static func read(_ keys: inout ArchitectureKeys) throws(CheckpointError) -> JSON? {
    let type = try keys.string("rope.scaling.type")
    let factor = try keys.double("rope.scaling.factor")
    let original = try keys.int("rope.scaling.original_context_length")
    // Its name before 2023-10.
    let old = try keys.double("rope.scale_linear")
    if let factor, let old, factor != old, factor != 0, old != 0 {
      throw keys.wrong("rope.scaling.factor", "is \(factor), but rope.scale_linear is \(old)")
    }
    try keys.refuse("rope.scaling.attn_factor", unless: 0, 1)
    keys.ignore("rope.scaling.finetuned")
    switch type {
    case "none"?: return nil
    // As in llama.cpp, a factor without a type is linear.
    case nil where factor ?? old == nil || factor == 0: return nil
    case nil, "linear"?:
      guard let factor = factor ?? old, factor > 0 else {
        throw keys.wrong("rope.scaling.factor", "is missing or not above 0")
      }
      return factor == 1 ? nil : ["rope_type": "linear", "factor": .double(factor)]
    case "yarn"?:
      guard let factor, factor > 0 else {
        throw keys.wrong("rope.scaling.factor", "is missing or not above 0")
      }
      guard let original, original > 0 else {
        throw keys.wrong("rope.scaling.original_context_length", "is missing or not above 0")
      }
      var scaling: JSONObject = [
        "rope_type": "yarn", "factor": .double(factor),
        "original_max_position_embeddings": JSON(original),
      ]
      // llama.cpp multiplies by 1 / factor^ext; Hugging Face's names for the two ramps' ends.
      if let fast = try keys.double("rope.scaling.yarn_beta_fast") {
        scaling["beta_fast"] = .double(fast)
      }
      if let slow = try keys.double("rope.scaling.yarn_beta_slow") {
        scaling["beta_slow"] = .double(slow)
      }
      try keys.refuse("rope.scaling.yarn_log_multiplier", unless: 0)
      try keys.refuse("rope.scaling.yarn_ext_factor", unless: 1)
      try keys.refuse("rope.scaling.yarn_attn_factor", unless: 1)
      return .object(scaling)
    case let type?:
      throw keys.wrong(
        "rope.scaling.type",
        "is \(CheckpointError.quoted(type)), supported are none, linear and yarn")
    }
  }

  /// The reverse of `read`, without Llama 3's tensor of divisors.
  static func metadata(
    _ scaling: JSON?, prefix: String, file: String
  ) throws(CheckpointError) -> [(String, GGUFValue)] {
    let type = scaling?["rope_type"] ?? scaling?["type"] ?? "default"
    func number(_ key: String) throws(CheckpointError) -> Double {
      guard let value = scaling?[key]?.doubleValue, value > 0, value < 0x1p32 else {
        throw .key(file: file, key: "rope_scaling.\(key)", reason: "is missing or not above 0")
      }
      return value
    }
    switch type {
    case "default", "llama3": return []
    case "linear":
      return [
        (prefix + "rope.scaling.type", .string("linear")),
        (prefix + "rope.scaling.factor", .float32(Float(try number("factor")))),
      ]
    case "yarn":
      var members: [(String, GGUFValue)] = [
        (prefix + "rope.scaling.type", .string("yarn")),
        (prefix + "rope.scaling.factor", .float32(Float(try number("factor")))),
        (
          prefix + "rope.scaling.original_context_length",
          .uint32(UInt32(clamping: Int(try number("original_max_position_embeddings"))))
        ),
      ]
      for (key, gguf) in [("beta_fast", "yarn_beta_fast"), ("beta_slow", "yarn_beta_slow")]
      where scaling?[key] != nil {
        members.append((prefix + "rope.scaling." + gguf, .float32(Float(try number(key)))))
      }
      return members
    default:
      throw .key(
        file: file, key: "rope_scaling",
        reason:
          "\(type.text.prefix(80)) has no form in GGUF here; default, linear, yarn and llama3 "
          + "have")
    }
  }

  /// Llama 3's divisors (Llama 3.1's release, `apply_scaling`): 1 for wavelengths below
  /// `original / high`, `factor` above `original / low`, between them the reciprocal of a straight
  /// line from one to 1 / factor.
  ///
  /// - Returns: `headWidth / 2` of them, for pair i of wavelength 2 π base^(2i / headWidth).
  public static func llama3Divisors(
    headWidth: Int, base: Double, factor: Double, low: Double, high: Double, original: Double
  ) -> [Float] {
    (0..<(headWidth / 2)).map { pair in
      let wavelength = 2 * Double.pi * pow(base, Double(2 * pair) / Double(headWidth))
      if wavelength < original / high { return 1 }
      if wavelength > original / low { return Float(factor) }
      let smooth = (original / wavelength - low) / (high - low)
      return Float(1 / ((1 - smooth) / factor + smooth))
    }
  }

  /// The `rope_scaling` of Llama 3 that gives these divisors.
  ///
  /// All of Meta's models have low 1, high 4 and 8192 positions; the factor is the greatest
  /// divisor.
  /// - Returns: `nil` when other settings made them; the tolerance is that of converters that
  ///   computed in float32.
  static func llama3(divisors: [Float], headWidth: Int, base: Double) -> JSON? {
    guard divisors.count == headWidth / 2, let factor = divisors.max(), factor.isFinite, factor >= 1
    else { return nil }
    let expected = llama3Divisors(
      headWidth: headWidth, base: base, factor: Double(factor), low: 1, high: 4, original: 8192)
    guard zip(divisors, expected).allSatisfy({ abs($0 - $1) <= 1e-4 * abs($1) })
    else { return nil }
    return [
      "rope_type": "llama3", "factor": .double(Double(factor)), "low_freq_factor": 1.0,
      "high_freq_factor": 4.0, "original_max_position_embeddings": 8192,
    ]
  }
}
