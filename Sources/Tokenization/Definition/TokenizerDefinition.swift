/// A tokenizer without its vocabulary: its parts, as a `tokenizer.json` names them.
struct TokenizerDefinition: Sendable, Equatable {
  var added: [AddedToken] = []
  var normalizer: [NormalizerStep] = []
  var preTokenizer: [PreTokenizerStep] = []
  var postProcessor = PostProcessor()
  var decoder: [DecoderStep] = []
  var model = BPE.Options()

  /// The model's initial symbols.
  var symbols: BPE.Symbols {
    for step in preTokenizer { if case .byteLevel = step { return .bytes } }
    return .characters
  }

  /// Whether an added token is spelt as a single symbol of the model. Text has no other token for
  /// that symbol, so the token is matched in texts, as in the library, and stands for its text,
  /// even if its file calls it special.
  func isSymbol(_ token: AddedToken) -> Bool {
    UTF8Scalar.decode(token.content, 0)?.length == token.content.count
      && (symbols == .bytes
        ? ByteAlphabet.bytes(of: token.content) != nil : !model.byteFallback)
  }

  /// The definition of Retort's own tokenizers.
  static let retort = TokenizerDefinition(
    added: Tokenizer.specialTokens.enumerated().map { id, text in
      AddedToken(id: Int32(id), content: Array(text.utf8))
    },
    preTokenizer: [
      .digits(individual: true), .byteLevel(addsPrefixSpace: false, usesExpression: true),
    ],
    decoder: [.byteLevel])

  /// Whether this is Retort's own kind.
  var isRetort: Bool {
    var other = self
    // Without a normalizer, `normalized` has no effect on a special token.
    for i in other.added.indices { other.added[i].normalized = false }
    return other == Self.retort
  }
}

/// What is added around a text: the ids of `TemplateProcessing` for one sequence.
struct PostProcessor: Sendable, Equatable {
  /// A special token of the template, and its ids.
  struct Piece: Sendable, Equatable {
    var text: [UInt8]
    var ids: [Int32]
  }

  var prefix: [Piece] = []
  var suffix: [Piece] = []
}
