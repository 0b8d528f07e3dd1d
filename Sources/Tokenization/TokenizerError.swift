public import Files

/// A fault in a tokenizer file, or in ids to be decoded.
public enum TokenizerError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file is not valid JSON for our parser.
  case json(file: String, JSONError)
  /// The file is a Git LFS pointer, not the file itself.
  case pointer(file: String)
  /// The file uses an unsupported part or setting.
  case unsupported(file: String, key: String, found: String, expected: String)
  /// A token, its text or its id is wrong.
  case vocabulary(file: String, token: String, reason: String)
  /// A merge is wrong; `number` counts from 0.
  case merge(file: String, number: Int, reason: String)
  /// An id that names no token; `at` is its index.
  case unknownId(Int32, at: Int, vocabularySize: Int)
  /// GGUF cannot express a part of the tokenizer.
  case notExportable(part: String, reason: String)
  /// The chat template is not a known one.
  case unknownTemplate(sha256: String, names: [String])
  /// There is no chat template of this name.
  case unknownTemplateName(String, names: [String])
  /// A template needs a special token that the vocabulary lacks.
  case missingToken(template: String, token: String)

  public var description: String {
    switch self {
    case .json(let file, let error):
      "\(file): \(error) -- fetch or train the tokenizer again"
    case .pointer(let file): "\(file): \(LargeFilePointer.advice)"
    case .unsupported(let file, let key, let found, let expected):
      "\(file): \(key): found \(Self.shown(found)), expected \(Self.shown(expected, limit: 240))"
        + " -- Tokenizers.md lists what is read"
    case .vocabulary(let file, let token, let reason):
      "\(file): model.vocab: token \"\(Self.shown(token))\": \(reason)"
        + " -- fetch or train the tokenizer again"
    case .merge(let file, let number, let reason):
      "\(file): model.merges[\(number)]: \(Self.shown(reason)) -- fetch or train the tokenizer again"
    case .unknownId(let id, let at, let size):
      "token \(at): id \(id), expected 0 ..< \(size) -- decode with the tokenizer that made the ids"
    case .notExportable(let part, let reason):
      "the tokenizer cannot be written to GGUF: \(Self.shown(part)): \(reason)"
        + " -- export a folder with tokenizer.json instead"
    case .unknownTemplate(let sha256, let names):
      "the chat template with SHA-256 \(sha256) is none that is known -- set template to the "
        + "one to use: " + names.joined(separator: ", ")
    case .unknownTemplateName(let name, let names):
      "template \(Self.shown(name)): expected one of " + names.joined(separator: ", ")
    case .missingToken(let template, let token):
      "the chat template \(template) needs the special token \(token), which the vocabulary does "
        + "not have -- set template to another one"
    }
  }

  /// Untrusted text on one line of a terminal: control characters escaped, cut at a limit.
  private static func shown(_ text: String, limit: Int = 120) -> String {
    TerminalText.line(text, limit: limit)
  }
}
