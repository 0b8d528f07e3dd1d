internal import Files

extension Tokenizer {
  /// The tokenizer in a model's folder: `tokenizer.json`, plus what the files next to it say about
  /// ids and the chat template (`tokenizer_config.json`, `chat_template.jinja`,
  /// `generation_config.json`, `config.json`).
  ///
  /// - Throws: `FileError`, `JSONError`, `TokenizerError`.
  public init(folder: String) throws {
    let path = folder + "/tokenizer.json"
    try Seal.check(Self.companions.map { "\(folder)/\($0)" }.filter(fileExists))
    try self.init(json: readFile(path, limit: 1 << 28), named: path)
    if isRetort {
      // For Retort's own kind, the other files can only specify a different wrapping.
      let settings = try Self.object(folder + "/tokenizer_config.json")
      if let text = settings?["chat_template"]?.stringValue { conventions.chatTemplate = text }
      try takeTemplate(in: folder)
      for name in ["generation_config.json", "config.json"] {
        guard let settings = try Self.object(folder + "/" + name) else { continue }
        _ = try ends(in: settings, named: folder + "/" + name)
      }
      return
    }
    if let settings = try Self.object(folder + "/tokenizer_config.json") {
      try take(settings, from: folder + "/tokenizer_config.json")
    }
    try takeTemplate(in: folder)
    for name in ["generation_config.json", "config.json"] {
      guard let settings = try Self.object(folder + "/" + name) else { continue }
      for id in try ends(in: settings, named: folder + "/" + name) {
        if conventions.endId == nil {
          conventions.endId = id
        } else if conventions.endId != id, !conventions.otherEndIds.contains(id) {
          conventions.otherEndIds.append(id)
        }
      }
    }
  }

  /// Newer folders hold the template in a file of its own, which takes precedence.
  private mutating func takeTemplate(in folder: String) throws(FileError) {
    let template = folder + "/chat_template.jinja"
    guard fileExists(template) else { return }
    conventions.chatTemplate = String(
      decoding: try readFile(template, limit: 1 << 20), as: UTF8.self)
  }

  /// The files in a folder that describe its tokenizer.
  private static let companions = [
    "tokenizer.json", "tokenizer_config.json", "chat_template.jinja", "generation_config.json",
    "config.json",
  ]

  private static func object(_ path: String) throws -> JSON? {
    guard fileExists(path) else { return nil }
    let bytes = try readFile(path, limit: 1 << 26)
    let json: JSON
    do throws(JSONError) {
      json = try JSON.parse(bytes)
    } catch {
      throw LargeFilePointer.begins(bytes.prefix(64))
        ? TokenizerError.pointer(file: path) : .json(file: path, error)
    }
    guard json.objectValue != nil else {
      throw TokenizerError.unsupported(
        file: path, key: "the file", found: json.kindName, expected: "an object")
    }
    return json
  }

  /// Reads special tokens by name, and the chat template of older folders.
  private mutating func take(_ settings: JSON, from file: String) throws(TokenizerError) {
    func id(_ key: String) -> Int32? {
      let value = settings[key]
      guard let text = value?.stringValue ?? value?["content"]?.stringValue else { return nil }
      return self.id(spelled: text)
    }
    conventions.beginningId = id("bos_token") ?? conventions.beginningId
    conventions.endId = id("eos_token") ?? conventions.endId
    conventions.paddingId = id("pad_token") ?? conventions.paddingId
    conventions.unknownId = id("unk_token") ?? conventions.unknownId
    switch settings["chat_template"] {
    case .string(let text): conventions.chatTemplate = text
    case .array(let named):
      conventions.chatTemplate =
        named.first { $0["name"] == "default" }?["template"]?.stringValue
    default: break
    }
  }

  /// `eos_token_id`: one number or several.
  private func ends(in settings: JSON, named file: String) throws(TokenizerError) -> [Int32] {
    guard let value = settings["eos_token_id"], value != .null else { return [] }
    let values = value.arrayValue ?? [value]
    let ids = values.compactMap { $0.intValue.flatMap(Int32.init(exactly:)) }
    guard ids.count == values.count, ids.allSatisfy({ $0 >= 0 && vocabulary.isTaken(Int($0)) })
    else {
      throw .unsupported(
        file: file, key: "eos_token_id", found: value.text, expected: "ids of the vocabulary")
    }
    return ids
  }
}
