internal import Files

extension Tokenizer {
  /// Reads a `tokenizer.json` of our kind, ours or one that the `tokenizers` library wrote. Everything
  /// in it that would change ids must be as we have it; nothing is passed over in silence.
  ///
  /// - Parameter file: the file's name, for error messages.
  public init(json bytes: [UInt8], named file: String = "tokenizer.json") throws(TokenizerError) {
    let root: JSON
    do {
      root = try JSON.parse(bytes)
    } catch {
      throw .json(file: file, error)
    }
    let reader = TokenizerReader(file: file)
    let model = try reader.checkKind(root)
    let (tokens, ids) = try reader.vocabulary(model["vocab"] ?? .null)
    let merges = try reader.merges(model["merges"] ?? .null, ids: ids)
    self.init(tokens: tokens, merges: merges)
  }
}

/// The rules of a tokenizer file.
private struct TokenizerReader {
  let file: String

  /// Refuses every kind of tokenizer but ours.
  ///
  /// - Returns: the member `model`.
  func checkKind(_ root: JSON) throws(TokenizerError) -> JSONObject {
    let object = try expectObject(
      root, "the file",
      keys: [
        "version", "truncation", "padding", "added_tokens", "normalizer", "pre_tokenizer",
        "post_processor", "decoder", "model",
      ])
    try expect(object["version"], "version", ["1.0"])
    for key in ["truncation", "padding", "normalizer", "post_processor"] {
      try expect(object[key] ?? .null, key, [.null])
    }
    try checkPreTokenizer(object["pre_tokenizer"] ?? .null)
    let decoder = try expectObject(object["decoder"] ?? .null, "decoder", keys: Self.byteLevelKeys)
    try expect(decoder["type"], "decoder.type", ["ByteLevel"])
    try checkAddedTokens(object["added_tokens"] ?? .null)

    let model = try expectObject(
      object["model"] ?? .null, "model",
      keys: [
        "type", "dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix",
        "fuse_unk", "byte_fallback", "ignore_merges", "vocab", "merges",
      ])
    try expect(model["type"], "model.type", ["BPE"])
    for key in ["dropout", "unk_token"] {
      try expect(model[key] ?? .null, "model." + key, [.null])
    }
    for key in ["continuing_subword_prefix", "end_of_word_suffix"] {
      try expect(model[key] ?? .null, "model." + key, [.null, ""])
    }
    for key in ["fuse_unk", "byte_fallback", "ignore_merges"] {
      try expect(model[key] ?? false, "model." + key, [false])
    }
    return model
  }

  private static let byteLevelKeys = ["type", "add_prefix_space", "trim_offsets", "use_regex"]

  private func checkPreTokenizer(_ value: JSON) throws(TokenizerError) {
    let sequence = try expectObject(value, "pre_tokenizer", keys: ["type", "pretokenizers"])
    try expect(sequence["type"], "pre_tokenizer.type", ["Sequence"])
    let parts = sequence["pretokenizers"]?.arrayValue ?? []
    guard parts.count == 2 else {
      throw .unsupported(
        file: file, key: "pre_tokenizer.pretokenizers", found: "\(parts.count) parts",
        expected: "Digits and ByteLevel")
    }
    let digits = try expectObject(parts[0], "Digits", keys: ["type", "individual_digits"])
    try expect(digits["type"], "pre_tokenizer.pretokenizers[0].type", ["Digits"])
    try expect(digits["individual_digits"], "Digits.individual_digits", [true])
    let byteLevel = try expectObject(parts[1], "ByteLevel", keys: Self.byteLevelKeys)
    try expect(byteLevel["type"], "pre_tokenizer.pretokenizers[1].type", ["ByteLevel"])
    try expect(byteLevel["add_prefix_space"], "ByteLevel.add_prefix_space", [false])
    try expect(byteLevel["use_regex"] ?? true, "ByteLevel.use_regex", [true])
  }

