internal import Checkpoints
internal import Files

/// The files beside the weights in Hugging Face's layout: tokenizer, and how to write texts.
struct TokenizerFolder {
  /// What a model's folder may hold beside configuration and weights.
  static let names = [
    "generation_config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json",
    "chat_template.jinja", "tokenizer.model", "vocab.json", "merges.txt", "added_tokens.json",
  ]
  private static let limit = 256 << 20

  /// Names and bytes, in the order of `names`; none twice.
  private(set) var files: [(name: String, bytes: [UInt8])] = []

  /// - Throws: `Failure` for a GGUF file whose tokenizer has no `tokenizer.json` here; `FileError`.
  init(of model: ModelCheckpoint) throws {
    if let metadata = model.checkpoint.gguf {
      if metadata["tokenizer.ggml.model"] != nil {
        files.append(("tokenizer.json", try Self.tokenizer(metadata)))
      }
      if let template = metadata["tokenizer.chat_template"]?.stringValue {
        files.append(("chat_template.jinja", Array(template.utf8)))
      }
    } else {
      let folder = Self.folder(of: model)
      for name in Self.names where fileExists(folder + "/" + name) {
        files.append((name, try readFile(folder + "/" + name, limit: Self.limit)))
      }
    }
    try complete(model.configuration)
  }

  /// The folder that a checkpoint in Hugging Face's layout lies in.
  static func folder(of model: ModelCheckpoint) -> String {
    let path = model.checkpoint.path
    return Folder.isFolder(path) ? path : Paths.parent(of: path)
  }

  subscript(_ name: String) -> [UInt8]? { files.first { $0.name == name }?.bytes }

  /// The template of a chat, from whichever file has it.
  var chatTemplate: String? {
    if let bytes = self["chat_template.jinja"] { return String(decoding: bytes, as: UTF8.self) }
    let configuration = self["tokenizer_config.json"].flatMap { try? JSON.parse($0) }
    return configuration?["chat_template"]?.stringValue
  }

  /// Adds what `transformers` needs to load the tokenizer by its own.
  private mutating func complete(_ configuration: JSONObject) throws {
    if self["generation_config.json"] == nil {
      var generation: JSONObject = [:]
      for key in ["bos_token_id", "eos_token_id", "pad_token_id"] {
        if let id = configuration[key] { generation[key] = id }
      }
      files.append(
        ("generation_config.json", JSON.object(generation).serialized(pretty: true) + [0x0A]))
    }
    guard let tokenizer = self["tokenizer.json"], self["tokenizer_config.json"] == nil else {
      return
    }
    let added = try JSON.parse(tokenizer)["added_tokens"]?.arrayValue ?? []
    func token(_ id: Int?) -> JSON? {
      added.first { $0["id"]?.intValue == id && id != nil }?["content"]
    }
    var fields: JSONObject = [
      "tokenizer_class": "PreTrainedTokenizerFast", "clean_up_tokenization_spaces": false,
    ]
    for name in ["bos", "eos", "pad"] {
      let id = configuration[name + "_token_id"]
      if let text = token(id?.intValue ?? id?.arrayValue?.first?.intValue) {
        fields[name + "_token"] = text
      }
    }
    if let length = configuration["max_position_embeddings"] ?? configuration["n_positions"] {
      fields["model_max_length"] = length
    }
    files.append(("tokenizer_config.json", JSON.object(fields).serialized(pretty: true) + [0x0A]))
  }

  /// `tokenizer.json` of a GGUF file's metadata.
  private static func tokenizer(_ metadata: GGUFMetadata) throws -> [UInt8] {
    func wrong(_ reason: String) -> Failure {
      .data("\(metadata.file): its tokenizer has no tokenizer.json here: \(reason)")
    }
    let prefix = "tokenizer.ggml."
    let kind = try metadata.string(prefix + "model")
    guard kind == "gpt2" else { throw wrong("model is \(JSON(kind).text.prefix(80))") }
    let name = try metadata.optionalString(prefix + "pre") ?? "default"
    guard let cutting = NamedPreTokenizer.named(name) else {
      throw wrong(
        "pre is \(JSON(name).text.prefix(80)), these have one: "
          + NamedPreTokenizer.all.map(\.name).joined(separator: ", "))
    }
    let tokens = try metadata.strings(prefix + "tokens").map { String(decoding: $0, as: UTF8.self) }
    let kinds = try metadata.optionalIntegers(prefix + "token_type") ?? []
    guard kinds.isEmpty || kinds.count == tokens.count else {
      throw wrong("\(tokens.count) tokens, \(kinds.count) token types")
    }
    guard Set(tokens).count == tokens.count else { throw wrong("two tokens have the same text") }
    var begins: JSON = .null
    if try metadata.optionalBool(prefix + "add_bos_token") == true {
      guard let id = try metadata.optionalInt(prefix + "bos_token_id"), tokens.indices.contains(id)
      else { throw wrong("adds a bos token that it does not have") }
      begins = Self.beginning(tokens[id], id)
    }
    var added: [JSON] = []
    for (id, kind) in kinds.enumerated() where kind == 3 || kind == 4 {
      added.append([
        "id": JSON(id), "content": JSON(tokens[id]), "single_word": false, "lstrip": false,
        "rstrip": false, "normalized": false, "special": JSON(kind == 3),
      ])
    }
    let head: JSONObject = [
      "version": "1.0", "truncation": nil, "padding": nil, "added_tokens": .array(added),
      "normalizer": cutting.composes ? ["type": "NFC"] : .null, "pre_tokenizer": cutting.json,
      "post_processor": begins,
      "decoder": [
        "type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true,
      ],
    ]
    let model: JSONObject = [
      "type": "BPE", "dropout": nil, "unk_token": nil, "continuing_subword_prefix": nil,
      "end_of_word_suffix": nil, "fuse_unk": false, "byte_fallback": false,
      "ignore_merges": JSON(cutting.ignoresMerges),
    ]
    // A vocabulary is too long for JSONObject's linear search, so its members are written here.
    var out = Array(head.serialized().dropLast())
    out += Array(#","model":"#.utf8) + model.serialized().dropLast() + Array(#","vocab":{"#.utf8)
    for (id, text) in tokens.enumerated() {
      if id > 0 { out.append(UInt8(ascii: ",")) }
      out += JSON.string(text).serialized() + Array(":\(id)".utf8)
    }
    out += Array(#"},"merges":"#.utf8)
    let merges = try metadata.optionalStrings(prefix + "merges") ?? []
    out += JSON(merges) { merge in
      let pair = merge.split(separator: 0x20, maxSplits: 1)
      return JSON(pair) { JSON(String(decoding: $0, as: UTF8.self)) }
    }.serialized()
    return out + Array("}}\n".utf8)
  }

  /// A post-processor that puts a token in front.
  private static func beginning(_ token: String, _ id: Int) -> JSON {
    let first: JSON = ["SpecialToken": ["id": JSON(token), "type_id": 0]]
    let text: JSON = ["Sequence": ["id": "A", "type_id": 0]]
    let second: JSON = ["Sequence": ["id": "B", "type_id": 1]]
    return [
      "type": "TemplateProcessing", "single": [first, text], "pair": [first, text, second],
      "special_tokens": .object(
        JSONObject([
          (token, ["id": JSON(token), "ids": [JSON(id)], "tokens": [JSON(token)]] as JSON)
        ])),
    ]
  }
}
