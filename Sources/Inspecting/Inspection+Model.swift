internal import Checkpoints
internal import Files
internal import Kernels
internal import Models
internal import Parallel
internal import Tensors
internal import Tokenization

extension Inspection {
  /// Inspects a model: every part is read as `retort model generate` reads it, and every weight
  /// checked.
  ///
  /// - Throws: `DoesNotRun` for a model whose files are intact but contradict each other.
  init(model path: String, kind: String) throws {
    let sound: ModelSoundness
    do {
      let model = try ModelCheckpoint(path)
      try model.checkpoint.requireFinite(WorkerPool(threads: 1))
      sound = try ModelSoundness(model)
    } catch {
      throw DoesNotRun(error, of: path) ?? error
    }
    let model = sound.file.checkpoint
    let weights = model.tensors.filter { $0.stored.format != nil }
    var facts: [(String, JSON)] = [
      ("tensors", JSON(model.tensors.count)),
      ("parameters", JSON(weights.reduce(0) { $0 + $1.stored.elementCount })),
    ]
    if model.checkpoint.files.count > 1 {
      facts.append(("files", JSON(model.checkpoint.files.count)))
    }
    for key in [
      "model_type", "vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers",
      "num_attention_heads", "num_key_value_heads", "tie_word_embeddings",
    ] {
      if let value = model.configuration[key] { facts.append((key, value)) }
    }
    if let tokenizer = sound.tokenizer {
      facts.append(("tokenizer", JSON(tokenizer.fingerprint)))
      let dead = sound.file.configuration.vocabularySize - tokenizer.liveTokenCount
      if dead > 0 { facts.append(("rows_without_token", JSON(dead))) }
      if !tokenizer.ignored.isEmpty {
        facts.append(("ignored_in_tokenizer", JSON(tokenizer.ignored) { JSON($0) }))
      }
    }
    facts.append(("digests", Self.digests(isSealed: model.checkpoint.isSealed)))
    self.init(kind: kind, facts)
  }

  /// What the bytes of files were checked against.
  static func digests(isSealed: Bool) -> JSON {
    JSON(
      isSealed
        ? "as the manifest has them" : "none: nothing says what the bytes of these files should be")
  }
}
