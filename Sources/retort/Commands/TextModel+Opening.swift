internal import Decoding
internal import Files
internal import Models
internal import Tokenization

extension TextModel {
  /// Opens the model of a command line; reports on standard error what is ignored.
  ///
  /// - Parameters:
  ///   - path: as `retort model` takes it.
  ///   - template: the name of a wrapping; without it, the model's own.
  init(_ path: String, template: String?, strict: Bool) throws {
    try self.init(Model.open(path, strict: strict), template: template)
    Self.report(ignored: tokenizer, of: path)
  }

  /// Reports which parts of a tokenizer's file are ignored.
  static func report(ignored tokenizer: Tokenizer, of path: String) {
    guard !tokenizer.ignored.isEmpty else { return }
    StandardError.write(
      line: "retort: \(TerminalText.line(path)): the tokenizer's saved "
        + "\(tokenizer.ignored.joined(separator: " and ")) is ignored: texts are read whole")
  }

  /// The sampling settings; reports once which rows are never drawn.
  func sampling(of path: String, temperature: Double, topK: Int?, topP: Double?) -> Sampling {
    if deadRows > 0 {
      StandardError.write(
        line: "retort: \(TerminalText.line(path)): \(deadRows) of the "
          + "\(file.configuration.vocabularySize) rows of its vocabulary stand for no token of its "
          + "tokenizer and are never drawn")
    }
    return Sampling(
      temperature: temperature, topK: topK, topP: topP, liveTokens: tokenizer.liveTokenCount)
  }
}
