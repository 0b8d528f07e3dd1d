public import Archives
internal import Files
public import SoftLabels
public import Stages
public import Tokenization

/// A set with tokens and masks and, if it was labelled, distributions.
public struct TokenSet: Sendable {
  /// Name of the input, for messages.
  public let name: String
  /// The typed part of the manifest.
  public let manifest: SetManifest
  /// Of the set's archive.
  public let reader: ArchiveReader
  /// V of the rows.
  public let vocabulary: Int

  /// L ids and L values of a sample; a mask of 1 marks a target.
  public typealias Tokens = (tokens: [Int32], mask: [UInt8])

  /// - Throws: `SetError`, `ArchiveError`, `StageError.notFinished`.
  public init(_ input: StageInput) throws {
    try self.init(
      reader: ArchiveReader(directory: try input.require().folder), name: input.name)
  }

  /// - Parameter name: names the set in messages.
  /// - Throws: `SetError` for a set that is empty, or without tokens or the length of its rows.
  public init(reader: ArchiveReader, name: String) throws(SetError) {
    self.name = name
    self.reader = reader
    manifest = try SetManifest(reader.manifest, name: name)
    guard reader.count > 0 else { throw .empty(set: name) }
    guard Self.holdsTokens(reader) else { throw .noTokens(set: name, fields: reader.fields) }
    guard let size = manifest.vocabulary else {
      throw .manifest(input: name, key: "vocab_size", expected: "the rows' length")
    }
    vocabulary = size
  }

  /// Whether the samples have tokens and a mask.
  public static func holdsTokens(_ reader: ArchiveReader) -> Bool {
    [TokenMembers.tokensField, TokenMembers.maskField].allSatisfy(reader.fields.contains)
  }

  /// Number of samples, at least 1.
  public var count: Int { reader.count }
  /// Whether the samples have rows of some encoding.
  public var isLabelled: Bool {
    Encodings.areStored(in: reader.fields)
  }

  /// Tokens and mask of a sample.
  ///
  /// - Throws: `SoftLabelError` naming the sample.
  public func tokens(of sample: ArchiveSample) throws(SoftLabelError) -> Tokens {
    try TokenMembers.decode(
      tokens: sample[TokenMembers.tokensField] ?? [], mask: sample[TokenMembers.maskField] ?? [],
      vocabulary: vocabulary, sample: sample.id)
  }

  /// The tokenizer stored beside the samples; its files are checked against the manifest first.
  ///
  /// - Throws: `ManifestError`, `TokenizerError`; `SetError.manifest` for one with more ids than
  ///   the rows have entries.
  public func tokenizer() throws -> Tokenizer {
    let folder = reader.directory
    guard reader.manifest.file("tokenizer.json") != nil else {
      throw ManifestError.missingFile(folder: folder, file: "tokenizer.json")
    }
    for listed in reader.manifest.files where listed.path.hasPrefix("tokenizer") {
      let found = try Manifest.entry(listed.path, in: folder).sha256
      guard listed.sha256 == found else {
        throw ManifestError.fileDigest(
          path: folder + "/" + listed.path, expected: listed.sha256, found: found)
      }
    }
    let tokenizer = try Tokenizer(folder: folder)
    guard vocabulary >= tokenizer.vocabularySize else {
      throw SetError.manifest(
        input: name, key: "vocab_size",
        expected: "at least the tokenizer's \(tokenizer.vocabularySize) ids")
    }
    return tokenizer
  }

  /// The reader of the rows.
  ///
  /// - Throws: `SetError.noLabels`, `SoftLabelError` for rows that differ from the manifest's
  ///   description.
  public func labels() throws -> LabelReader {
    guard isLabelled else { throw SetError.noLabels(set: name) }
    // Temperatures divide, shares of mass and counts of tokens cut: 1 leaves a row as it was.
    let transform = reader.manifest.details["transform"]?.objectValue
    for made in transform?.members ?? [] where made.value.doubleValue != 1 {
      throw SetError.manifest(
        input: name, key: "transform.\(made.key)",
        expected: "1: labels are the teacher's own distributions, neither tempered nor cut; found "
          + made.value.text)
    }
    return try LabelReader(
      encoding: manifest.encoding, details: manifest.encodingDetails, manifest: reader.manifest,
      folder: reader.directory, fields: reader.fields,
      vocabulary: vocabulary, set: name)
  }

  /// How well the rows keep the teacher's distributions.
  ///
  /// - Throws: `SetError.manifest` for a set without it, `SoftLabelError`.
  public func certificate() throws -> Certificate {
    guard let certificate = try manifest.certificate() else {
      throw SetError.manifest(input: name, key: "certificate", expected: "the labels' figures")
    }
    return certificate
  }
}
