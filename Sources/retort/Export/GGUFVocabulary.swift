internal import Checkpoints
internal import Files

/// A `tokenizer.json` as the metadata of a GGUF file: byte-level BPE whose cutting GGUF has a name
/// for.
struct GGUFVocabulary {
  /// Keys under `tokenizer.`, in the order that llama.cpp's converter writes them.
  let members: [(String, GGUFValue)]

  /// Kinds of tokens (llama.h, `llama_token_type`).
  private enum Kind: Int32 {
    case normal = 1
    case control = 3
    case userDefined = 4
    case unused = 5
  }

  private static let prefix = "tokenizer.ggml."

  /// - Parameters:
  ///   - bytes: of `tokenizer.json`.
  ///   - file: its path, for messages.
  ///   - rows: of the embedding's table; ids without a token become `[PADn]`, as in other exports.
  ///   - configuration: fields of `config.json`: the special ids.
  ///   - template: of a chat, if the model has one.
  /// - Throws: `Failure` for a tokenizer that has no form here, naming the component.
  init(
    json bytes: [UInt8], named file: String, rows: Int, configuration: JSONObject,
    template: String?
  ) throws {
    func wrong(_ reason: String) -> Failure {
      .data("\(file): \(reason) -- it cannot be written as GGUF")
    }
    let root: JSON
    do {
      root = try JSON.parse(bytes)
    } catch {
      throw wrong("\(error)")
    }
    guard let model = root["model"], model["type"] == "BPE",
      model["byte_fallback"]?.boolValue != true
    else { throw wrong("the model is no byte-level BPE") }
    guard let cutting = NamedPreTokenizer.described(by: root) else {
      throw wrong(
        "its normalizer and pre_tokenizer are none of "
          + NamedPreTokenizer.all.map(\.name).joined(separator: ", "))
    }
    let (tokens, kinds) = try Self.tokens(root, rows: rows, wrong)
    var members: [(String, GGUFValue)] = [
      (Self.prefix + "model", .string("gpt2")), (Self.prefix + "pre", .string(cutting.name)),
      (Self.prefix + "tokens", .array(GGUFArray(strings: tokens))),
      (Self.prefix + "token_type", .array(GGUFArray(kinds.map(\.rawValue)))),
      (Self.prefix + "merges", .array(GGUFArray(strings: try Self.merges(model, wrong)))),
    ]
    let end = Self.id("eos", configuration)
    // Readers take token 11 where none is named; GPT-2 begins with what ends a text.
    for (key, id) in [
      ("bos", Self.id("bos", configuration) ?? end), ("eos", end),
      ("padding", Self.id("pad", configuration)),
    ] {
      guard let id else { continue }
      guard tokens.indices.contains(id) else { throw wrong("there is no token \(id) for \(key)") }
      members.append((Self.prefix + key + "_token_id", .uint32(UInt32(id))))
    }
    members += [
      (
        Self.prefix + "add_bos_token",
        .bool(try Self.addsBeginning(root["post_processor"] ?? .null, wrong))
      ), (Self.prefix + "add_space_prefix", .bool(false)),
    ]
    if let template { members.append(("tokenizer.chat_template", .string(template))) }
    self.members = members
  }

  /// `config.json` may name several ends; the first is the one that is written.
  private static func id(_ name: String, _ configuration: JSONObject) -> Int? {
    let value = configuration[name + "_token_id"]
    return value?.intValue ?? value?.arrayValue?.first?.intValue
  }

  private static func tokens(
    _ root: JSON, rows: Int, _ wrong: (String) -> Failure
  ) throws -> ([[UInt8]], [Kind]) {
    var tokens = [[UInt8]?](repeating: nil, count: rows)
    var kinds = [Kind](repeating: .normal, count: rows)
    func place(_ text: String, _ id: Int?) throws -> Int {
      guard let id, tokens.indices.contains(id) else {
        throw wrong("a token has the id \(id ?? -1), but the model has \(rows) rows")
      }
      let bytes = Array(text.utf8)
      guard tokens[id] == nil || tokens[id] == bytes else {
        throw wrong("two tokens have the id \(id)")
      }
      tokens[id] = bytes
      return id
    }
    guard let vocabulary = root["model"]?["vocab"]?.objectValue else {
      throw wrong("model.vocab is no object")
    }
    for member in vocabulary.members { _ = try place(member.key, member.value.intValue) }
    for added in root["added_tokens"]?.arrayValue ?? [] {
      guard let text = added["content"]?.stringValue else {
        throw wrong("an added token without content")
      }
      let id = try place(text, added["id"]?.intValue)
      kinds[id] = added["special"] == true ? .control : .userDefined
    }
    for id in tokens.indices where tokens[id] == nil {
      tokens[id] = Array("[PAD\(id)]".utf8)
      kinds[id] = .unused
    }
    return (tokens.map { $0 ?? [] }, kinds)
  }

  /// Merges as `a b`, whichever way the file has them.
  private static func merges(_ model: JSON, _ wrong: (String) -> Failure) throws -> [[UInt8]] {
    guard let merges = model["merges"]?.arrayValue else { throw wrong("model.merges is no array") }
    return try merges.map { merge in
      if let text = merge.stringValue { return Array(text.utf8) }
      let pair = (merge.arrayValue ?? []).compactMap(\.stringValue)
      guard pair.count == 2, !pair.contains(where: { $0.utf8.contains(0x20) }) else {
        throw wrong("a merge is no pair of tokens")
      }
      return Array((pair[0] + " " + pair[1]).utf8)
    }
  }

  /// Whether a text gets a token in front; what stands behind one has no form in GGUF here.
  private static func addsBeginning(
    _ processor: JSON, _ wrong: (String) -> Failure
  ) throws -> Bool {
    switch processor["type"]?.stringValue {
    case nil where processor == .null, "ByteLevel"?: return false
    case "Sequence"?:
      return try (processor["processors"]?.arrayValue ?? []).reduce(false) {
        try addsBeginning($1, wrong) || $0
      }
    case "TemplateProcessing"?:
      let parts = processor["single"]?.arrayValue ?? []
      let special = parts.map { $0["SpecialToken"] != nil }
      if special == [false] { return false }
      if special == [true, false] { return true }
      throw wrong("its post_processor puts tokens elsewhere than in front")
    default: throw wrong("its post_processor is not supported")
    }
  }
}
