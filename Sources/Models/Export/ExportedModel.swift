internal import Checkpoints
public import Files
public import Kernels
internal import Tensors
internal import Tokenization

/// A model with its tokenizer, to be written as GGUF or as a folder in Hugging Face's layout.
public struct ExportedModel: Sendable {
  /// Figures of the written files.
  public struct Written: Sendable {
    /// What was written: a file, or a folder without a trailing slash.
    public let path: String
    /// The container: `gguf` or `safetensors`.
    public let format: String
    /// Total size of all files.
    public let bytes: Int
    /// Number of tensors.
    public let tensors: Int
    /// Number of tensors by the type they are stored in.
    public let types: JSONObject

    /// The figures under their own names: `path`, `format`, `bytes`, `tensors`, `types`.
    public var json: JSON {
      [
        "path": JSON(path), "format": JSON(format), "bytes": JSON(bytes), "tensors": JSON(tensors),
        "types": .object(types),
      ]
    }
  }

  private let model: ModelCheckpoint
  private let name: String
  /// - Parameters:
  ///   - model: written with its adapter merged, if it has one.
  ///   - name: what a GGUF file calls the model.
  public init(_ model: ModelCheckpoint, name: String) {
    self.model = model
    self.name = name
  }

  /// The model card that the model's folder came with.
  ///
  /// - Throws: as `TokenizerFolder.init`.
  public var card: [UInt8]? {
    get throws { try TokenizerFolder(of: model)[TokenizerFolder.cardName] }
  }

  /// Writes a GGUF file.
  ///
  /// - Parameter withoutTokenizer: accepts a model that has none; with `false` it is an error.
  /// - Throws: `ModelExportError`; as `ModelFile.writeGGUF`.
  public func writeGGUF(
    to path: String, format: StorageFormat, withoutTokenizer: Bool
  ) throws -> Written {
    guard !Folder.isFolder(path) else { throw ModelExportError.folder(path) }
    try ModelFile(model).writeGGUF(
      to: path, format: format, general: general(),
      tokenizer: try tokenizer(withoutTokenizer: withoutTokenizer))
    return try Self.written(path)
  }

  /// Writes a folder in Hugging Face's layout.
  ///
  /// - Parameters:
  ///   - format: of all tensors; `nil` keeps each tensor's own.
  ///   - card: the model card, in the place of one that the folder came with.
  /// - Throws: as `ModelCheckpoint.writeFolder` and `TokenizerFolder.init`.
  public func writeFolder(
    to path: String, format: StorageFormat?, card: [UInt8]? = nil
  ) throws -> Written {
    var place = path
    while place.count > 1, place.hasSuffix("/") { place = String(place.dropLast()) }
    var files = try TokenizerFolder(of: model).files
    if let card {
      files.removeAll { $0.name == TokenizerFolder.cardName }
      files.append((TokenizerFolder.cardName, card))
    }
    try model.writeFolder(to: place, format: format, files: files)
    return try Self.written(place)
  }

  /// Reads the headers of the written files: a reader will find exactly these.
  private static func written(_ path: String) throws -> Written {
    let checkpoint = try Checkpoint(path)
    var types: JSONObject = [:]
    for tensor in checkpoint.tensors {
      types[tensor.typeName] = JSON((types[tensor.typeName]?.intValue ?? 0) + 1)
    }
    return Written(
      path: path, format: checkpoint.container.rawValue, bytes: checkpoint.fileBytes,
      tensors: checkpoint.tensors.count, types: types)
  }

  /// Metadata about the model itself, such as licence and origin, that is passed on.
  private func general() -> [(String, GGUFValue)] {
    let own = [
      "general.architecture", "general.type", "general.name", "general.file_type",
      "general.quantization_version", "general.alignment",
    ]
    let others = (model.checkpoint.gguf?.members ?? []).filter {
      $0.key.hasPrefix("general.") && !own.contains($0.key)
    }
    return [("general.name", .string(name))] + others.map { ($0.key, $0.value) }
  }

  private func tokenizer(withoutTokenizer: Bool) throws -> [(String, GGUFValue)] {
    if let metadata = model.checkpoint.gguf {
      if metadata["tokenizer.ggml.model"] != nil {
        return metadata.members.filter { $0.key.hasPrefix("tokenizer.") }
          .map { ($0.key, $0.value) }
      }
    } else if fileExists(TokenizerFolder.folder(of: model) + "/tokenizer.json") {
      return try vocabulary(in: TokenizerFolder.folder(of: model)).metadata
    }
    guard withoutTokenizer else {
      throw ModelExportError.noTokenizer(model.checkpoint.path)
    }
    return [("tokenizer.ggml.model", .string("no_vocab"))]
  }

  /// The folder's tokenizer as GGUF has it: a token for each row of the embedding's table, as in
  /// other exports, and the ids that only `config.json` names.
  private func vocabulary(in folder: String) throws -> GGUFVocabulary {
    let tokenizer = try Tokenizer(folder: folder)
    var vocabulary = try tokenizer.ggufVocabulary()
    vocabulary.chatTemplate = Wrapping.exportedTemplate(of: tokenizer, marksAnswers: false)
    let rows = model.configuration["vocab_size"]?.intValue ?? 0
    guard vocabulary.tokens.count <= rows, rows <= 1 << 24 else {
      throw ModelExportError.vocabulary(
        file: "\(folder)/tokenizer.json", tokens: vocabulary.tokens.count, rows: rows)
    }
    var types = vocabulary.types ?? vocabulary.tokens.map { _ in 1 }
    for id in vocabulary.tokens.count..<rows {
      vocabulary.tokens.append(Array("[PAD\(id)]".utf8))
      types.append(GGUFVocabulary.TokenType.unused.rawValue)
      vocabulary.scores?.append(-1e6)
    }
    vocabulary.types = types
    func id(_ name: String) -> Int? {
      let value = model.configuration[name + "_token_id"]
      return (value?.intValue ?? value?.arrayValue?.first?.intValue).flatMap {
        vocabulary.tokens.indices.contains($0) ? $0 : nil
      }
    }
    vocabulary.endId = vocabulary.endId ?? id("eos")
    vocabulary.paddingId = vocabulary.paddingId ?? id("pad")
    // Readers use token 11 where none is named; GPT-2 begins with its end-of-text token.
    vocabulary.beginningId = vocabulary.beginningId ?? id("bos") ?? vocabulary.endId
    return vocabulary
  }
}
