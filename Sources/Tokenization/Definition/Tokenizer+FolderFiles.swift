internal import Files

extension Tokenizer {
  /// The files that describe this tokenizer in a model's folder: `tokenizer.json`, and, unless it
  /// is Retort's own kind, also `tokenizer_config.json`, with the special tokens by name and the
  /// chat template. `transformers` loads them, and `init(folder:)` gives the same tokenizer.
  public var folderFiles: [(name: String, bytes: [UInt8])] {
    guard !isRetort || conventions.chatTemplate != nil else { return [("tokenizer.json", json)] }
    var settings: JSONObject = [
      "tokenizer_class": "PreTrainedTokenizerFast", "clean_up_tokenization_spaces": false,
    ]
    for (key, id) in [
      ("bos_token", conventions.beginningId), ("eos_token", conventions.endId),
      ("pad_token", conventions.paddingId), ("unk_token", conventions.unknownId),
    ] {
      guard let id, vocabulary.isTaken(Int(id)) else { continue }
      settings[key] = .string(String(decoding: vocabulary.texts[Int(id)], as: UTF8.self))
    }
    if let template = conventions.chatTemplate { settings["chat_template"] = .string(template) }
    return [
      ("tokenizer.json", json),
      ("tokenizer_config.json", JSON.object(settings).serialized(pretty: true)),
    ]
  }
}
