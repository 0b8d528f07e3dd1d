internal import Archives
internal import Files
internal import Records
internal import Sets
internal import SoftLabels
internal import Stages
internal import Tokenization

/// The samples of a set that a training uses: tokens and masks in memory, soft labels in
/// `StoredLabels`. Samples of no batch are neither read nor kept.
struct TrainingSamples: Sendable {
  /// One sample; without tokens if it was too long.
  struct Sample: Sendable {
    let id: String
    let tokens: [Int32]
    let mask: [UInt8]
    /// Position in the archive.
    let position: Int

    var isUsable: Bool { !tokens.isEmpty }
    /// Tokens that are read to predict the next one.
    var rowCount: Int { max(0, tokens.count - 1) }
  }

  /// How the texts of a set without tokens are tokenised.
  enum Texts {
    /// By a tokenizer trained on them, with at most this many ids.
    case trainTokenizer(vocabulary: Int)
    case encode(with: Tokenizer)
    /// By the tokenizer of the checkpoint that the model starts from, in the wrapping of that name;
    /// `nil`: as the tokenizer says.
    case wrap(Tokenizer, template: String?)

    /// The tokenizer that the texts must have, and whose it is.
    fileprivate var given: (tokenizer: Tokenizer, owner: String)? {
      switch self {
      case .trainTokenizer: nil
      case .encode(let tokenizer): (tokenizer, "the training set's")
      case .wrap(let tokenizer, _): (tokenizer, "that of the checkpoint that the model starts from")
      }
    }
  }

  let name: String
  /// The used samples, in the order of the set.
  let samples: [Sample]
  /// Soft labels, if they were read.
  let labels: StoredLabels?
  let tokenizer: Tokenizer
  /// Name of the wrapping that the tokens were written with; `nil`: the tokenizer's own.
  let template: String?
  /// V of the model.
  private(set) var vocabulary: Int
  /// Number of used samples that are longer than `max_tokens`.
  let dropped: Int

  /// Reads the used samples and no others.
  ///
  /// - Parameters:
  ///   - positions: of the samples, ascending; `nil`: all.
  ///   - distributions: whether the soft labels are read. If all samples are, they are checked
  ///     against the certificate, which covers all of them; a part against what shifts would show.
  /// - Throws: errors that name the set and the sample.
  init(
    _ input: StageInput, reader: ArchiveReader, texts: Texts, positions: [Int]?,
    distributions: Bool, maxTokens: Int, context: StageContext
  ) throws {
    let name = input.name
    self.name = name
    guard reader.count > 0 else { throw SetError.empty(set: name) }
    let positions = positions ?? Array(0..<reader.count)
    let tokens =
      TokenSet.holdsTokens(reader) ? try TokenSet(reader: reader, name: name) : nil
    if let tokens {
      tokenizer = try tokens.tokenizer()
      vocabulary = tokens.vocabulary
      if let (other, owner) = texts.given, other.fingerprint != tokenizer.fingerprint {
        throw TrainingError.set(
          name: name, reason: "its tokens are another tokenizer's than \(owner)")
      }
    } else {
      switch texts {
      case .encode(let given): tokenizer = given
      case .wrap(let given, _): tokenizer = given
      case .trainTokenizer(let size):
        tokenizer = try Self.trainTokenizer(on: reader, of: name, size: size, context: context)
      }
      vocabulary = tokenizer.vocabularySize
    }
    var stored: StoredLabels?
    var certificate: Certificate?
    if distributions {
      guard let tokens else { throw SetError.noLabels(set: name) }
      stored = try StoredLabels(
        reader: reader, codec: tokens.labels().codec, among: positions
      ) { _, rows in rows < maxTokens }
      certificate = try tokens.certificate()
    }
    labels = stored
    let wrapping = try tokens == nil ? Self.wrapping(tokenizer, texts, set: name) : nil
    if case .wrap = texts, let wrapping {
      template = wrapping.name
    } else {
      template = tokens?.manifest.wrappingName
    }
    let read = try reader.map(at: positions, threads: context.threads) {
      [stored] place, sample -> (sample: Sample, part: AlignmentCheck.Part?) in
      if place % 64 == 0 { try context.checkInterruption() }
      let (ids, mask) =
        try tokens?.tokens(of: sample) ?? Self.encode(sample, with: wrapping, set: name)
      let part = try stored?.take(sample, at: positions[place], tokens: ids, mask: mask)
      let isUsed = ids.count <= maxTokens
      return (
        Sample(
          id: sample.id, tokens: isUsed ? ids : [], mask: isUsed ? mask : [],
          position: positions[place]), part
      )
    }
    samples = read.map(\.sample)
    dropped = samples.count { !$0.isUsable }
    if let certificate {
      var check = AlignmentCheck()
      for part in read.compactMap(\.part) { check.add(part) }
      if positions.count == reader.count {
        try check.finish(against: certificate)
      } else {
        try check.finishPart(of: certificate)
      }
    }
  }

