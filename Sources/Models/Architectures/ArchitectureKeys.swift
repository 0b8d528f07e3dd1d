internal import Checkpoints
internal import Files
internal import Tensors

/// The metadata keys of one architecture, `llama.block_count` as `block_count`. Records which were
/// read, so that unknown keys are reported.
struct ArchitectureKeys {
  let metadata: GGUFMetadata
  let prefix: String
  private var seen: Set<String> = []

  init(_ metadata: GGUFMetadata, architecture: String) {
    self.metadata = metadata
    prefix = architecture + "."
  }

  /// A count or size, bounded so that no sum or product of two overflows.
  mutating func int(_ key: String) throws(CheckpointError) -> Int? {
    seen.insert(prefix + key)
    guard let value = try metadata.optionalInt(prefix + key) else { return nil }
    guard (0...Int(Int32.max)).contains(value) else { throw wrong(key, "is \(value)") }
    return value
  }

  mutating func double(_ key: String) throws(CheckpointError) -> Double? {
    seen.insert(prefix + key)
    return try metadata.optionalDouble(prefix + key)
  }

  mutating func string(_ key: String) throws(CheckpointError) -> String? {
    seen.insert(prefix + key)
    return try metadata.optionalString(prefix + key)
  }

  mutating func bool(_ key: String) throws(CheckpointError) -> Bool? {
    seen.insert(prefix + key)
    return try metadata.optionalBool(prefix + key)
  }

  /// Marks a key that changes no logit as known.
  mutating func ignore(_ key: String) { seen.insert(prefix + key) }

  /// Refuses a key that would change the logits and is not supported, unless its value is
  /// `harmless`.
  mutating func refuse(_ key: String, unless harmless: Double...) throws(CheckpointError) {
    seen.insert(prefix + key)
    guard let value = metadata[prefix + key] else { return }
    let number = value.doubleValue ?? value.boolValue.map { $0 ? 1 : 0 }
    if let number, harmless.contains(number) { return }
    throw wrong(key, "is not supported")
  }

  func wrong(_ key: String, _ reason: String) -> CheckpointError {
    .key(file: metadata.file, key: prefix + key, reason: reason)
  }

  /// The architecture's keys that were never read, in the order of the file.
  var unknown: [String] {
    metadata.keys.filter { $0.hasPrefix(prefix) && !seen.contains($0) }
  }
}

extension ArchitectureKeys {
  /// Refuses keys that no family here supports.
  mutating func refuseForeign() throws(CheckpointError) {
    try refuse("expert_count", unless: 0)
    try refuse("expert_used_count", unless: 0)
    try refuse("logit_scale", unless: 0, 1)
    try refuse("embedding_scale", unless: 0, 1)
    try refuse("residual_scale", unless: 0, 1)
    try refuse("attention.scale", unless: 0)
    try refuse("attn_logit_softcapping", unless: 0)
    try refuse("final_logit_softcapping", unless: 0)
    try refuse("attention.max_alibi_bias", unless: 0)
    try refuse("attention.clamp_kqv", unless: 0)
    try refuse("attention.causal", unless: 1)
    try refuse("use_parallel_residual", unless: 0)
    try refuse("attention.shared_kv_layers", unless: 0)
    try refuse("rope.scaling.finetuned", unless: 0, 1)
  }

  /// The width of a head, the same for rotated and value columns.
  ///
  /// - Parameter fallback: used if the file gives none: hidden size / heads.
  mutating func headWidth(fallback: Int) throws(CheckpointError) -> Int {
    let key = try int("attention.key_length")
    let rotated = try int("rope.dimension_count")
    let width = key ?? fallback
    if let value = try int("attention.value_length"), value != width {
      throw wrong("attention.value_length", "is \(value), but a head has \(width) columns")
    }
    if let rotated, rotated != width {
      throw wrong(
        "rope.dimension_count",
        "is \(rotated), but a head has \(width) columns: partial rotation is not supported")
    }
    return width
  }
}
