extension Tokenizer {
  /// The GGUF description of this tokenizer, which gives any reader the same ids.
  ///
  /// - Throws: `TokenizerError.notExportable`, with the part that GGUF cannot express.
  public func ggufVocabulary() throws(TokenizerError) -> GGUFVocabulary {
    for token in definition.added where token.singleWord || token.stripsLeft || token.stripsRight {
      throw .notExportable(
        part: "the added token \"\(String(decoding: token.content, as: UTF8.self))\"",
        reason: "it has single_word, lstrip or rstrip")
    }
    let isNormalizable = definition.normalizer.allSatisfy { $0 == .nfc }
    for token in definition.added where token.normalized && !token.special && !isNormalizable {
      throw .notExportable(
        part: "the added token \"\(String(decoding: token.content, as: UTF8.self))\"",
        reason: "it is looked for in the normalized text")
    }
    let (prefix, suffix) = (definition.postProcessor.prefix, definition.postProcessor.suffix)
    guard (prefix + suffix).allSatisfy({ $0.ids.count == 1 }), prefix.count < 2, suffix.count < 2
    else {
      throw .notExportable(part: "post_processor", reason: "more than one token on a side")
    }
    var gguf =
      definition.symbols == .bytes ? try byteLevelVocabulary() : try sentencePieceVocabulary()
    gguf.tokens = vocabulary.texts.enumerated().map { id, text in
      text.isEmpty ? Array("[PAD\(id)]".utf8) : text
    }
    gguf.types = tokenTypes(isSentencePiece: gguf.model == "llama")
    gguf.beginningId = (prefix.first?.ids[0] ?? conventions.beginningId).map { Int($0) }
    gguf.endId = (suffix.first?.ids[0] ?? conventions.endId).map { Int($0) }
    // Readers would default to id 2.
    if gguf.model == "llama", gguf.endId == nil {
      throw .notExportable(part: "eos", reason: "nothing says which token ends a text")
    }
    gguf.unknownId = (conventions.unknownId ?? definition.model.unknown.flatMap { vocabulary[$0] })
      .map { Int($0) }
    gguf.paddingId = conventions.paddingId.map { Int($0) }
    gguf.endOfTurnId = conventions.otherEndIds.first.map { Int($0) }
    gguf.addsBeginning = !prefix.isEmpty
    gguf.addsEnd = !suffix.isEmpty
    gguf.chatTemplate = conventions.chatTemplate
    return gguf
  }

  private func byteLevelVocabulary() throws(TokenizerError) -> GGUFVocabulary {
    guard
      let pre = PreTokenizerName.allCases.first(where: {
        $0.steps == definition.preTokenizer && $0.normalizer == definition.normalizer
          && $0.ignoresMerges == definition.model.ignoresMerges
      })
    else {
      throw .notExportable(
        part: "pre_tokenizer",
        reason: "with its normalizer and ignore_merges it is none of \(PreTokenizerName.list)")
    }
    guard definition.decoder == [.byteLevel] else {
      throw .notExportable(part: "decoder", reason: "it is not ByteLevel alone")
    }
    // Readers drop a byte without a token, as does a model without an unknown token; SmolLM2 lacks
    // a few bytes that occur in no text.
    for byte in UInt8.min...UInt8.max
    where definition.model.unknown != nil
      && vocabulary[Array(ByteAlphabet.text(of: [byte]).utf8)] == nil
    {
      throw .notExportable(part: "model.vocab", reason: "byte \(byte) has no token")
    }
    var gguf = GGUFVocabulary(model: "gpt2", tokens: [])
    gguf.pre = pre.rawValue
    gguf.addsSpacePrefix = false
    gguf.merges = []
    for merge in merges {
      let left = vocabulary.texts[Int(merge.left)]
      let right = vocabulary.texts[Int(merge.right)]
      guard !left.contains(0x20), !right.contains(0x20) else {
        throw .notExportable(part: "model.merges", reason: "a token with a space")
      }
      gguf.merges?.append(left + [0x20] + right)
    }
    return gguf
  }

  private func sentencePieceVocabulary() throws(TokenizerError) -> GGUFVocabulary {
    // Cutting at spaces has no effect if no spaces are left.
    let isUncut =
      definition.preTokenizer.isEmpty
      || definition.preTokenizer.allSatisfy {
        if case .split([0x20], _) = $0 { true } else { false }
      }
    let parts = [true, false].map(SentencePieceParts.init(addsSpacePrefix:))
    guard isUncut, let form = parts.first(where: { $0.normalizer == definition.normalizer }) else {
      throw .notExportable(
        part: "normalizer and pre_tokenizer",
        reason: "they do more than to make spaces visible, with or without one before the text")
    }
    guard definition.decoder == form.decoder else {
      throw .notExportable(part: "decoder", reason: "it does not undo the normalizer")
    }
    guard definition.model.byteFallback, !definition.model.ignoresMerges,
      (UInt8.min...UInt8.max).allSatisfy({ vocabulary[FallbackToken.text(of: $0)] != nil })
    else {
      throw .notExportable(
        part: "model", reason: "it has no byte_fallback with a token for each byte")
    }
    let scores = ScoreMerges.scores(of: merges, count: vocabulary.count)
    let types = tokenTypes(isSentencePiece: true)
    let again = ScoreMerges.merges(of: vocabulary, scores: scores) { id in
      switch GGUFVocabulary.TokenType(rawValue: types[id]) {
      case .control, .unknown, .userDefined, .byte: false
      default: true
      }
    }
    guard again == merges else {
      throw .notExportable(
        part: "model.merges",
        reason: "they are not those of scores: SentencePiece would merge otherwise")
    }
    var gguf = GGUFVocabulary(model: "llama", tokens: [])
    gguf.pre = "default"
    gguf.addsSpacePrefix = form.addsSpacePrefix
    gguf.scores = scores
    return gguf
  }

  /// Raw values of `GGUFVocabulary.TokenType`.
  private func tokenTypes(isSentencePiece: Bool) -> [Int] {
    var types = vocabulary.texts.map { text -> GGUFVocabulary.TokenType in
      if text.isEmpty { return .unused }
      return isSentencePiece && FallbackToken.byte(of: text) != nil ? .byte : .normal
    }
    for token in definition.added {
      types[Int(token.id)] = token.special ? .control : .userDefined
    }
    if let unknown = definition.model.unknown, let id = vocabulary[unknown], isSentencePiece {
      types[Int(id)] = .unknown
    }
    return types.map(\.rawValue)
  }
}
