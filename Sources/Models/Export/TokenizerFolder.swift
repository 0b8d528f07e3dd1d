internal import Checkpoints
internal import Files
internal import Tokenization

/// The files beside the weights in Hugging Face's layout: tokenizer and text generation settings.
struct TokenizerFolder {
  /// File names a model's folder may hold beside configuration and weights.
  static let names = [
    "generation_config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json",
    "chat_template.jinja", "tokenizer.model", "vocab.json", "merges.txt", "added_tokens.json",
    cardName,
  ]
  /// The model card.
  static let cardName = "README.md"
  private static let limit = 256 << 20

  /// Names and bytes, in the order of `names`; no duplicates.
  private(set) var files: [(name: String, bytes: [UInt8])] = []

  /// - Throws: `TokenizerError` for a GGUF file whose tokenizer is not supported; `FileError`.
  init(of model: ModelCheckpoint) throws {
    if let metadata = model.checkpoint.gguf {
      if metadata["tokenizer.ggml.model"] != nil {
        let tokenizer = try Tokenizer(gguf: metadata.vocabulary(), named: metadata.file)
        files.append(("tokenizer.json", tokenizer.json))
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

  /// The folder of a checkpoint in Hugging Face's layout.
  static func folder(of model: ModelCheckpoint) -> String {
    let path = model.checkpoint.path
    return Folder.isFolder(path) ? path : Paths.parent(of: path)
  }

  subscript(_ name: String) -> [UInt8]? { files.first { $0.name == name }?.bytes }

  /// Adds what `transformers` needs to load the tokenizer by itself.
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
    // A tokenizer that cannot be read here is passed on as it is.
    if self["chat_template.jinja"] == nil,
      let own = try? Tokenizer(json: tokenizer, named: "tokenizer.json"),
      let text = Wrapping.exportedTemplate(of: own, marksAnswers: true)
    {
      fields["chat_template"] = .string(text)
    }
    files.append(("tokenizer_config.json", JSON.object(fields).serialized(pretty: true) + [0x0A]))
  }
}