  private func checkAddedTokens(_ value: JSON) throws(TokenizerError) {
    let specials = Tokenizer.specialTokens
    guard let added = value.arrayValue, added.count == specials.count else {
      throw .unsupported(
        file: file, key: "added_tokens",
        found: value.arrayValue.map { "\($0.count) tokens" } ?? value.kindName,
        expected: specials.joined(separator: " "))
    }
    for (id, token) in added.enumerated() {
      let place = "added_tokens[\(id)]"
      let object = try expectObject(
        token, place,
        keys: ["id", "content", "single_word", "lstrip", "rstrip", "normalized", "special"])
      try expect(object["id"], place + ".id", [JSON(id)])
      try expect(object["content"], place + ".content", [.string(specials[id])])
      try expect(object["special"], place + ".special", [true])
      for key in ["single_word", "lstrip", "rstrip"] {
        try expect(object[key] ?? false, place + "." + key, [false])
      }
    }
  }

  /// - Returns: the bytes of every id, and the ids of every text.
  func vocabulary(_ value: JSON) throws(TokenizerError) -> ([[UInt8]], [String: Int32]) {
    guard let members = value.objectValue?.members else {
      throw .unsupported(
        file: file, key: "model.vocab", found: value.kindName, expected: "an object")
    }
    var tokens = [[UInt8]?](repeating: nil, count: members.count)
    var ids: [String: Int32] = [:]
    ids.reserveCapacity(members.count)
    let specials = Tokenizer.specialTokens
    for member in members {
      func wrong(_ reason: String) -> TokenizerError {
        .vocabulary(file: file, token: member.key, reason: reason)
      }
      guard let id = member.value.intValue, id >= 0, id < members.count else {
        throw wrong("id \(member.value.text.prefix(40)), expected 0 ..< \(members.count)")
      }
      guard tokens[id] == nil else { throw wrong("its id \(id) belongs to another token too") }
      if id < specials.count || specials.contains(member.key) {
        guard id < specials.count, specials[id] == member.key else {
          throw wrong("id \(id), expected \(specials.joined(separator: " ")) as 0, 1, 2")
        }
        tokens[id] = []
      } else {
        guard !member.key.isEmpty, let bytes = ByteAlphabet.bytes(of: member.key) else {
          throw wrong("expected one or more characters of the byte alphabet")
        }
        tokens[id] = bytes
      }
      ids[member.key] = Int32(id)
    }
    for scalar in ByteAlphabet.scalars where ids[String(scalar)] == nil {
      throw .vocabulary(
        file: file, token: String(scalar), reason: "missing, so its byte has no token")
    }
    return (tokens.map { $0 ?? [] }, ids)
  }

  /// Merges as `["a", "b"]` or, in older files, `"a b"`.
  func merges(_ value: JSON, ids: [String: Int32]) throws(TokenizerError) -> [Merge] {
    guard let array = value.arrayValue else {
      throw .unsupported(
        file: file, key: "model.merges", found: value.kindName, expected: "an array")
    }
    var merges: [Merge] = []
    merges.reserveCapacity(array.count)
    var seen = IntegerTable(capacity: array.count)
    for (number, element) in array.enumerated() {
      func wrong(_ reason: String) -> TokenizerError {
        .merge(file: file, number: number, reason: reason)
      }
      let parts: [String]
      if let text = element.stringValue {
        parts = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
      } else {
        parts = (element.arrayValue ?? []).compactMap(\.stringValue)
        guard parts.count == element.arrayValue?.count else {
          throw wrong("expected two strings, found \(element.kindName)")
        }
      }
      guard parts.count == 2 else { throw wrong("\(parts.count) tokens, expected two") }
      func id(_ text: String) throws(TokenizerError) -> Int32 {
        guard let id = ids[text] else { throw wrong("\"\(text)\" is not in the vocabulary") }
        guard Int(id) >= Tokenizer.specialTokens.count else {
          throw wrong("\(text) is a special token and is never merged")
        }
        return id
      }
      let merge = Merge(
        left: try id(parts[0]), right: try id(parts[1]), result: try id(parts[0] + parts[1]))
      guard seen.insert(merge.key, 0) else {
        throw wrong("\"\(parts[0])\" \"\(parts[1])\" stands twice")
      }
      merges.append(merge)
    }
    return merges
  }

  private func expectObject(
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

  private func expect(
    _ value: JSON?, _ key: String, _ legal: [JSON]
  ) throws(TokenizerError) {
    guard let value, legal.contains(value) else {
      throw .unsupported(
        file: file, key: key, found: value?.text ?? "nothing",
        expected: legal.map(\.text).joined(separator: " or "))
    }
  }
}
