internal import Checkpoints
internal import Decoding
internal import Files
internal import Models
internal import Pipeline
internal import Tensors
internal import Tokenization

/// A model that reads and writes text: its file, its tokenizer, and how it wraps a problem.
struct TextModel {
  let file: ModelFile
  let wrapping: Wrapping
  /// The path as given, for messages.
  let place: String

  var tokenizer: Tokenizer { wrapping.tokenizer }

  /// - Parameters:
  ///   - path: as `retort model` takes it.
  ///   - template: the name of a wrapping; without it, the model's own.
  /// - Throws: what opening a model or its tokenizer throws; `Failure` where the two do not belong
  ///   together.
  init(_ path: String, template: String?, strict: Bool) throws {
    file = try Model.open(path, strict: strict)
    let opened = file.checkpoint.checkpoint.path
    place = path
    // A .safetensors file's tokenizer lies beside it.
    let holder =
      file.checkpoint.checkpoint.gguf != nil || Folder.isFolder(opened)
      ? opened : Paths.parent(of: opened)
    let tokenizer = try ModelSoundness.require(file.checkpoint).tokenizer ?? Tokenizer(of: holder)
    wrapping = try Wrapping(tokenizer, template: template)
    Self.report(ignored: tokenizer, of: path)
  }

  /// Reports which parts of a tokenizer's file are ignored.
  static func report(ignored tokenizer: Tokenizer, of path: String) {
    guard !tokenizer.ignored.isEmpty else { return }
    StandardError.write(
      line: "retort: \(TerminalText.line(path)): the tokenizer's saved "
        + "\(tokenizer.ignored.joined(separator: " and ")) is ignored: texts are read whole")
  }

  /// Rows of the vocabulary that stand for no token; they are never drawn.
  var deadRows: Int { max(0, file.configuration.vocabularySize - tokenizer.liveTokenCount) }

  /// The sampling settings; reports once which rows are never drawn.
  func sampling(temperature: Double, topK: Int?, topP: Double?) -> Sampling {
    if deadRows > 0 {
      StandardError.write(
        line: "retort: \(TerminalText.line(place)): \(deadRows) of the "
          + "\(file.configuration.vocabularySize) rows of its vocabulary stand for no token of its "
          + "tokenizer and are never drawn")
    }
    return Sampling(
      temperature: temperature, topK: topK, topP: topP, liveTokens: tokenizer.liveTokenCount)
  }

  /// Refuses a tokenizer that has more tokens than the model has rows.
  ///
  /// The reverse is common: models pad their vocabulary.
  static func requireFit(
    _ tokenizer: Tokenizer, _ configuration: TransformerConfiguration, in place: String
  ) throws {
    guard tokenizer.vocabularySize <= configuration.vocabularySize else {
      throw Failure.data(
        "\(place): its tokenizer has \(tokenizer.vocabularySize.counted("token")), but the model's "
          + "embedding has \(configuration.vocabularySize) rows -- they are not of one model")
    }
  }

  /// Encodes text unchanged, with the tokens that the tokenizer puts around it.
  func raw(_ text: [UInt8]) -> [Int32] { tokenizer.encode(text, addingSpecials: true) }
}
