internal import Checkpoints
public import Files
internal import Tensors

/// One family of models: what its tensors and sizes are called in Hugging Face's layout and in GGUF,
/// and what its `config.json` says of how it computes.
///
/// Each family is one file of this folder; nothing elsewhere knows a family by its name.
public struct Architecture: Sendable {
  /// `model_type` of `config.json`.
  public let modelType: String
  /// The first of `architectures` in `config.json`.
  public let className: String
  /// `general.architecture`; of two families with the same, the first of `all` reads such files.
  public let ggufName: String
  /// The tensors, by what they do.
  var names = TensorNames()
  /// What some of Hugging Face's files lack in front of every tensor's name but the readout's.
  var optionalPrefix: String?
  /// Tensors of Hugging Face's files that hold nothing to be learned, by the end of their names.
  var inertSuffixes = [".rotary_emb.inv_freq"]
  /// Names that other families have for a field of this one's `config.json`, as `attribute_map` of
  /// `transformers` has them.
  var aliases: [(alias: String, own: String)] = []
  /// What the model computes, from the fields of `config.json`.
  let read:
    @Sendable (Architecture, inout ConfigurationFields) throws(ModelError) ->
      TransformerConfiguration

  /// Sizes and numbers that both sides have under a name of their own.
  let fields: [Field]
  /// How a GGUF tensor differs from Hugging Face's, by its name without `blk.N.` and the fields of
  /// `config.json`.
  var transform: @Sendable (_ ggufName: String, _ configuration: JSONObject) -> TensorTransform = {
    _, _ in .none
  }
  /// Completes the `config.json` of a GGUF file with what `fields` cannot say.
  let complete:
    @Sendable (inout JSONObject, inout ArchitectureKeys, Checkpoint) throws(CheckpointError) -> Void
  /// The reverse: the metadata that `fields` cannot say.
  let extraMetadata: @Sendable (JSONObject) throws(CheckpointError) -> [(String, GGUFValue)]
  /// What a `config.json` says that a reader of GGUF would not see; `nil` where nothing is lost.
  var lost: @Sendable (JSONObject) -> (key: String, reason: String)? = { _ in nil }

  /// One number under both names.
  struct Field: Sendable {
    enum Kind: Sendable { case integer, number }
    enum Missing: Sendable {
      /// It must stand in both.
      case error
      /// GGUF files must have it; `config.json` may lack it, which means that value.
      case otherwise(JSON)
      /// GGUF files may lack it, which means that value; it is written all the same.
      case value(JSON)
      /// Both may lack it.
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

  /// All that are known.
  public static let all: [Architecture] = [
    .llama, .mistral, .qwen2, .qwen3, .gpt2, .gemma3, .olmo2,
  ]

  /// What GGUF calls them, each once.
  static var ggufNames: [String] {
    all.map(\.ggufName).enumerated().filter { place, name in
      all.firstIndex { $0.ggufName == name } == place
    }.map(\.element)
  }

  /// The one that a GGUF file names; `nil` if we do not know it.
  public static func named(gguf name: String) -> Architecture? {
    all.first { $0.ggufName == name }
  }

  /// The one of a `model_type`; `nil` if we do not know it.
  public static func named(modelType name: String) -> Architecture? {
    all.first { $0.modelType == name }
  }

  /// The embedding's table, whose rows are the vocabulary.
  var embeddingName: String { "token_embd.weight" }
  /// The readout, missing where the embedding's table serves.
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

  /// What sets a GGUF tensor apart from Hugging Face's.
  public func transform(ofGGUF name: String, _ configuration: JSONObject) -> TensorTransform {
    transform(Self.layer(of: name, after: "blk.")?.rest ?? name, configuration)
  }

  /// Whether a tensor of a Hugging Face file is a mask or a table that the model computes itself.
  public func isInert(_ huggingFaceName: String) -> Bool {
    inertSuffixes.contains { huggingFaceName.hasSuffix($0) }
  }

  /// A name with its `.weight` or `.bias`, its stem exchanged; `nil` for a stem that is not there.
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
