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
    /// Of each token, in the place of 1 where it is a target; `nil`: all are 1.
    var weights: [Float]?
    /// Whose problem it is, where the student's own texts are judged.
    var record: Record?

    /// Whether some token is learnt.
    var hasTarget: Bool {
      mask.indices.dropFirst().contains { mask[$0] != 0 && weights?[$0] != 0 }
    }
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
  /// Tokens of the labels' rows, where they differ from the model's in padding alone.
  private(set) var paddedVocabulary: Int?
  /// Number of used samples that are longer than `max_tokens`.
  let dropped: Int

  /// Reads the used samples and no others.
  ///
  /// - Parameters:
  ///   - positions: of the samples, ascending; `nil`: all.
  ///   - weights: of tokens, from verdicts on the traces.
  ///   - keepsRecords: whether samples keep their records.
  ///   - distributions: whether the soft labels are read. If all samples are, they are checked
  ///     against the certificate, which covers all of them; a part against what shifts would show.
  /// - Throws: errors that name the set and the sample.
  init(
    _ input: StageInput, reader: ArchiveReader, texts: Texts, positions: [Int]?,
    distributions: Bool, maxTokens: Int, weights: TokenWeights? = nil,
    keepsRecords: Bool = false, context: StageContext
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
      [stored, tokenizer] place, sample -> (sample: Sample, part: AlignmentCheck.Part?) in
      if place % 64 == 0 { try context.checkInterruption() }
      let (ids, mask) =
        try tokens?.tokens(of: sample) ?? Self.encode(sample, with: wrapping, set: name)
      let part = try stored?.take(sample, at: positions[place], tokens: ids, mask: mask)
      let isUsed = ids.count <= maxTokens
      let own =
        isUsed
        ? try weights?.weights(
          of: sample, tokens: ids, mask: mask, tokenizer: tokenizer, set: name) : nil
      let record =
        isUsed && keepsRecords && sample[ArchiveSample.recordField] != nil
        ? try RecordSet.record(of: sample, set: name) : nil
      return (
        Sample(
          id: sample.id, tokens: isUsed ? ids : [], mask: isUsed ? mask : [],
          position: positions[place], weights: own, record: record), part
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
    let rows = try labels?.logProbabilities(position: sample.position, rows: sample.rowCount) ?? []
    guard let width = paddedVocabulary, !rows.isEmpty else { return rows }
    var aligned = [Float](repeating: -.infinity, count: sample.rowCount * vocabulary)
    for row in 0..<sample.rowCount {
      for v in 0..<tokenizer.vocabularySize {
        aligned[row * vocabulary + v] = rows[row * width + v]
      }
    }
    return aligned
  }

  /// Tokens of the labels' rows and ids that the model has too, where they differ in padding alone.
  var padding: (width: Int, shared: Int)? {
    paddedVocabulary.map { ($0, tokenizer.vocabularySize) }
  }

  /// Bytes of tokens, masks, weights, records and ids.
  var bytes: Int {
    samples.reduce(0) {
      $0 + 5 * $1.tokens.count + 4 * ($1.weights?.count ?? 0) + ($1.record?.textBytes ?? 0) + 200
    }
  }

  /// Places of the samples that can be learnt from.
  var usable: [Int] { samples.indices.filter { samples[$0].isUsable } }

  /// Takes the rows' width from a model that has another number of rows than the set.
  ///
  /// The tokenizers are the same, so that labels of another width differ in ids of no token alone.
  /// - Throws: `TrainingError.set` for a tokenizer of more ids than the model takes.
  mutating func widen(to model: Int) throws(TrainingError) {
    guard tokenizer.vocabularySize <= model else {
      throw .set(
        name: name,
        reason: "its tokenizer has \(tokenizer.vocabularySize) ids, the model takes \(model)")
    }
    if labels != nil, vocabulary != model { paddedVocabulary = vocabulary }
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
    let isUnfinished = sample.columns[RecordSet.unfinishedColumn]?.intValue == 1
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

extension Record {
  /// Bytes of its texts, and about what the rest of it takes.
  fileprivate var textBytes: Int { problem.utf8.count + solution.utf8.count + 500 }
}
