internal import Files

extension Tokenizer {
  /// The files that a model's folder needs for this tokenizer, in the order of their names:
  /// `tokenizer.json` and, for other kinds than Retort's own, `tokenizer_config.json` with the ids
  /// that have a part to play and the chat template. `init(folder:)` reads them back.
  public var files: [(name: String, bytes: [UInt8])] {
    var files = [(name: "tokenizer.json", bytes: json)]
    if isRetort { return files }
    var settings: JSONObject = [
      "tokenizer_class": "PreTrainedTokenizerFast", "clean_up_tokenization_spaces": false,
      "add_bos_token": JSON(conventions.addsBeginning),
      "add_eos_token": JSON(conventions.addsEnd),
    ]
    for (key, id) in [
      ("bos_token", conventions.beginningId), ("eos_token", conventions.endId),
      ("pad_token", conventions.paddingId), ("unk_token", conventions.unknownId),
    ] {
      if let id { settings[key] = .string(spelling(of: id)) }
    }
    if let template = conventions.chatTemplate { settings["chat_template"] = .string(template) }
    files.append(
      (name: "tokenizer_config.json", bytes: JSON.object(settings).serialized(pretty: true)))
    return files
  }

  /// The token that an id is, as the tokenizer's file spells it; its number where it is none.
  public func spelling(of id: Int32) -> String {
    if let added = definition.added.first(where: { $0.id == id }) {
      return String(decoding: added.content, as: UTF8.self)
    }
    guard id >= 0, Int(id) < vocabulary.count else { return "id \(id)" }
    return String(decoding: vocabulary.texts[Int(id)], as: UTF8.self)
  }
}