  /// Place in `samples` of the sample at a position of the set, in time logarithmic in their
  /// number.
  ///
  /// - Precondition: the sample is used.
  func place(of position: UInt32) -> Int {
    var (low, high) = (0, samples.count)
    while low < high {
      let middle = (low + high) / 2
      if samples[middle].position < Int(position) { low = middle + 1 } else { high = middle }
    }
    precondition(
      low < samples.count && samples[low].position == Int(position), "a sample of no batch")
    return low
  }

  /// Log-probabilities of one sample's rows; none if labels were not read.
  func logProbabilities(of sample: Sample) throws -> [Float] {
    try labels?.logProbabilities(position: sample.position, rows: sample.rowCount) ?? []
  }

  /// Places of the samples that can be learnt from.
  var usable: [Int] { samples.indices.filter { samples[$0].isUsable } }

  /// Takes the rows' width from a model that has more rows than its tokenizer has ids.
  ///
  /// - Throws: `TrainingError.set` where distributions of another width were read.
  mutating func widen(to model: Int) throws(TrainingError) {
    guard labels == nil || vocabulary == model else {
      throw .set(
        name: name,
        reason:
          "its distributions are over \(vocabulary) ids, the model's over \(model) -- label it "
          + "with a teacher of as many")
    }
    guard tokenizer.vocabularySize <= model else {
      throw .set(
        name: name,
        reason: "its tokenizer has \(tokenizer.vocabularySize) ids, the model takes \(model)")
    }
    vocabulary = model
  }

  private static func wrapping(
    _ tokenizer: Tokenizer, _ texts: Texts, set: String
  ) throws -> Wrapping {
    if case .wrap(_, let template) = texts { return try Wrapping(tokenizer, template: template) }
    guard tokenizer.isRetort else {
      throw TrainingError.set(
        name: set,
        reason: "holds texts without ids, and only retort's own tokenizer puts a problem and its "
          + "solution together in one way -- label the set (source: none is enough)")
    }
    return try Wrapping(tokenizer, template: "retort")
  }

  private static func encode(
    _ sample: ArchiveSample, with wrapping: Wrapping?, set: String
  ) throws -> TokenSet.Tokens {
    guard let wrapping else { throw SetError.noTokens(set: set, fields: []) }
    let record = try RecordSet.record(of: sample, set: set)
    let isUnfinished =
      record.isFree && sample.columns[RecordSet.unfinishedColumn]?.intValue == 1
    return try wrapping.sample(of: record, isUnfinished: isUnfinished, set: set)
  }

  private static func trainTokenizer(
    on reader: ArchiveReader, of set: String, size: Int, context: StageContext
  ) throws -> Tokenizer {
    let positions = TextSample.positions(of: reader.count)
    let texts = try reader.map(at: positions, threads: context.threads) { place, sample in
      if place % 64 == 0 { try context.checkInterruption() }
      let record = try RecordSet.record(of: sample, set: set)
      return [Array(record.problem.utf8), Array(record.solution.utf8)]
    }
    return Tokenizer.train(on: texts.flatMap { $0 }, vocabularySize: size).tokenizer
  }
}
