internal import Files

/// Byte-pair encoding (Sennrich et al. 2016; Radford et al. 2019) of a kind listed in
/// `Tokenizers.md`: Retort's own, or that of a `tokenizer.json` or GGUF file.
///
/// For valid UTF-8 the ids are those of the `tokenizers` library with the same file, with one
/// deliberate difference: text that spells a special token (`<|sep|>`) is encoded as text, unless
/// `parsingSpecials` says otherwise. So no input can forge the end of a problem.
///
/// In Retort's own kind the ids 0, 1, 2 are `<|pad|>`, `<|sep|>`, `<|eos|>`; there is no beginning
/// token, and any bytes decode back unchanged.
public struct Tokenizer: Sendable {
  /// Padding in Retort's own kind; never in the output of `encodeSample`.
  public static let padId: Int32 = 0
  /// Between problem and solution, in Retort's own kind.
  public static let sepId: Int32 = 1
  /// After the solution, in Retort's own kind.
  public static let eosId: Int32 = 2
  /// The texts of ids 0, 1, 2 in a file of Retort's own kind.
  public static let specialTokens = ["<|pad|>", "<|sep|>", "<|eos|>"]
  /// Special tokens and single bytes: no vocabulary of Retort's own kind is smaller.
  public static let smallestVocabulary = specialTokens.count + 256

  /// Where `json` comes from.
  enum Source: Sendable {
    case retort
    case file([UInt8])
    case parts
  }

  /// The bytes of each id, before `finish` is applied to the whole text; empty for special ids.
  package let tokens: [[UInt8]]
  /// In order of rank.
  package let merges: [Merge]
  /// Ids with a special role, and the chat template.
  public var conventions: TokenizerConventions
  /// Ignored keys of the file: `truncation` and `padding`, if present.
  public internal(set) var ignored: [String] = []
  let definition: TokenizerDefinition
  /// The spelling of each id.
  let vocabulary: Vocabulary
  let source: Source
  let isSpecialId: [Bool]
  private let encoder: TextEncoder
  /// Decoding steps that apply to the bytes of all tokens together.
  private let finish: [DecoderStep]

  /// - Parameters:
  ///   - definition: checked; its added tokens have their ids.
  ///   - merges: between tokens, no duplicate pairs.
  init(
    _ definition: TokenizerDefinition, vocabulary: Vocabulary, merges: [Merge],
    conventions: TokenizerConventions, source: Source
  ) {
    self.definition = definition
    self.vocabulary = vocabulary
    self.conventions = conventions
    self.source = source
    var isSpecialId = [Bool](repeating: false, count: vocabulary.count)
    for token in definition.added where token.special && !definition.isSymbol(token) {
      isSpecialId[Int(token.id)] = true
    }
    self.isSpecialId = isSpecialId
    liveTokenCount = 1 + (vocabulary.texts.lastIndex { !$0.isEmpty } ?? 0)
    // Text must never become a special token by merging.
    let merges = merges.filter { !isSpecialId[Int($0.result)] }
    self.merges = merges
    let parts = definition.decoder.split(maxSplits: 1) { $0 == .fuse }
    let each = parts.first.map(Array.init) ?? []
    finish = parts.count > 1 ? Array(parts[1]) : []
    tokens = vocabulary.texts.enumerated().map { id, text in
      isSpecialId[id] ? [] : each.reduce(text) { $1.apply(to: $0) }
    }
    encoder = TextEncoder(
      definition, vocabulary: vocabulary, merges: merges, isSpecialId: isSpecialId)
  }

  /// Number of ids.
  public var vocabularySize: Int { vocabulary.count }

  /// Ids from this one on are not tokens, according to the file: a GGUF file lists as unused the
  /// ids that only pad the model's table.
  public internal(set) var liveTokenCount: Int

  /// Whether an id is a token, either text or special.
  public func isToken(_ id: Int32) -> Bool {
    id >= 0 && id < liveTokenCount && vocabulary.isTaken(Int(id))
  }

  /// Whether this is Retort's own kind, with its three special tokens.
  public var isRetort: Bool { if case .retort = source { true } else { false } }

  /// Whether an id is a special token, not text.
  public func isSpecial(_ id: Int32) -> Bool {
    isSpecialId.indices.contains(Int(id)) && isSpecialId[Int(id)]
  }

  /// The id of the special token with this spelling.
  public func specialId(_ text: String) -> Int32? {
    definition.added.first { $0.special && $0.content.elementsEqual(text.utf8) }?.id
  }

