/// Checks a GGUF file's description of its tokenizer, array by array.
struct GGUFVocabularyReader {
  let gguf: GGUFVocabulary
  let file: String

  private func unsupported(
    _ key: String, _ found: String, _ expected: String
  ) -> TokenizerError {
    .unsupported(file: file, key: "tokenizer.ggml." + key, found: found, expected: expected)
  }

  func vocabulary() throws(TokenizerError) -> Vocabulary {
    guard !gguf.tokens.isEmpty, gguf.tokens.count <= DefinitionReader.idLimit else {
      throw unsupported(
        "tokens", "\(gguf.tokens.count) tokens", "1 to \(DefinitionReader.idLimit)")
    }
    for (key, count) in [("token_type", gguf.types?.count), ("scores", gguf.scores?.count)] {
      if let count, count != gguf.tokens.count {
        throw unsupported(key, "\(count) elements", "one for each of \(gguf.tokens.count) tokens")
      }
    }
    if let types = gguf.types, let id = types.firstIndex(where: { $0 < 1 || $0 > 6 }) {
      throw unsupported("token_type[\(id)]", "\(types[id])", "1 to 6")
    }
    var vocabulary = Vocabulary(capacity: gguf.tokens.count)
    for (id, text) in gguf.tokens.enumerated() {
      func wrong(_ reason: String) -> TokenizerError {
        .vocabulary(file: file, token: String(decoding: text, as: UTF8.self), reason: reason)
      }
      guard !text.isEmpty else { throw wrong("id \(id) has no text") }
      guard UTF8Scalar.isValid(text) else { throw wrong("id \(id) is not UTF-8") }
      guard vocabulary.insert(text, id: id) else {
        throw wrong("stands twice, as ids \(vocabulary[text] ?? 0) and \(id)")
      }
    }
    return vocabulary
  }

  func preTokenizer() throws(TokenizerError) -> PreTokenizerName {
    guard let pre = gguf.pre.flatMap(PreTokenizerName.init(reading:)) else {
      throw unsupported("pre", gguf.pre ?? "nothing", "one of \(PreTokenizerName.list)")
    }
    return pre
  }

  func conventions(addsBeginning: Bool) throws(TokenizerError) -> TokenizerConventions {
    func id(_ value: Int?, _ name: String) throws(TokenizerError) -> Int32? {
      // Some writers use 2^32 - 1 for "none".
      guard let value, value != Int(UInt32.max), value != -1 else { return nil }
      guard gguf.tokens.indices.contains(value) else {
        throw unsupported(name, "\(value)", "0 ..< \(gguf.tokens.count)")
      }
      return Int32(value)
    }
    let isLlama = gguf.model == "llama"
    var conventions = TokenizerConventions()
    conventions.beginningId = try id(gguf.beginningId ?? (isLlama ? 1 : nil), "bos_token_id")
    conventions.endId = try id(gguf.endId ?? (isLlama ? 2 : nil), "eos_token_id")
    conventions.unknownId = try id(gguf.unknownId ?? (isLlama ? 0 : nil), "unknown_token_id")
    conventions.paddingId = try id(gguf.paddingId, "padding_token_id")
    if let id = try id(gguf.endOfTurnId, "eot_token_id") { conventions.otherEndIds = [id] }
    conventions.addsBeginning = gguf.addsBeginning ?? addsBeginning
    conventions.addsEnd = gguf.addsEnd ?? false
    conventions.chatTemplate = gguf.chatTemplate
    if conventions.addsBeginning, conventions.beginningId == nil {
      throw unsupported("bos_token_id", "nothing", "an id, as a text begins with it")
    }
    if conventions.addsEnd, conventions.endId == nil {
      throw unsupported("eos_token_id", "nothing", "an id, as a text ends with it")
    }
    return conventions
  }

  /// Added tokens, and what is added around a text.
  func definition(
    _ conventions: TokenizerConventions
  ) throws(TokenizerError) -> TokenizerDefinition {
    var definition = TokenizerDefinition()
    for id in gguf.tokens.indices {
      let type = gguf.type(of: id)
      if type == .control || type == .unknown || type == .userDefined,
        gguf.tokens[id].count > DefinitionReader.contentLimit
      {
        throw unsupported(
          "tokens[\(id)]", "\(gguf.tokens[id].count) bytes",
          "at most \(DefinitionReader.contentLimit) for a token that is found as a whole")
      }
      switch type {
      case .control, .unknown:
        definition.added.append(AddedToken(id: Int32(id), content: gguf.tokens[id]))
      case .userDefined:
        definition.added.append(
          AddedToken(id: Int32(id), content: gguf.tokens[id], special: false))
      default: break
      }
    }
    func piece(_ id: Int32) -> PostProcessor.Piece {
      PostProcessor.Piece(text: gguf.tokens[Int(id)], ids: [id])
    }
    if conventions.addsBeginning, let id = conventions.beginningId {
      definition.postProcessor.prefix = [piece(id)]
    }
    if conventions.addsEnd, let id = conventions.endId {
      definition.postProcessor.suffix = [piece(id)]
    }
    return definition
  }

  func merges(_ vocabulary: Vocabulary) throws(TokenizerError) -> [Merge] {
    guard let texts = gguf.merges else { throw unsupported("merges", "nothing", "an array") }
    var merges: [Merge] = []
    merges.reserveCapacity(texts.count)
    for (number, text) in texts.enumerated() {
      func wrong(_ reason: String) -> TokenizerError {
        .merge(file: file, number: number, reason: reason)
      }
      guard let space = text.dropFirst().firstIndex(of: 0x20) else {
        throw wrong("expected two tokens and a space between")
      }
      func id(_ range: Range<Int>) throws(TokenizerError) -> Int32 {
        guard let id = vocabulary.id(of: text, range.lowerBound, range.upperBound) else {
          throw wrong(
            "\"\(String(decoding: text[range], as: UTF8.self))\" is not in the vocabulary")
        }
        return id
      }
      let left = try id(0..<space)
      let right = try id((space + 1)..<text.count)
      guard let result = vocabulary[Array(text[..<space] + text[(space + 1)...])] else {
        throw wrong(
          "what \"\(String(decoding: text, as: UTF8.self))\" makes is not in the vocabulary")
      }
      merges.append(Merge(left: left, right: right, result: result))
    }
    return merges.keepingLast().kept
  }

  func scoreMerges(_ vocabulary: Vocabulary) throws(TokenizerError) -> [Merge] {
    guard let scores = gguf.scores else {
      throw unsupported("scores", "nothing", "one for each token")
    }
    if let id = scores.firstIndex(where: { !$0.isFinite }) {
      throw unsupported("scores[\(id)]", "\(scores[id])", "a finite number")
    }
    if let long = gguf.tokens.first(where: { $0.count > ScoreMerges.longestToken }) {
      throw .vocabulary(
        file: file, token: String(decoding: long, as: UTF8.self),
        reason: "\(long.count) bytes, at most \(ScoreMerges.longestToken) are read")
    }
    return ScoreMerges.merges(of: vocabulary, scores: scores) { id in
      switch gguf.type(of: id) {
      // A user-defined token is matched before any merging.
      case .control, .unknown, .userDefined, .byte: false
      default: true
      }
    }
  }
}
