internal import Checkpoints
public import Files
internal import Tensors

/// One family of models: the names of its tensors and sizes in Hugging Face's layout and in GGUF,
/// and what its `config.json` says of its computation.
///
/// Each family is one file of this folder; no other code refers to a family by name.
public struct Architecture: Sendable {
  /// `model_type` of `config.json`.
  public let modelType: String
  /// The first of `architectures` in `config.json`.
  public let className: String
  /// `general.architecture`; if two families share it, the first in `all` reads such files.
  public let ggufName: String
  /// Tensor names, by function.
  var names = TensorNames()
  /// Prefix of all tensor names but the readout's that some Hugging Face files leave out.
  var optionalPrefix: String?
  /// Name endings of Hugging Face tensors that hold nothing learned.
  var inertSuffixes = [".rotary_emb.inv_freq"]
  /// Other families' names for a field of this one's `config.json`, as in `attribute_map` of
  /// `transformers`.
  var aliases: [(alias: String, own: String)] = []
  /// What the model computes, from the fields of `config.json`.
  let read:
    @Sendable (Architecture, inout ConfigurationFields) throws(ModelError) ->
      TransformerConfiguration

  /// Sizes and numbers that have a name in both formats.
  let fields: [Field]
  /// How a GGUF tensor differs from Hugging Face's, from its name without `blk.N.` and the fields
  /// of `config.json`.
  var transform: @Sendable (_ ggufName: String, _ configuration: JSONObject) -> TensorTransform = {
    _, _ in .none
  }
  /// Completes the `config.json` of a GGUF file with what `fields` cannot express.
  let complete:
    @Sendable (inout JSONObject, inout ArchitectureKeys, Checkpoint) throws(CheckpointError) -> Void
  /// The reverse: metadata that `fields` cannot express.
  let extraMetadata: @Sendable (JSONObject) throws(CheckpointError) -> [(String, GGUFValue)]
  /// What a `config.json` says that would be lost in GGUF; `nil` where nothing is.
  var lost: @Sendable (JSONObject) -> (key: String, reason: String)? = { _ in nil }

  /// One field under its two names.
  struct Field: Sendable {
    enum Kind: Sendable { case integer, number }
    enum Missing: Sendable {
      /// Required in both.
      case error
      /// Required in GGUF; `config.json` may lack it, which means that value.
      case otherwise(JSON)
      /// Optional in GGUF, where missing means that value; always written.
      case value(JSON)
      /// Optional in both.
      case nothing
    }
    let gguf: String
    let huggingFace: String
    let kind: Kind
    let missing: Missing

    static func integer(_ gguf: String, _ huggingFace: String, _ missing: Missing = .error) -> Field
    {
      Field(gguf: gguf, huggingFace: huggingFace, kind: .integer, missing: missing)
    }
    static func number(_ gguf: String, _ huggingFace: String, _ missing: Missing = .error) -> Field
    {
      Field(gguf: gguf, huggingFace: huggingFace, kind: .number, missing: missing)
    }
  }

  /// All known families.
  public static let all: [Architecture] = [
    .llama, .mistral, .qwen2, .qwen3, .gpt2, .gemma3, .olmo2,
  ]

  /// All GGUF names, without duplicates.
  static var ggufNames: [String] {
    all.map(\.ggufName).enumerated().filter { place, name in
      all.firstIndex { $0.ggufName == name } == place
    }.map(\.element)
  }

  /// The family named by a GGUF file; `nil` if unknown.
  public static func named(gguf name: String) -> Architecture? {
    all.first { $0.ggufName == name }
  }

  /// The family of a `model_type`; `nil` if unknown.
  public static func named(modelType name: String) -> Architecture? {
    all.first { $0.modelType == name }
  }

  /// The embedding's table, whose rows are the vocabulary.
  var embeddingName: String { "token_embd.weight" }
  /// The readout, absent if it is tied to the embedding's table.
  static let readoutName = "output.weight"
}

extension Architecture {
  /// Hugging Face's name of a GGUF tensor; `nil` for one that is not of this family.
  public func huggingFaceName(ofGGUF name: String) -> String? {
    guard let (layer, rest) = Self.layer(of: name, after: "blk.") else {
      return Self.translate(name, names.outer.map { (from: $0.gguf, to: $0.huggingFace) })
    }
    return Self.translate(rest, names.layer.map { (from: $0.gguf, to: $0.huggingFace) })
      .map { "\(names.layers)\(layer).\($0)" }
  }

  /// GGUF's name of a tensor under Hugging Face's name; `nil` for one that is not of this family.
  public func ggufName(ofHuggingFace name: String) -> String? {
    guard let (layer, rest) = Self.layer(of: name, after: names.layers) else {
      return Self.translate(name, names.outer.map { (from: $0.huggingFace, to: $0.gguf) })
    }
    return Self.translate(rest, names.layer.map { (from: $0.huggingFace, to: $0.gguf) })
      .map { "blk.\(layer).\($0)" }
  }

  /// How a GGUF tensor differs from Hugging Face's.
  public func transform(ofGGUF name: String, _ configuration: JSONObject) -> TensorTransform {
    transform(Self.layer(of: name, after: "blk.")?.rest ?? name, configuration)
  }

  /// Whether a tensor of a Hugging Face file is a mask or table that the model computes itself.
  public func isInert(_ huggingFaceName: String) -> Bool {
    inertSuffixes.contains { huggingFaceName.hasSuffix($0) }
  }

  /// A name with its stem translated, `.weight` or `.bias` kept; `nil` for an unknown stem.
  private static func translate(
    _ name: String, _ stems: [(from: String, to: String)]
  ) -> String? {
    for ending in [".weight", ".bias"] where name.hasSuffix(ending) {
      let stem = name.dropLast(ending.count)
      return stems.first { $0.from == stem }.map { $0.to + ending }
    }
    return nil
  }

  /// Layer number, in plain decimals, and what follows it.
  private static func layer(of name: String, after prefix: String) -> (number: Int, rest: String)? {
    guard name.hasPrefix(prefix) else { return nil }
    let tail = name.dropFirst(prefix.count)
    guard let dot = tail.firstIndex(of: ".") else { return nil }
    let digits = tail[..<dot]
    guard let number = Int(digits), number >= 0, String(number) == digits else { return nil }
    return (number, String(tail[tail.index(after: dot)...]))
  }
}

extension Architecture: Equatable, CustomStringConvertible {
  public static func == (a: Architecture, b: Architecture) -> Bool { a.modelType == b.modelType }
  public var description: String { modelType }
}