  /// The spelling of an id in the tokenizer's file; its number if it is not a token.
  public func spelling(of id: Int32) -> String {
    guard id >= 0, vocabulary.isTaken(Int(id)) else { return "id \(id)" }
    return String(decoding: vocabulary.texts[Int(id)], as: UTF8.self)
  }

  /// The id of any token with this spelling in the tokenizer's file.
  public func id(spelled text: String) -> Int32? {
    let text = Array(text.utf8)
    return definition.added.first { $0.content == text }?.id ?? vocabulary[text]
  }

  /// Encodes any bytes.
  ///
  /// - Parameters:
  ///   - parsingSpecials: whether text that spells a special token becomes that token, as in the
  ///     `tokenizers` library; never for untrusted text.
  ///   - addingSpecials: whether to add what the file's template puts around a text.
  public func encode(
    _ bytes: [UInt8], parsingSpecials: Bool = false, addingSpecials: Bool = false
  ) -> [Int32] {
    var ids: [Int32] = []
    ids.reserveCapacity(bytes.count / 2 + 4)
    if addingSpecials { ids += definition.postProcessor.prefix.flatMap(\.ids) }
    encoder.encode(bytes, parsingSpecials: parsingSpecials, into: &ids)
    if addingSpecials { ids += definition.postProcessor.suffix.flatMap(\.ids) }
    return ids
  }

  /// Appends the ids of `bytes`, never special ones.
  public func encode(_ bytes: [UInt8], into ids: inout [Int32]) {
    encoder.encode(bytes, parsingSpecials: false, into: &ids)
  }

  /// Appends the ids of the text between special tokens.
  ///
  /// - Parameter startsText: whether nothing precedes it.
  func encode(_ bytes: [UInt8], startsText: Bool, into ids: inout [Int32]) {
    encoder.encode(bytes, startsText: startsText, parsingSpecials: false, into: &ids)
  }

  /// Decodes ids to bytes; special ids decode to nothing.
  ///
  /// - Throws: `TokenizerError.unknownId`.
  public func decode(_ ids: [Int32]) throws(TokenizerError) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(ids.count * 2)
    for (at, id) in ids.enumerated() {
      guard id >= 0, Int(id) < tokens.count else {
        throw .unknownId(id, at: at, vocabularySize: tokens.count)
      }
      bytes.append(contentsOf: tokens[Int(id)])
    }
    return finish.reduce(bytes) { $1.apply(to: $0) }
  }

  /// A training sample of Retort's own kind: `encode(problem) + [sep] + encode(solution) + [eos]`,
  /// with the parts encoded separately. `Wrapping` handles any kind.
  ///
  /// - Returns: L tokens, and L mask bytes: 1 where the token is a target (solution and `eos`).
  public func encodeSample(
    problem: [UInt8], solution: [UInt8]
  ) -> (tokens: [Int32], mask: [UInt8]) {
    var ids = encode(problem)
    ids.append(Self.sepId)
    let given = ids.count
    encode(solution, into: &ids)
    ids.append(Self.eosId)
    var mask = [UInt8](repeating: 1, count: ids.count)
    for i in 0..<given { mask[i] = 0 }
    return (ids, mask)
  }

  /// SHA-256 of `json`, 64 hexadecimal characters: identifies the tokenizer in manifests.
  public var fingerprint: String { SHA256.hash(json).hex }
}

extension Tokenizer {
  /// A tokenizer of Retort's own kind.
  ///
  /// - Parameter tokens: the bytes of each id; empty for special ids.
  /// - Precondition: `tokens` contains every byte; merges refer to tokens, without duplicates.
  init(tokens: [[UInt8]], merges: [Merge]) {
    var vocabulary = Vocabulary(capacity: tokens.count)
    for (id, token) in tokens.enumerated() {
      let text =
        id < Self.specialTokens.count ? Self.specialTokens[id] : ByteAlphabet.text(of: token)
      _ = vocabulary.insert(Array(text.utf8), id: id)
    }
    self.init(retort: vocabulary, merges: merges)
  }

  /// A tokenizer of Retort's own kind.
  init(retort vocabulary: Vocabulary, merges: [Merge]) {
    var conventions = TokenizerConventions()
    conventions.paddingId = Self.padId
    conventions.endId = Self.eosId
    self.init(
      .retort, vocabulary: vocabulary, merges: merges, conventions: conventions, source: .retort)
  }
}
