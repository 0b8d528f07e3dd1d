internal import Checkpoints
internal import Files
internal import Tensors
public import Tokenization

/// A model that was checked for all that generation would refuse: for what inspects a model or
/// passes it on.
public struct ModelSoundness: Sendable {
  /// The opened model; its weights are not read yet.
  public let file: ModelFile
  /// `nil` where the model has no tokenizer: then it gives logits and writes no text.
  public let tokenizer: Tokenizer?

  /// Reads the model's description and its tokenizer; of the weights only those stored twice.
  ///
  /// - Throws: what opening the model or its tokenizer throws; `ModelError` where the two do not
  ///   belong together.
  public init(_ model: ModelCheckpoint) throws {
    file = try ModelFile(model)
    let place = model.checkpoint.path
    let vocabulary = file.configuration.vocabularySize
    if let metadata = model.checkpoint.gguf {
      guard let kind = metadata["tokenizer.ggml.model"], kind != .string("no_vocab") else {
        tokenizer = nil
        return
      }
      tokenizer = try Tokenizer(of: place)
    } else {
      let folder = Folder.isFolder(place) ? place : Paths.parent(of: place)
      guard fileExists(folder + "/" + ModelFolder.tokenizerName) else {
        tokenizer = nil
        return
      }
      tokenizer = try Tokenizer(folder: folder)
    }
    guard let tokenizer else { return }
    try file.configuration.requireFit(tokenizer, in: place)
    for key in ["bos_token_id", "eos_token_id", "pad_token_id"] {
      guard let value = model.configuration[key], value != .null else { continue }
      for id in value.arrayValue ?? [value] {
        // Some files use -1 for no padding.
        if key == "pad_token_id", id == -1 { continue }
        guard let number = id.intValue, (0..<vocabulary).contains(number) else {
          throw ModelError.field(
            file: model.configurationFile, key: key,
            reason: "is \(id.text.prefix(40)), but the model has the ids 0 ..< \(vocabulary)")
        }
      }
    }
  }

  /// - Throws: `DoesNotRun` for a model that is intact and does not run; errors that mean a file is
  ///   damaged.
  public static func require(_ model: ModelCheckpoint) throws -> ModelSoundness {
    do {
      return try ModelSoundness(model)
    } catch {
      throw DoesNotRun(error, of: model.checkpoint.path) ?? error
    }
  }
}

extension TransformerConfiguration {
  /// Refuses a tokenizer that has more tokens than the model has rows.
  ///
  /// The reverse is common: models pad their vocabulary.
  ///
  /// - Throws: `ModelError.contradiction`.
  public func requireFit(_ tokenizer: Tokenizer, in place: String) throws(ModelError) {
    guard tokenizer.vocabularySize <= vocabularySize else {
      throw .contradiction(
        file: place,
        reason: "its tokenizer has \(tokenizer.vocabularySize.counted("token")), but the model's "
          + "embedding has \(vocabularySize) rows -- they are not of one model")
    }
  }
}
