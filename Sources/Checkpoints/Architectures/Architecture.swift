public import Files
internal import Tensors

/// How one family of models is written in GGUF and in Hugging Face's layout: the names of its
/// tensors, what sets them apart, and its sizes as metadata keys and as fields of `config.json`.
///
/// Each family has a file of its own; nothing here knows how a model computes.
public struct Architecture: Sendable {
  /// `general.architecture`.
  public let ggufName: String
  /// `model_type` of `config.json`.
  public let modelType: String
  /// The first of `architectures` in `config.json`.
  public let className: String
  /// Further `model_type`s that GGUF has under the same name.
  let otherModelTypes: [String]
  /// Tensors outside the layers: GGUF's name, Hugging Face's.
  let outer: [(gguf: String, huggingFace: String)]
  /// Tensors of a layer, without `blk.N.` and `layerPrefix` + `N.`.
  let layer: [(gguf: String, huggingFace: String)]
  /// `model.layers.`
  let layerPrefix: String
  /// Sizes and numbers that both sides have under a name of their own.
  let fields: [Field]
  /// What sets a tensor apart, by its name in `layer` or `outer` and the fields of `config.json`.
  let transform: @Sendable (_ ggufName: String, _ configuration: JSONObject) -> TensorTransform
  /// Completes `config.json` with what `fields` cannot say.
  let complete:
    @Sendable (inout JSONObject, inout ArchitectureKeys, Checkpoint) throws(CheckpointError) -> Void
  /// The reverse: the metadata that `fields` cannot say.
  let extraMetadata: @Sendable (JSONObject) throws(CheckpointError) -> [(String, GGUFValue)]
  /// Tensors of Hugging Face's files that hold nothing to be learned, by the end of their names.
  let inertSuffixes: [String]
  /// Names that other families have for a field of this one's `config.json`, as `attribute_map` of
  /// `transformers` has them.
  var aliases: [(alias: String, own: String)] = []

  /// One number under both names.
  struct Field: Sendable {
    enum Kind: Sendable { case integer, number }
    enum Missing: Sendable {
      /// It must stand in both.
      case error
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
  public static let all: [Architecture] = [.llama, .qwen2, .qwen3, .gpt2, .gemma3]

  /// The one that a GGUF file names; `nil` if we do not know it.
  public static func named(gguf name: String) -> Architecture? {
    all.first { $0.ggufName == name }
  }

  /// The one of a `model_type`; `nil` if we do not know it.
  public static func named(modelType name: String) -> Architecture? {
    all.first { $0.modelType == name || $0.otherModelTypes.contains(name) }
  }

  /// The embedding's table, whose rows are the vocabulary.
  var embeddingName: String { "token_embd.weight" }
  /// The readout, missing where the embedding's table serves.
  static let readoutName = "output.weight"
}

extension Architecture {
  /// Hugging Face's name of a GGUF tensor; `nil` for one that is not of this family.
  public func huggingFaceName(ofGGUF name: String) -> String? {
    if let found = outer.first(where: { $0.gguf == name }) { return found.huggingFace }
    guard let (layer, rest) = Self.layer(of: name, after: "blk.") else { return nil }
    return self.layer.first { $0.gguf == rest }.map { "\(layerPrefix)\(layer).\($0.huggingFace)" }
  }

  /// GGUF's name of a tensor under Hugging Face's name; `nil` for one that is not of this family.
  public func ggufName(ofHuggingFace name: String) -> String? {
    if let found = outer.first(where: { $0.huggingFace == name }) { return found.gguf }
    guard let (layer, rest) = Self.layer(of: name, after: layerPrefix) else { return nil }
    return self.layer.first { $0.huggingFace == rest }.map { "blk.\(layer).\($0.gguf)" }
  }

  /// What sets a GGUF tensor apart from Hugging Face's.
  public func transform(ofGGUF name: String, _ configuration: JSONObject) -> TensorTransform {
    transform(Self.layer(of: name, after: "blk.")?.rest ?? name, configuration)
  }

  /// Whether a tensor of a Hugging Face file is a mask or a table that the model computes itself.
  public func isInert(_ huggingFaceName: String) -> Bool {
    inertSuffixes.contains { huggingFaceName.hasSuffix($0) }
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
