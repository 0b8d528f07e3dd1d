internal import Files

/// Reads the parts of a `tokenizer.json`; reports parts it does not know, and skips nothing that
/// would change ids.
struct DefinitionReader {
  let file: String

  func definition(_ root: JSON) throws(TokenizerError) -> TokenizerDefinition {
    let object = try expectObject(
      root, "the file",
      keys: [
        "version", "truncation", "padding", "added_tokens", "normalizer", "pre_tokenizer",
        "post_processor", "decoder", "model",
      ])
    try expect(object["version"], "version", ["1.0"])
    // Saved settings for truncating and padding batches do not affect how a text is encoded;
    // `transformers` ignores them too. `Tokenizer.ignored` names them.
    var definition = TokenizerDefinition()
    definition.added = try addedTokens(object["added_tokens"] ?? [])
    definition.normalizer = try normalizer(object["normalizer"] ?? .null, "normalizer")
    definition.preTokenizer = try preTokenizer(object["pre_tokenizer"] ?? .null, "pre_tokenizer")
    definition.postProcessor = try postProcessor(
      object["post_processor"] ?? .null, "post_processor")
    definition.decoder = try decoder(object["decoder"] ?? .null, "decoder")
    definition.model = try options(object["model"] ?? .null)
    for step in definition.preTokenizer.dropLast() {
      if case .byteLevel = step {
        throw .unsupported(
          file: file, key: "pre_tokenizer", found: "a step after ByteLevel",
          expected: "ByteLevel last")
      }
    }
    return definition
  }

  private func options(_ value: JSON) throws(TokenizerError) -> BPE.Options {
    let model = try expectObject(
      value, "model",
      keys: [
        "type", "dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix",
        "fuse_unk", "byte_fallback", "ignore_merges", "vocab", "merges",
      ])
    // Files from before 2020 do not name a type.
    try expect(model["type"] ?? "BPE", "model.type", ["BPE"])
    try expect(model["dropout"] ?? .null, "model.dropout", [.null])
    for key in ["continuing_subword_prefix", "end_of_word_suffix"] {
      try expect(model[key] ?? .null, "model." + key, [.null, ""])
    }
    var options = BPE.Options()
    if let unknown = model["unk_token"], unknown != .null {
      options.unknown = try text(unknown, "model.unk_token")
    }
    options.fusesUnknown = try bool(model["fuse_unk"], "model.fuse_unk")
    options.byteFallback = try bool(model["byte_fallback"], "model.byte_fallback")
    options.ignoresMerges = try bool(model["ignore_merges"], "model.ignore_merges")
    return options
  }

  private func addedTokens(_ value: JSON) throws(TokenizerError) -> [AddedToken] {
    guard let elements = value.arrayValue else {
      throw .unsupported(
        file: file, key: "added_tokens", found: value.kindName, expected: "an array")
    }
    var tokens: [AddedToken] = []
    for (number, element) in elements.enumerated() {
      let place = "added_tokens[\(number)]"
      let object = try expectObject(
        element, place,
        keys: ["id", "content", "single_word", "lstrip", "rstrip", "normalized", "special"])
      guard let id = object["id"]?.intValue, id >= 0, id < Self.idLimit else {
        throw .unsupported(
          file: file, key: place + ".id", found: object["id"]?.text ?? "nothing",
          expected: "an id below \(Self.idLimit)")
      }
      let content = try text(object["content"] ?? .null, place + ".content")
      guard !content.isEmpty, content.count <= Self.contentLimit else {
        throw .unsupported(
          file: file, key: place + ".content", found: "\(content.count) bytes",
          expected: "1 to \(Self.contentLimit)")
      }
      tokens.append(
        AddedToken(
          id: Int32(id), content: content,
          singleWord: try bool(object["single_word"], place + ".single_word"),
          stripsLeft: try bool(object["lstrip"], place + ".lstrip"),
          stripsRight: try bool(object["rstrip"], place + ".rstrip"),
          normalized: try bool(object["normalized"], place + ".normalized"),
          special: try bool(object["special"], place + ".special")))
    }
    return tokens
  }

  /// Larger than any vocabulary; memory is allocated by the largest id.
  static let idLimit = 1 << 24

  /// Maximum bytes of an added token, or of a step's inserted text; no legitimate one is longer.
  static let contentLimit = 1024

  // Helpers for all kinds of parts.

  /// The elements of `Sequence`, each with its key path; any other value alone; none for `null`.
  func flattened(
    _ value: JSON, _ key: String, list: String
  ) throws(TokenizerError) -> [(JSON, String)] {
    if value == .null { return [] }
    guard value["type"] == "Sequence" else { return [(value, key)] }
    let object = try expectObject(value, key, keys: ["type", list])
    guard let elements = object[list]?.arrayValue else {
      throw .unsupported(
        file: file, key: "\(key).\(list)", found: object[list]?.kindName ?? "nothing",
        expected: "an array")
    }
    var all: [(JSON, String)] = []
    for (number, element) in elements.enumerated() {
      all += try flattened(element, "\(key).\(list)[\(number)]", list: list)
    }
    return all
  }

  func type(_ value: JSON, _ key: String, known: String) throws(TokenizerError) -> String {
    guard let type = value["type"]?.stringValue else {
      throw .unsupported(
        file: file, key: key + ".type", found: value["type"]?.text ?? value.kindName,
        expected: known)
    }
    return type
  }

  func expectObject(
    _ value: JSON, _ key: String, keys: [String]
  ) throws(TokenizerError) -> JSONObject {
    guard let object = value.objectValue else {
      throw .unsupported(file: file, key: key, found: value.kindName, expected: "an object")
    }
    for found in object.keys where !keys.contains(found) {
      throw .unsupported(
        file: file, key: key, found: "the key \(found)", expected: keys.joined(separator: " "))
    }
    return object
  }

  func expect(_ value: JSON?, _ key: String, _ legal: [JSON]) throws(TokenizerError) {
    guard let value, legal.contains(value) else {
      throw .unsupported(
        file: file, key: key, found: value?.text ?? "nothing",
        expected: legal.map(\.text).joined(separator: " or "))
    }
  }

  /// A boolean; `missing` if the key is missing.
  func bool(
    _ value: JSON?, _ key: String, missing: Bool = false
  ) throws(TokenizerError) -> Bool {
    guard let value else { return missing }
    guard let flag = value.boolValue else {
      throw .unsupported(file: file, key: key, found: value.text, expected: "true or false")
    }
    return flag
  }

  func text(_ value: JSON, _ key: String) throws(TokenizerError) -> [UInt8] {
    guard let text = value.stringValue else {
      throw .unsupported(file: file, key: key, found: value.kindName, expected: "a string")
    }
    guard text.utf8.count <= Self.contentLimit else {
      throw .unsupported(
        file: file, key: key, found: "\(text.utf8.count) bytes",
        expected: "at most \(Self.contentLimit)")
    }
    return Array(text.utf8)
  }
}
