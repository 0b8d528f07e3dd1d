extension Tokenizer {
  /// The tokenizer that a GGUF file describes. Its `json` is a complete `tokenizer.json` with the
  /// same ids.
  ///
  /// - Parameter file: for error messages.
  public init(
    gguf: GGUFVocabulary, named file: String = "the GGUF file"
  ) throws(TokenizerError) {
    let reader = GGUFVocabularyReader(gguf: gguf, file: file)
    let vocabulary = try reader.vocabulary()
    switch gguf.model {
    case "gpt2":
      let pre = try reader.preTokenizer()
      let conventions = try reader.conventions(addsBeginning: pre.addsBeginning)
      var definition = try reader.definition(conventions)
      definition.normalizer = pre.normalizer
      definition.preTokenizer = pre.steps
      definition.decoder = [.byteLevel]
      definition.model.ignoresMerges = pre.ignoresMerges
      let merges = try reader.merges(vocabulary)
      if definition.isRetort, gguf.chatTemplate == nil,
        (UInt8.min...UInt8.max).allSatisfy({
          vocabulary[Array(ByteAlphabet.text(of: [$0]).utf8)] != nil
        })
      {
        self.init(retort: vocabulary, merges: merges)
        return
      }
      self.init(
        definition, vocabulary: vocabulary, merges: merges, conventions: conventions,
        source: .parts)
      leaveOutUnused(gguf)
    case "llama":
      let conventions = try reader.conventions(addsBeginning: true)
      var definition = try reader.definition(conventions)
      SentencePieceParts(addsSpacePrefix: gguf.addsSpacePrefix ?? true).fill(&definition)
      if let id = conventions.unknownId, vocabulary.isTaken(Int(id)) {
        definition.model.unknown = vocabulary.texts[Int(id)]
      }
      definition.model.fusesUnknown = true
      definition.model.byteFallback = (UInt8.min...UInt8.max).allSatisfy {
        vocabulary[FallbackToken.text(of: $0)] != nil
      }
      self.init(
        definition, vocabulary: vocabulary, merges: try reader.scoreMerges(vocabulary),
        conventions: conventions, source: .parts)
      leaveOutUnused(gguf)
    default:
      throw .unsupported(
        file: file, key: "tokenizer.ggml.model", found: gguf.model, expected: "gpt2 or llama")
    }
  }

  /// Drops tokens that a file lists as unused after its last real token.
  private mutating func leaveOutUnused(_ gguf: GGUFVocabulary) {
    while liveTokenCount > 1, gguf.type(of: liveTokenCount - 1) == .unused { liveTokenCount -= 1 }
  }
}

/// The parts of Llama 2's and Gemma's tokenizers: visible spaces, and byte tokens as a fallback.
struct SentencePieceParts {
  let addsSpacePrefix: Bool

  static let visibleSpace: [UInt8] = [0xE2, 0x96, 0x81]

  var normalizer: [NormalizerStep] {
    (addsSpacePrefix ? [.prepend(Self.visibleSpace)] : [])
      + [.replace([0x20], with: Self.visibleSpace)]
  }

  var decoder: [DecoderStep] {
    [.replace(Self.visibleSpace, with: [0x20]), .byteFallback, .fuse]
      + (addsSpacePrefix ? [.strip([0x20], start: 1, end: 0)] : [])
  }

  func fill(_ definition: inout TokenizerDefinition) {
    definition.normalizer = normalizer
    definition.decoder = decoder
  }
}
