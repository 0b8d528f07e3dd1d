internal import Files

/// Reads `model.vocab` and `model.merges` of a tokenizer file.
struct VocabularyReader {
  let file: String
  let bytes: [UInt8]
  let symbols: BPE.Symbols
  /// Whether it is Retort's own kind: ids without gaps, special tokens first, a token for every
  /// byte.
  let isRetort: Bool

  private func wrong(_ token: [UInt8], _ reason: String) -> TokenizerError {
    .vocabulary(file: file, token: String(decoding: token, as: UTF8.self), reason: reason)
  }

  /// A scanner positioned at a value of the file.
  private func scanner(at place: Range<Int>) -> TokenizerFileScanner {
    TokenizerFileScanner(bytes, at: place.lowerBound)
  }

  func vocabulary(_ place: Range<Int>?) throws(TokenizerError) -> Vocabulary {
    guard let place, bytes[place.lowerBound] == UInt8(ascii: "{") else {
      throw .unsupported(
        file: file, key: "model.vocab", found: shown(place), expected: "an object")
    }
    var members: [(text: [UInt8], id: Range<Int>)] = []
    do {
      var scanner = scanner(at: place)
      try scanner.members { (scanner, key) throws(TokenizerFileScanner.Malformed) in
        members.append((key, try scanner.skipValue()))
      }
    } catch {
      throw Tokenizer.malformed(bytes, file)
    }
    // Added tokens may have ids between the model's, so the model's ids may have gaps.
    let bound =
      isRetort ? members.count : min(2 * members.count + 65536, DefinitionReader.idLimit)
    var vocabulary = Vocabulary(capacity: members.count)
    for (text, place) in members {
      let number = String(decoding: bytes[place], as: UTF8.self)
      guard let id = Int(number), String(id) == number, id >= 0, id < bound else {
        throw wrong(text, "id \(number.prefix(40)), expected 0 ..< \(bound)")
      }
      guard vocabulary[text] == nil else { throw Tokenizer.malformed(bytes, file) }
      guard !vocabulary.isTaken(id) else {
        throw wrong(text, "its id \(id) belongs to another token too")
      }
      guard !text.isEmpty else {
        throw wrong(
          text, "an empty text, expected one or more characters of the byte alphabet")
      }
      _ = vocabulary.insert(text, id: id)
    }
    if isRetort { try checkRetort(vocabulary) }
    return vocabulary
  }

  private func checkRetort(_ vocabulary: Vocabulary) throws(TokenizerError) {
    let specials = Tokenizer.specialTokens.map { Array($0.utf8) }
    for (id, text) in vocabulary.texts.enumerated() {
      if id < specials.count || specials.contains(text) {
        guard id < specials.count, specials[id] == text else {
          throw wrong(
            text,
            "id \(id), expected \(Tokenizer.specialTokens.joined(separator: " ")) as 0, 1, 2")
        }
      } else if ByteAlphabet.bytes(of: text) == nil {
        throw wrong(text, "expected one or more characters of the byte alphabet")
      }
    }
    for scalar in ByteAlphabet.scalars where vocabulary[Array(String(scalar).utf8)] == nil {
      throw wrong(Array(String(scalar).utf8), "missing, so its byte has no token")
    }
  }

  /// Adds the tokens that the model lacks, numbered consecutively as in the library.
  func add(_ tokens: [AddedToken], to vocabulary: inout Vocabulary) throws(TokenizerError) {
    var contents = ByteStringTable(capacity: tokens.count)
    for (number, token) in tokens.enumerated() {
      let place = "added_tokens[\(number)]"
      func refuse(_ found: String, _ expected: String) -> TokenizerError {
        .unsupported(file: file, key: place, found: found, expected: expected)
      }
      let content = String(decoding: token.content, as: UTF8.self)
      guard contents.insert(token.content, token.id) else {
        throw refuse("\"\(content)\" again", "each content once")
      }
      if let id = vocabulary[token.content] {
        guard id == token.id else {
          throw refuse("\"\(content)\" as id \(token.id)", "id \(id), as in model.vocab")
        }
        continue
      }
      guard !vocabulary.isTaken(Int(token.id)), Int(token.id) <= vocabulary.count + 65536 else {
        throw refuse(
          "\"\(content)\" as id \(token.id)", "an id that no other token has, without a gap")
      }
      vocabulary.add(token.content, id: Int(token.id))
    }
  }

