internal import Files

extension Tokenizer {
  /// Reads a `tokenizer.json`. Everything in it that would change ids is either understood or
  /// reported; nothing is silently skipped.
  ///
  /// - Parameters:
  ///   - file: the file's name, for error messages.
  ///   - conventions: from the files next to it; a file alone gives none, except what its template
  ///     puts around a text.
  public init(
    json bytes: [UInt8], named file: String = "tokenizer.json",
    conventions: TokenizerConventions? = nil
  ) throws(TokenizerError) {
    let places: (vocabulary: Range<Int>?, merges: Range<Int>?)
    do {
      places = try TokenizerFileScanner.places(in: bytes)
    } catch {
      throw Self.malformed(bytes, file)
    }
    // Without its two long values the file is small; blanking them keeps all offsets unchanged.
    var rest = bytes
    for place in [places.vocabulary, places.merges] {
      guard let place else { continue }
      for i in place { rest[i] = 0x20 }
      rest[place.lowerBound] = UInt8(ascii: "0")
    }
    let root: JSON
    do {
      root = try JSON.parse(rest)
    } catch {
      throw .json(file: file, error)
    }
    let definition = try DefinitionReader(file: file).definition(root)
    let isRetort = definition.isRetort
    let passedOver = ["truncation", "padding"].filter { root[$0] ?? .null != .null }
    let reader = VocabularyReader(
      file: file, bytes: bytes, symbols: definition.symbols, isRetort: isRetort)
    var vocabulary = try reader.vocabulary(places.vocabulary)
    try reader.add(definition.added, to: &vocabulary)
    try reader.check(definition, vocabulary)
    let merges = try reader.merges(places.merges, vocabulary)
    if isRetort {
      self.init(retort: vocabulary, merges: merges)
      ignored = passedOver
      return
    }
    var known = conventions ?? TokenizerConventions()
    if conventions == nil {
      known.beginningId = definition.postProcessor.prefix.first?.ids.first
      known.endId = definition.postProcessor.suffix.last?.ids.last
      known.addsBeginning = known.beginningId != nil
      known.addsEnd = known.endId != nil
      known.unknownId = definition.model.unknown.flatMap { vocabulary[$0] }
    }
    self.init(
      definition, vocabulary: vocabulary, merges: merges, conventions: known,
      source: .file(bytes))
    ignored = passedOver
  }

  /// The strict parser's error for bytes that the scanner refused.
  static func malformed(_ bytes: [UInt8], _ file: String) -> TokenizerError {
    if LargeFilePointer.begins(bytes.prefix(64)) { return .pointer(file: file) }
    do {
      _ = try JSON.parse(bytes)
      return .unsupported(
        file: file, key: "the file", found: "JSON of another shape", expected: "a tokenizer.json")
    } catch {
      return .json(file: file, error)
    }
  }
}
