public import Files

/// What a number is called where it stands: in `config.json`, or in the metadata of a GGUF file.
extension Architecture {
  /// A `config.json` with its fields under the family's own names.
  ///
  /// - Throws: `CheckpointError.key` where a field and its alias say different things.
  func named(
    _ configuration: JSONObject, file: String
  ) throws(CheckpointError) -> JSONObject {
    var named = configuration
    for (alias, own) in aliases {
      guard let value = named[alias] else { continue }
      named[alias] = nil
      guard value != .null else { continue }
      if let other = named[own], other != .null, other != value {
        throw .key(
          file: file, key: alias,
          reason: "is \(value.text.prefix(40)), but \(own), which is the same number, is "
            + "\(other.text.prefix(40)) -- leave one of them out")
      }
      named[own] = value
    }
    return named
  }

  /// The metadata key, without `<architecture>.`, of a field of `config.json`; `nil` for one that
  /// GGUF has no key for.
  func ggufKey(ofField name: String) -> String? {
    let name = aliases.first { $0.alias == name }?.own ?? name
    if let field = fields.first(where: { $0.huggingFace == name }) { return field.gguf }
    switch name {
    case "head_dim": return "attention.key_length"
    case "vocab_size": return "vocab_size"
    case "rope_local_base_freq": return "rope.freq_base_swa"
    default:
      for prefix in ["rope_scaling.", "rope_parameters."] where name.hasPrefix(prefix) {
        let rest = name.dropFirst(prefix.count)
        switch rest {
        case "rope_type": return "rope.scaling.type"
        case "original_max_position_embeddings": return "rope.scaling.original_context_length"
        default: return "rope.scaling.\(rest)"
        }
      }
      return nil
    }
  }
}

extension ModelCheckpoint {
  /// A `config.json` with its fields under the names of the family that it names; as it stands where
  /// the family is none that is known.
  ///
  /// - Throws: `CheckpointError.key` where a field and its alias say different things.
  public static func named(
    _ configuration: JSONObject, file: String
  ) throws(CheckpointError) -> JSONObject {
    let architecture = configuration["model_type"]?.stringValue
      .flatMap(Architecture.named(modelType:))
    return try architecture?.named(configuration, file: file) ?? configuration
  }

  /// The file that says what the model's sizes are: its `config.json`, or the GGUF file itself.
  public var configurationFile: String {
    checkpoint.gguf == nil ? checkpoint.configurationPath : checkpoint.path
  }

  /// A field of `config.json` as the model's own file calls it.
  public func key(ofField name: String) -> String {
    guard let architecture else { return name }
    guard checkpoint.gguf != nil else {
      return architecture.aliases.first { $0.alias == name }?.own ?? name
    }
    return architecture.ggufKey(ofField: name).map { "\(architecture.ggufName).\($0)" } ?? name
  }

  /// A tensor under Hugging Face's name as the model's own file calls it, whether it has it or not.
  public func storedName(of name: String) -> String {
    guard checkpoint.gguf != nil else { return tensor(named: name)?.stored.name ?? name }
    return architecture?.ggufName(ofHuggingFace: name) ?? name
  }
}
