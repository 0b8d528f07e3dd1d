public import Checkpoints
internal import Files
public import Tensors
public import Tokenization

extension Tokenizer {
  /// The tokenizer of a model: a folder, a GGUF file, or a `tokenizer.json` alone.
  ///
  /// - Throws: `FileError`, `JSONError`, `CheckpointError`, `TokenizerError`.
  public init(of path: String) throws {
    if Folder.isFolder(path) {
      try self.init(folder: path)
    } else if path.hasSuffix(".gguf") {
      try Seal.check([GGUFParts.head(of: path)], takesStrangers: true)
      try self.init(gguf: GGUFFile(GGUFParts.head(of: path)).metadata.vocabulary(), named: path)
    } else {
      try Seal.check([path], takesStrangers: true)
      try self.init(json: readFile(path, limit: 1 << 28), named: path)
    }
  }
}

extension GGUFMetadata {
  /// The file's tokenizer vocabulary.
  ///
  /// - Throws: `CheckpointError.key` for a key that is missing or of another type.
  public func vocabulary() throws(CheckpointError) -> GGUFVocabulary {
    let prefix = "tokenizer.ggml."
    var vocabulary = GGUFVocabulary(
      model: try string(prefix + "model"), tokens: try strings(prefix + "tokens"))
    vocabulary.pre = try optionalString(prefix + "pre")
    vocabulary.types = try optionalIntegers(prefix + "token_type")
    vocabulary.scores = try optionalFloats(prefix + "scores")
    vocabulary.merges = try optionalStrings(prefix + "merges")
    vocabulary.beginningId = try optionalInt(prefix + "bos_token_id")
    vocabulary.endId = try optionalInt(prefix + "eos_token_id")
    vocabulary.unknownId = try optionalInt(prefix + "unknown_token_id")
    vocabulary.paddingId = try optionalInt(prefix + "padding_token_id")
    vocabulary.endOfTurnId = try optionalInt(prefix + "eot_token_id")
    vocabulary.addsBeginning = try optionalBool(prefix + "add_bos_token")
    vocabulary.addsEnd = try optionalBool(prefix + "add_eos_token")
    vocabulary.addsSpacePrefix = try optionalBool(prefix + "add_space_prefix")
    vocabulary.chatTemplate = try optionalString("tokenizer.chat_template")
    return vocabulary
  }
}

extension GGUFVocabulary {
  /// The GGUF keys and values for this vocabulary.
  public var metadata: [(String, GGUFValue)] {
    let prefix = "tokenizer.ggml."
    var members: [(String, GGUFValue)] = [(prefix + "model", .string(model))]
    if let pre { members.append((prefix + "pre", .string(pre))) }
    members.append((prefix + "tokens", .array(GGUFArray(strings: tokens))))
    if let scores { members.append((prefix + "scores", .array(GGUFArray(scores)))) }
    if let types {
      members.append((prefix + "token_type", .array(GGUFArray(types.map { Int32($0) }))))
    }
    if let merges { members.append((prefix + "merges", .array(GGUFArray(strings: merges)))) }
    for (key, id) in [
      ("bos", beginningId), ("eos", endId), ("eot", endOfTurnId), ("unknown", unknownId),
      ("padding", paddingId),
    ] {
      if let id, let id = UInt32(exactly: id) {
        members.append(("\(prefix)\(key)_token_id", .uint32(id)))
      }
    }
    for (key, flag) in [
      ("add_bos_token", addsBeginning), ("add_eos_token", addsEnd),
      ("add_space_prefix", addsSpacePrefix),
    ] {
      if let flag { members.append((prefix + key, .bool(flag))) }
    }
    if let chatTemplate { members.append(("tokenizer.chat_template", .string(chatTemplate))) }
    return members
  }
}
