internal import Files

/// Why a model cannot be written for other programs.
public enum ModelExportError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A file is to be written where a folder is.
  case folder(String)
  /// A GGUF file needs a tokenizer, and the model has none.
  case noTokenizer(String)
  /// A tokenizer with more tokens than the embedding has rows.
  case vocabulary(file: String, tokens: Int, rows: Int)

  public var description: String {
    switch self {
    case .folder(let path): "\(path): is a folder"
    case .noTokenizer(let path):
      "\(path): has no tokenizer, without which llama.cpp reads no text -- put tokenizer.json beside "
        + "it, or say --no-tokenizer"
    case .vocabulary(let file, let tokens, let rows):
      "\(file): \(tokens.counted("token")), but the vocab_size of config.json is \(rows) -- they are "
        + "not of one model"
    }
  }
}
