internal import Checkpoints
internal import Files
internal import Tensors

/// A `config.json` prepared for GGUF metadata: rotary settings under their old names; refused if it
/// holds something that GGUF has no key for and that would be lost silently.
struct ExportedConfiguration {
  private(set) var fields: JSONObject
  private let file: String

  /// - Throws: `CheckpointError.key` for a field that would change the logits and cannot be
  ///   expressed.
  init(_ configuration: JSONObject, of path: String) throws(CheckpointError) {
    fields = configuration
    file = Folder.isFolder(path) ? path + "/" + Checkpoint.configurationName : path
    try flattenRotary()
    // transformers ignores it too.
    if fields["model_type"] == "llama" { fields["sliding_window"] = nil }
    try refuse()
  }

  private func wrong(_ key: String, _ reason: String) -> CheckpointError {
    .key(file: file, key: key, reason: reason)
  }

  /// Rewrites `rope_parameters`, used by newer files, as `rope_theta` and `rope_scaling`.
  private mutating func flattenRotary() throws(CheckpointError) {
    if fields["rope_theta"] == nil { fields["rope_theta"] = fields["rope_scaling"]?["rope_theta"] }
    guard let parameters = fields["rope_parameters"], parameters != .null else { return }
    var full = parameters
    if let nested = parameters["full_attention"] {
      full = nested
      guard let sliding = parameters["sliding_attention"] else {
        throw wrong("rope_parameters", "has full_attention and no sliding_attention")
      }
      if let type = sliding["rope_type"], type != "default" {
        throw wrong("rope_parameters.sliding_attention", "\(type.text) has no form in GGUF")
      }
      fields["rope_local_base_freq"] = sliding["rope_theta"]
    }
    if fields["rope_theta"] == nil { fields["rope_theta"] = full["rope_theta"] }
    if fields["rope_scaling"] == nil || fields["rope_scaling"] == .null,
      let type = full["rope_type"], type != "default"
    {
      fields["rope_scaling"] = full
    }
    fields["rope_parameters"] = nil
  }

  /// Names in `transformers` of the one function that llama.cpp computes for these families.
  private static let tanhGELU: [JSON] = [
    "gelu_new", "gelu_pytorch_tanh", "gelu_python_tanh", "gelu_fast", "gelu_accurate",
  ]

  private func refuse() throws(CheckpointError) {
    let isGPT2 = fields["model_type"] == "gpt2"
    let isGemma = fields["model_type"] == "gemma3_text"
    let legal: [(key: String, values: [JSON])] = [
      ("hidden_act", ["silu", "swish"]), ("activation_function", Self.tanhGELU),
      ("hidden_activation", Self.tanhGELU), ("partial_rotary_factor", [1, 1.0]),
      ("quantization_config", []), ("use_sliding_window", [false]),
      ("scale_attn_weights", [true]), ("scale_attn_by_inverse_layer_idx", [false]),
      ("rope_local_base_freq", [10_000, 10_000.0]),
    ]
    for (key, values) in legal {
      // Gemma's configuration repeats its activation under the common name.
      if key == "hidden_act", isGPT2 || isGemma { continue }
      guard let found = fields[key], found != .null, !values.contains(found) else { continue }
      throw wrong(key, "\(found.text.prefix(80)) has no form in GGUF here")
    }
    let family = fields["model_type"]?.stringValue.flatMap(Architecture.named(modelType:))
    if let lost = family?.lost(fields) { throw wrong(lost.key, lost.reason) }
  }
}
