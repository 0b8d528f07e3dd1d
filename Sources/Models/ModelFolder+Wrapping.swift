public import Files
public import Tokenization

extension ModelFolder {
  /// The files of a model with this wrapping: with the tokenizer's own files, and the token ids at
  /// which `transformers` and llama.cpp end a text.
  ///
  /// - Parameter configuration: as for `files(_:tokenizer:)`.
  public static func files(
    _ parameters: Parameters, wrapping: Wrapping, configuration: JSONObject? = nil
  ) -> [(name: String, bytes: [UInt8])] {
    let tokenizer = wrapping.tokenizerOfStudent
    let conventions = tokenizer.conventions
    var files = files(
      parameters, tokenizer: tokenizer.json,
      padding: Int(conventions.paddingId ?? wrapping.endId),
      endOfSequence: Int(wrapping.endId), beginning: conventions.beginningId.map(Int.init),
      configuration: configuration)
    let others = tokenizer.folderFiles.filter { $0.name != tokenizerName }
    files.insert(contentsOf: others, at: files.count - 1)
    return files
  }
}