  /// Checks the ids that other parts refer to.
  func check(
    _ definition: TokenizerDefinition, _ vocabulary: Vocabulary
  ) throws(TokenizerError) {
    if let unknown = definition.model.unknown, vocabulary[unknown] == nil {
      // Only text without a token would need it; the library then fails.
      throw .unsupported(
        file: file, key: "model.unk_token", found: String(decoding: unknown, as: UTF8.self),
        expected: "a token of model.vocab or null")
    }
    let template = definition.postProcessor
    for id in (template.prefix + template.suffix).flatMap(\.ids)
    where id < 0 || !vocabulary.isTaken(Int(id)) {
      throw .unsupported(
        file: file, key: "post_processor", found: "id \(id)", expected: "ids of the vocabulary")
    }
  }

  /// Merges as `["a", "b"]` or, in older files, `"a b"`. Of a repeated pair the last one counts, as
  /// in the library; in Retort's own kind a repeat is an error.
  func merges(_ place: Range<Int>?, _ vocabulary: Vocabulary) throws(TokenizerError) -> [Merge] {
    guard let place, bytes[place.lowerBound] == UInt8(ascii: "[") else {
      throw .unsupported(
        file: file, key: "model.merges", found: shown(place), expected: "an array")
    }
    var pairs: [[[UInt8]]?] = []
    do {
      var scanner = scanner(at: place)
      try scanner.elements { (scanner) throws(TokenizerFileScanner.Malformed) in
        if scanner.next == UInt8(ascii: "\"") {
          pairs.append(
            try scanner.string().split(separator: 0x20, omittingEmptySubsequences: false)
              .map(Array.init))
        } else if scanner.next == UInt8(ascii: "[") {
          var parts: [[UInt8]]? = []
          try scanner.elements { (scanner) throws(TokenizerFileScanner.Malformed) in
            if scanner.next == UInt8(ascii: "\"") {
              parts?.append(try scanner.string())
            } else {
              try scanner.skipValue()
              parts = nil
            }
          }
          pairs.append(parts)
        } else {
          try scanner.skipValue()
          pairs.append(nil)
        }
      }
    } catch {
      throw Tokenizer.malformed(bytes, file)
    }
    var merges: [Merge] = []
    merges.reserveCapacity(pairs.count)
    for (number, parts) in pairs.enumerated() {
      func wrong(_ reason: String) -> TokenizerError {
        .merge(file: file, number: number, reason: reason)
      }
      guard let parts else { throw wrong("expected two strings") }
      guard parts.count == 2 else { throw wrong("\(parts.count) tokens, expected two") }
      func id(_ text: [UInt8]) throws(TokenizerError) -> Int32 {
        guard let id = vocabulary[text] else {
          throw wrong("\"\(String(decoding: text, as: UTF8.self))\" is not in the vocabulary")
        }
        guard !isRetort || Int(id) >= Tokenizer.specialTokens.count else {
          throw wrong(
            "\(String(decoding: text, as: UTF8.self)) is a special token and is never merged")
        }
        return id
      }
      merges.append(
        Merge(left: try id(parts[0]), right: try id(parts[1]), result: try id(parts[0] + parts[1])))
    }
    let (kept, repeated) = merges.keepingLast()
    if isRetort, let repeated {
      let parts = pairs[repeated] ?? []
      let names = parts.map { "\"\(String(decoding: $0, as: UTF8.self))\"" }
      throw .merge(
        file: file, number: repeated, reason: names.joined(separator: " ") + " stands twice")
    }
    return kept
  }

  private func shown(_ place: Range<Int>?) -> String {
    place.map { String(decoding: bytes[$0].prefix(40), as: UTF8.self) } ?? "nothing"
  }
}

extension [Merge] {
  /// The merges without those repeated later, and the position of a repeated one.
  func keepingLast() -> (kept: [Merge], repeated: Int?) {
    var seen = IntegerTable(capacity: count)
    var kept: [Merge] = []
    kept.reserveCapacity(count)
    var repeated: Int?
    for (number, merge) in enumerated().reversed() {
      if seen.insert(merge.key, UInt64(number)) {
        kept.append(merge)
      } else {
        repeated = seen[merge.key].map { Int($0) }
      }
    }
    return (kept.reversed(), repeated)
  }
}
