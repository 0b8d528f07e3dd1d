/// From bytes to ids: added tokens, normalization, cutting, merging.
struct TextEncoder: Sendable {
  /// How a text is cut: common ways in one pass without copies, others step by step.
  private enum Cutting: Sendable {
    /// The text is one piece.
    case none
    /// Single numerals, then GPT-2's expression.
    case retort
    case expression(SplitExpression)
    case steps([PreTokenizerStep])
  }

  private let model: BPE
  private let cutting: Cutting
  private let normalizer: [NormalizerStep]
  /// Matchers for added tokens in the text as given, and for those in the normalized text.
  private let given: AddedTokenMatcher
  private let normalized: AddedTokenMatcher

  init(
    _ definition: TokenizerDefinition, vocabulary: Vocabulary, merges: [Merge], isSpecialId: [Bool]
  ) {
    normalizer = definition.normalizer
    let added = definition.added.map { token in
      var token = token
      token.special = isSpecialId[Int(token.id)]
      return token
    }
    given = AddedTokenMatcher(added.filter { !$0.normalized })
    normalized = AddedTokenMatcher(
      added.filter(\.normalized).map { token in
        var token = token
        for step in definition.normalizer { step.apply(to: &token.content) }
        return token
      })
    let isByteLevel = definition.symbols == .bytes
    let texts = vocabulary.texts.enumerated().map { id, text -> [UInt8] in
      // Special tokens, and tokens that only their exact spelling can select, stand for no text.
      guard !isSpecialId[id], vocabulary[text] != nil else { return [] }
      return isByteLevel ? ByteAlphabet.bytes(of: text) ?? [] : text
    }
    model = BPE(
      symbols: definition.symbols, options: definition.model,
      unknownId: definition.model.unknown.flatMap { vocabulary[$0] }, tokens: texts,
      fallbackIds: (UInt8.min...UInt8.max).map { vocabulary[FallbackToken.text(of: $0)] ?? -1 },
      merges: merges)
    cutting =
      switch definition.preTokenizer {
      case []: .none
      case TokenizerDefinition.retort.preTokenizer: .retort
      case [.byteLevel(addsPrefixSpace: false, usesExpression: true)]: .expression(.gpt2)
      case let steps:
        if steps.count == 2, case .expression(let expression) = steps[0],
          steps[1] == .byteLevel(addsPrefixSpace: false, usesExpression: false)
        {
          .expression(expression)
        } else {
          .steps(steps)
        }
      }
  }

  /// Appends the ids of `bytes`.
  ///
  /// - Parameter startsText: whether nothing precedes them.
  func encode(
    _ bytes: [UInt8], startsText: Bool = true, parsingSpecials: Bool, into ids: inout [Int32]
  ) {
    var scratch = BPE.Scratch()
    if given.isEmpty || given.hasOnlySpecial && !parsingSpecials {
      encode(
        unnormalized: bytes, startsText: startsText, parsingSpecials, into: &ids, &scratch)
      return
    }
    for segment in given.segments(of: bytes, parsingSpecials: parsingSpecials) {
      switch segment {
      case .token(let id): ids.append(id)
      case .text(let range):
        encode(
          unnormalized: Array(bytes[range]), startsText: startsText && range.lowerBound == 0,
          parsingSpecials,
          into: &ids, &scratch)
      }
    }
  }

  private func encode(
    unnormalized bytes: [UInt8], startsText: Bool, _ parsingSpecials: Bool,
    into ids: inout [Int32], _ scratch: inout BPE.Scratch
  ) {
    var text = bytes
    for step in normalizer { step.apply(to: &text) }
    if normalized.isEmpty || normalized.hasOnlySpecial && !parsingSpecials {
      encode(text, startsText: startsText, into: &ids, &scratch)
      return
    }
    for segment in normalized.segments(of: text, parsingSpecials: parsingSpecials) {
      switch segment {
      case .token(let id): ids.append(id)
      case .text(let range):
        encode(
          Array(text[range]), startsText: startsText && range.lowerBound == 0, into: &ids,
          &scratch)
      }
    }
  }

  /// Cuts and merges.
  private func encode(
    _ text: [UInt8], startsText: Bool, into ids: inout [Int32], _ scratch: inout BPE.Scratch
  ) {
    switch cutting {
    case .none:
      if !text.isEmpty { model.encode(text, 0, text.count, into: &ids, &scratch) }
    case .retort:
      encode(text, into: &ids, &scratch) { PreTokenizer.end(of: $0, from: $1) }
    case .expression(.gpt2):
      encode(text, into: &ids, &scratch) { GPT2Scanner.end(of: $0, from: $1) }
    case .expression(.llama3):
      encode(text, into: &ids, &scratch) { WordScanner.end(of: $0, from: $1, numerals: 3) }
    case .expression(.qwen2):
      encode(text, into: &ids, &scratch) { WordScanner.end(of: $0, from: $1, numerals: 1) }
    case .expression(.tekken):
      encode(text, into: &ids, &scratch) { CasedWordScanner.end(of: $0, from: $1) }
    case .steps(let steps):
      var pieces = Pieces(text, startsText: startsText)
      for step in steps { pieces.apply(step) }
      for range in pieces.ranges {
        model.encode(pieces.text, range.lowerBound, range.upperBound, into: &ids, &scratch)
      }
    }
  }

  @inline(__always)
  private func encode(
    _ text: [UInt8], into ids: inout [Int32], _ scratch: inout BPE.Scratch,
    end: ([UInt8], Int) -> Int
  ) {
    var start = 0
    while start < text.count {
      let next = end(text, start)
      model.encode(text, start, next, into: &ids, &scratch)
      start = next
    }
  }
}
