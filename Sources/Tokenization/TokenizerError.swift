public import Files

/// What is wrong with a tokenizer file, or with ids that are to become text.
public enum TokenizerError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file is no JSON as we read it.
  case json(file: String, JSONError)
  /// The file describes a tokenizer of another kind than ours.
  case unsupported(file: String, key: String, found: String, expected: String)
  /// A token, its text or its id is wrong.
  case vocabulary(file: String, token: String, reason: String)
  /// A merge is wrong; `number` counts from 0.
  case merge(file: String, number: Int, reason: String)
  /// An id that names no token, at this place of the ids.
  case unknownId(Int32, at: Int, vocabularySize: Int)

  public var description: String {
    switch self {
    case .json(let file, let error):
      "\(file): \(error) -- fetch or train the tokenizer again"
    case .unsupported(let file, let key, let found, let expected):
      "\(file): \(key): found \(Self.shown(found)), expected \(expected) -- only byte-level BPE with "
        + "Retort's own pre-tokenizer and special tokens is read"
    case .vocabulary(let file, let token, let reason):
      "\(file): model.vocab: token \"\(Self.shown(token))\": \(reason)"
        + " -- fetch or train the tokenizer again"
    case .merge(let file, let number, let reason):
      "\(file): model.merges[\(number)]: \(Self.shown(reason)) -- fetch or train the tokenizer again"
    case .unknownId(let id, let at, let size):
      "token \(at): id \(id), expected 0 ..< \(size) -- decode with the tokenizer that made the ids"
    }
  }

  /// Text from outside on one line of a terminal: control characters escaped, cut at 120.
  private static func shown(_ text: String) -> String {
    var out = ""
    for scalar in text.unicodeScalars.prefix(120) {
      if scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) {
        out += "\\u{" + String(scalar.value, radix: 16) + "}"
      } else {
        out.unicodeScalars.append(scalar)
      }
    }
    return text.unicodeScalars.count > 120 ? out + "…" : out
  }
}
