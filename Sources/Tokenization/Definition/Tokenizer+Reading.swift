internal import Files

extension Tokenizer {
  /// Reads a `tokenizer.json`. Everything in it that would change ids is understood or named as what
  /// it is; nothing is passed over in silence.
  ///
  /// - Parameters:
  ///   - file: the file's name, for error messages.
  ///   - conventions: what the files beside it say; nothing is known of a file alone, save what its
  ///     template puts around a text.
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
    // Two long values aside, the file is small; without them offsets stay what they were.
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

  /// What the strict parser has against bytes that the scanner did not take.
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
