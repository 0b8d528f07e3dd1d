internal import Checkpoints
internal import Files
internal import Tokenization

/// What kind of tokenizer a model brings: keys of a GGUF file, or `tokenizer.json` beside weights.
struct ModelTokenizerFacts {
  /// `nil` where there is none.
  let json: JSON?

  init(_ model: ModelCheckpoint) {
    if let metadata = model.checkpoint.gguf {
      json = Self.facts(of: metadata)
    } else {
      let place = model.checkpoint.path
      json = Self.facts(in: Folder.isFolder(place) ? place : Paths.parent(of: place))
    }
  }

  private static func facts(of metadata: GGUFMetadata) -> JSON? {
    let prefix = "tokenizer.ggml."
    guard let kind = metadata[prefix + "model"]?.stringValue else { return nil }
    var object: JSONObject = ["kind": JSON(kind)]
    if let name = metadata[prefix + "pre"]?.stringValue { object["pre_tokenizer"] = JSON(name) }
    for (key, array) in [("vocabulary", "tokens"), ("merges", "merges"), ("scores", "scores")] {
      if let count = metadata[prefix + array]?.arrayValue?.count { object[key] = JSON(count) }
    }
    for (key, id) in [
      ("bos", "bos"), ("eos", "eos"), ("padding", "padding"), ("unknown", "unknown"),
    ] {
      if let id = metadata["\(prefix)\(id)_token_id"]?.intValue { object[key] = JSON(id) }
    }
    if let adds = metadata[prefix + "add_bos_token"]?.boolValue { object["adds_bos"] = JSON(adds) }
    if let template = metadata["tokenizer.chat_template"]?.stringValue {
      object["chat_template"] = JSON(SHA256.hash(template).hex)
    }
    return .object(object)
  }

  private static func facts(in folder: String) -> JSON? {
    let path = folder + "/tokenizer.json"
    guard fileExists(path) else { return nil }
    do {
      let bytes = try readFile(path, limit: 256 << 20)
      let root = try JSON.parse(bytes)
      let vocabulary = root["model"]?["vocab"]
      var object: JSONObject = ["kind": root["model"]?["type"] ?? .null]
      if let count = vocabulary?.objectValue?.count ?? vocabulary?.arrayValue?.count {
        object["vocabulary"] = JSON(count)
      }
      if let count = root["model"]?["merges"]?.arrayValue?.count { object["merges"] = JSON(count) }
      do {
        let tokenizer = try Tokenizer(json: bytes, named: path)
        object["vocabulary"] = JSON(tokenizer.vocabularySize)
        object["fingerprint"] = JSON(tokenizer.fingerprint)
      } catch {
        object["not_read"] = JSON("\(error)")
      }
      return .object(object)
    } catch {
      return ["not_read": JSON("\(error)")]
    }
  }
}
