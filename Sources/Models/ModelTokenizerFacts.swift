internal import Checkpoints
public import Files
internal import Tokenization

/// A model's kind of tokenizer: keys of a GGUF file, or `tokenizer.json` beside weights.
public struct ModelTokenizerFacts: Sendable {
  /// Kind, sizes, special tokens, fingerprint and wrapping, or `not_read` with the reason; `nil`
  /// where there is none.
  public let json: JSON?

  /// Reads the tokenizer if it can be read; one that cannot is told by its reason.
  public init(_ model: ModelCheckpoint) {
    if let metadata = model.checkpoint.gguf {
      json = Self.facts(of: metadata, in: model.checkpoint.path)
    } else {
      let place = model.checkpoint.path
      json = Self.facts(in: Folder.isFolder(place) ? place : Paths.parent(of: place))
    }
  }

  private static func facts(of metadata: GGUFMetadata, in path: String) -> JSON? {
    let prefix = "tokenizer.ggml."
    guard let kind = metadata[prefix + "model"]?.stringValue else { return nil }
    var object: JSONObject = ["kind": JSON(kind)]
    if let name = metadata[prefix + "pre"]?.stringValue { object["pre_tokenizer"] = JSON(name) }
    for (key, array) in [("vocabulary", "tokens"), ("merges", "merges"), ("scores", "scores")] {
      if let count = metadata[prefix + array]?.arrayValue?.count { object[key] = JSON(count) }
    }
    do {
      add(try Tokenizer(gguf: metadata.vocabulary(), named: path), to: &object)
    } catch {
      object["not_read"] = JSON("\(error)")
    }
    return .object(object)
  }

  private static func facts(in folder: String) -> JSON? {
    guard fileExists(folder + "/tokenizer.json") else { return nil }
    do {
      let tokenizer = try Tokenizer(folder: folder)
      var object: JSONObject = ["kind": "BPE", "vocabulary": JSON(tokenizer.vocabularySize)]
      add(tokenizer, to: &object)
      return .object(object)
    } catch {
      return ["not_read": JSON("\(error)")]
    }
  }

  /// Adds the facts of a tokenizer that was read.
  private static func add(_ tokenizer: Tokenizer, to object: inout JSONObject) {
    let conventions = tokenizer.conventions
    for (key, id) in [
      ("bos", conventions.beginningId), ("eos", conventions.endId),
      ("padding", conventions.paddingId), ("unknown", conventions.unknownId),
    ] {
      if let id { object[key] = JSON(Int(id)) }
    }
    object["adds_bos"] = .bool(conventions.addsBeginning)
    object["fingerprint"] = JSON(tokenizer.fingerprint)
    if let template = conventions.chatTemplate {
      object["chat_template"] = JSON(SHA256.hash(template).hex)
    }
    do {
      object["wrapping"] = JSON(try Wrapping(tokenizer).name)
    } catch {
      object["wrapping"] = JSON("\(error)")
    }
  }
}
