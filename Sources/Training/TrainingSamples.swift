internal import Archives
internal import Files
internal import Records
internal import SoftLabels
internal import Stages
internal import Tokenization

/// The samples of a set as a trainer needs them: tokens and masks in memory, soft labels as
/// `StoredLabels` has them.
struct TrainingSamples: Sendable {
  /// One sample; without tokens when it was too long or is in no batch.
  struct Sample: Sendable {
    let id: String
    let tokens: [Int32]
    let mask: [UInt8]
    /// In the archive.
    let position: Int

    var isUsable: Bool { !tokens.isEmpty }
    /// Tokens that are read to predict the next one.
    var rowCount: Int { max(0, tokens.count - 1) }
  }

  /// Where tokens come from when the set holds texts.
  enum Texts {
    /// A tokenizer is trained on them; at most so many ids.
    case trainTokenizer(vocabulary: Int)
    case encode(with: Tokenizer)
  }

  let name: String
  private(set) var samples: [Sample] = []
  /// Soft labels, when they were read.
  let labels: StoredLabels?
  let tokenizer: Tokenizer
  /// Name of the wrapping that the set's tokens were written with; `nil`: the tokenizer's own.
  let template: String?
  /// V of the model.
  let vocabulary: Int
  /// Of the soft labels, when they were read.
  let certificate: Certificate?
  /// Samples longer than `max_tokens`.
  private(set) var dropped = 0

  /// Reads a set.
  ///
  /// - Parameters:
  ///   - kept: whether a position is in some batch; `nil`: all are.
  ///   - distributions: whether the soft labels are read (and held against the certificate).
  /// - Throws: errors that name the set and the sample.
  init(
    _ input: StageInput, reader: ArchiveReader, texts: Texts, kept: [Bool]?, distributions: Bool,
    maxTokens: Int, context: StageContext
  ) throws {
    name = input.name
    let manifest = reader.manifest
    template = manifest.details["wrapping"]?["name"]?.stringValue
    let isTokenized = reader.fields.contains(TokenMembers.tokensField)
    func wrong(_ reason: String) -> TrainingError { .set(name: input.name, reason: reason) }
    guard reader.count > 0 else { throw wrong("holds no sample") }
    let isLabelled = Encodings.areStored(in: reader.fields)
    guard !distributions || isLabelled else {
      throw wrong("holds no \(FullLabels.field) or other labels: label it first, with a source")
    }
    if isTokenized {
      tokenizer = try Self.storedTokenizer(of: reader)
      guard let size = manifest.details["vocab_size"]?.intValue, size >= tokenizer.vocabularySize
      else { throw wrong("its manifest's vocab_size does not hold its tokenizer's ids") }
      vocabulary = size
      if case .encode(let other) = texts, other.fingerprint != tokenizer.fingerprint {
        throw wrong("its tokens are another tokenizer's than the training set's")
      }
    } else {
      switch texts {
      case .encode(let given): tokenizer = given
      case .trainTokenizer(let size):
        tokenizer = try Self.trainTokenizer(on: reader, size: size, context: context)
      }
      vocabulary = tokenizer.vocabularySize
    }
    certificate =
      distributions ? try Certificate(json: manifest.details["certificate"]) : nil
    samples.reserveCapacity(reader.count)
    let stored =
      distributions
      ? StoredLabels(
        reader: reader,
        codec: try LabelReader(
          manifest: manifest, folder: reader.directory, fields: reader.fields,
          vocabulary: vocabulary, set: input.name
        ).codec
      ) { position, rows in
        (kept?[position] ?? true) && rows < maxTokens
      } : nil
    labels = stored
    var check = AlignmentCheck()
    let (setName, tokenizer, vocabulary) = (name, tokenizer, vocabulary)
    try reader.forEachSample(
      threads: context.threads,
      reading: { position, sample in
        let (tokens, mask) =
          isTokenized
          ? try Self.storedTokens(of: sample, vocabulary: vocabulary)
          : try Self.encode(sample, with: tokenizer, set: setName)
        let part = try stored?.take(sample, at: position, tokens: tokens, mask: mask)
        return (id: sample.id, tokens: tokens, mask: mask, part: part)
      },
      { position, read in
        if position % 64 == 0 { try context.checkInterruption() }
        if let part = read.part { check.add(part) }
        let isTooLong = read.tokens.count > maxTokens
        if isTooLong { dropped += 1 }
        let isUsed = (kept?[position] ?? true) && !isTooLong
        samples.append(
          Sample(
            id: read.id, tokens: isUsed ? read.tokens : [], mask: isUsed ? read.mask : [],
            position: position))
      })
    if let certificate { try check.finish(against: certificate) }
  }

  /// Logarithms of the probabilities of one sample's rows; none where labels were not read.
  func logProbabilities(of sample: Sample) throws -> [Float] {
    try labels?.logProbabilities(position: sample.position, rows: sample.rowCount) ?? []
  }

  /// Positions of samples that can be learnt from.
  var usablePositions: [Int] { samples.indices.filter { samples[$0].isUsable } }

  private static func storedTokens(
    of sample: ArchiveSample, vocabulary: Int
  ) throws(SoftLabelError) -> (tokens: [Int32], mask: [UInt8]) {
    try TokenMembers.decode(
      tokens: sample[TokenMembers.tokensField] ?? [], mask: sample[TokenMembers.maskField] ?? [],
      vocabulary: vocabulary, sample: sample.id)
  }

  private static func encode(
    _ sample: ArchiveSample, with tokenizer: Tokenizer, set: String
  ) throws -> (tokens: [Int32], mask: [UInt8]) {
    let (problem, solution) = try texts(of: sample, set: set)
    guard tokenizer.isRetort else {
      throw TrainingError.set(
        name: set,
        reason: "holds texts without ids, and only retort's own tokenizer puts a problem and its "
          + "solution together in one way -- label the set (source: none is enough)")
    }
    return tokenizer.encodeSample(problem: problem, solution: solution)
  }

  private static func texts(
    of sample: ArchiveSample, set: String
  ) throws -> (problem: [UInt8], solution: [UInt8]) {
    do throws(RecordError) {
      let record = try sample.record()
      return (Array(record.problem.utf8), Array(record.solution.utf8))
    } catch {
      throw TrainingError.sample(set: set, id: sample.id, reason: error.description)
    }
  }

  /// The tokenizer that lies beside the samples; its files are held against the manifest first.
  private static func storedTokenizer(of reader: ArchiveReader) throws -> Tokenizer {
    guard reader.manifest.file("tokenizer.json") != nil else {
      throw ManifestError.missingFile(folder: reader.directory, file: "tokenizer.json")
    }
    for listed in reader.manifest.files where listed.path.hasPrefix("tokenizer") {
      let found = try Manifest.entry(listed.path, in: reader.directory).sha256
      guard listed.sha256 == found else {
        throw ManifestError.fileDigest(
          path: reader.directory + "/" + listed.path, expected: listed.sha256, found: found)
      }
    }
    return try Tokenizer(folder: reader.directory)
  }

  private static func trainTokenizer(
    on reader: ArchiveReader, size: Int, context: StageContext
  ) throws -> Tokenizer {
    var texts: [[UInt8]] = []
    texts.reserveCapacity(2 * reader.count)
    try reader.forEachSample(threads: context.threads) { position, sample in
      if position % 64 == 0 { try context.checkInterruption() }
      let (problem, solution) = try Self.texts(of: sample, set: reader.directory)
      texts.append(problem)
      texts.append(solution)
    }
    return Tokenizer.train(on: texts, vocabularySize: size).tokenizer
  }
}
