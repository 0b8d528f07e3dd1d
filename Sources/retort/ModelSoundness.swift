internal import Checkpoints
internal import Files
internal import Models
internal import Tensors
internal import Tokenization

/// Why a readable model does not run: its parts contradict each other or are unsupported.
struct DoesNotRun: Error {
  let reason: String

  /// - Returns: `nil` for an error that means a file is damaged or cannot be read.
  init?(_ error: any Error) {
    switch error {
    case let error as DoesNotRun: reason = error.reason
    case let error as CheckpointError:
      switch error {
      case .key, .missing: reason = "\(error)"
      default: return nil
      }
    case let error as TokenizerError:
      if case .pointer = error { return nil }
      reason = "\(error)"
    case is ModelError: reason = "\(error)"
    case let failure as Failure: reason = failure.message
    default: return nil
    }
  }
}

/// What `retort model generate` would refuse, for commands that inspect a model or pass it on.
struct ModelSoundness {
  let file: ModelFile
  /// `nil` where the model has no tokenizer: then it gives logits and writes no text.
  let tokenizer: Tokenizer?

  /// - Throws: what opening the model or its tokenizer throws; `Failure` where the two do not
  ///   belong together.
  init(_ model: ModelCheckpoint) throws {
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
    try TextModel.requireFit(tokenizer, file.configuration, in: place)
    for key in ["bos_token_id", "eos_token_id", "pad_token_id"] {
      guard let value = model.configuration[key], value != .null else { continue }
      for id in value.arrayValue ?? [value] {
        // Some files use -1 for no padding.
        if key == "pad_token_id", id == -1 { continue }
        guard let number = id.intValue, (0..<vocabulary).contains(number) else {
          throw Failure.data(
            "\(model.configurationFile): \(key): is \(id.text.prefix(40)), but the model has the ids "
              + "0 ..< \(vocabulary)")
        }
      }
    }
  }

  /// - Throws: `Failure` that says why the model does not run; errors that mean a file is damaged.
  static func require(_ model: ModelCheckpoint) throws -> ModelSoundness {
    do {
      return try ModelSoundness(model)
    } catch {
      guard let unsound = DoesNotRun(error) else { throw error }
      throw Failure.data("\(model.checkpoint.path): does not run, because \(unsound.reason)")
    }
  }
}
