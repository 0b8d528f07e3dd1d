internal import Checkpoints
public import Files
internal import Tensors

/// Names of fields where they are stored: in `config.json`, or in the metadata of a GGUF file.
extension Architecture {
  /// A `config.json` with its fields under the family's own names.
  ///
  /// Where a field and its alias disagree, the alias counts, as in `transformers`.
  ///
  /// - Returns: also the fields that disagree, each in words.
  func named(_ configuration: JSONObject) -> (named: JSONObject, contradicted: [String]) {
    var named = configuration
    var contradicted: [String] = []
    for (alias, own) in aliases {
      guard let value = named[alias] else { continue }
      named[alias] = nil
      guard value != .null else { continue }
      if let other = named[own], other != .null, other != value {
        contradicted.append(
          "\(alias) is \(value.text.prefix(40)), but \(own), which is the same number, is "
            + "\(other.text.prefix(40)); transformers takes the former")
      }
      named[own] = value
    }
    if let other = otherClass(in: configuration) {
      contradicted.append(
        "model_type is \(modelType), but architectures names \(other.prefix(80)); transformers takes "
          + "the former")
    }
    return (named, contradicted)
  }

  /// The first of `architectures`, if it is a model of another family.
  private func otherClass(in configuration: JSONObject) -> String? {
    guard let name = configuration["architectures"]?.arrayValue?.first?.stringValue,
      let end = className.firstRange(of: "ForCausalLM") ?? className.firstRange(of: "LMHead")
    else { return nil }
    let stem = className[..<end.lowerBound]
    guard name.hasPrefix(stem) else { return name }
    let rest = name.dropFirst(stem.count)
    let parts = ["For", "LMHead", "Model", "PreTrained", "TextModel", "DoubleHeads"]
    return rest.isEmpty || parts.contains { rest.hasPrefix($0) } ? nil : name
  }

  /// The metadata key, without `<architecture>.`, of a field of `config.json`; `nil` if GGUF has no
  /// key for it.
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
  /// A `config.json` with its fields under the names of its family; unchanged if the family is
  /// unknown.
  ///
  /// - Returns: also the fields stored under two names with different values, each in words.
  public static func named(
    _ configuration: JSONObject
  ) -> (named: JSONObject, contradicted: [String]) {
    let architecture = configuration["model_type"]?.stringValue
      .flatMap(Architecture.named(modelType:))
    return architecture?.named(configuration) ?? (configuration, [])
  }

  /// The file that holds the model's sizes: its `config.json`, or the GGUF file itself.
  public var configurationFile: String {
    checkpoint.gguf == nil ? checkpoint.configurationPath : checkpoint.path
  }

  /// The name of a `config.json` field in the model's own file.
  public func key(ofField name: String) -> String {
    guard let architecture else { return name }
    guard checkpoint.gguf != nil else {
      return architecture.aliases.first { $0.alias == name }?.own ?? name
    }
    return architecture.ggufKey(ofField: name).map { "\(architecture.ggufName).\($0)" } ?? name
  }

  /// Runs `body` on the fields of `config.json`; errors of a GGUF model name the key of its own
  /// file.
  func inOwnWords<Result>(
    _ act: () throws(CheckpointError) -> Result
  ) throws(CheckpointError) -> Result {
    do throws(CheckpointError) {
      return try act()
    } catch {
      guard case .key(_, let key, let reason) = error else { throw error }
      throw .key(file: configurationFile, key: self.key(ofField: key), reason: reason)
    }
  }

  /// The name in the model's own file of a tensor under Hugging Face's name, whether or not it
  /// exists.
  public func storedName(of name: String) -> String {
    guard checkpoint.gguf != nil else { return tensor(named: name)?.stored.name ?? name }
    return architecture?.ggufName(ofHuggingFace: name) ?? name
  }
}
