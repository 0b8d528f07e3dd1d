internal import Archives
internal import Files
internal import Kernels
internal import Models
internal import Records
internal import Scores
internal import Sets
internal import SoftLabels
internal import Stages
internal import Tokenization

/// How hard the samples of a set are: a column of its index, or a figure that is measured.
enum Difficulty {
  /// The mean loss of a given model.
  static let studentLoss = "student_loss"

  /// Columns that are measured where the index has none of that name.
  static let measured = [
    "steps", "depth", "tokens", "teacher_ce", "teacher_entropy", studentLoss,
  ]

  /// Those that are figures of a set's labels, over all targets.
  static let ofLabels = ["teacher_ce", "teacher_entropy"]
  /// Why a set of which only some targets hold a label has none.
  static let labelsSome =
    "is a figure of all targets, and only some hold a label -- label it with positions: all"

  /// One number for each sample, in the order of the set; larger is harder.
  ///
  /// - Parameters:
  ///   - set: names the set in messages.
  ///   - student: the model of `student_loss`.
  /// - Throws: `CurriculumError` for an empty set, a sample without the column, and a measure that
  ///   the set or the inputs do not allow; what the readers of records, labels and models throw.
  static func values(
    _ column: String, of reader: ArchiveReader, set: String, student: StageInput?,
    _ context: StageContext
  ) throws -> [Double] {
    guard reader.count > 0 else { throw CurriculumError.emptySet(set: reader.directory) }
    if student == nil {
      let listed = try reader.numbers(inColumn: column)
      guard let position = listed.firstIndex(where: \.isNaN) else { return listed }
      guard measured.contains(column) else {
        throw CurriculumError.column(
          set: reader.directory, sample: try reader.id(at: position), column: column,
          known: try reader.columns(at: position).keys)
      }
    }
    switch column {
    case "steps", "depth":
      return try ofRecords(reader, set, context) { record in
        column == "steps" ? Double(record.steps) : depth(of: record)
      }
    case "tokens": return try tokens(reader, set, context)
    case "teacher_ce", "teacher_entropy": return try teacher(column, reader, set, context)
    default:
      guard let student else {
        throw CurriculumError.measure(
          set: set, column: column, reason: "is the loss of a model -- give one beside the set")
      }
      return try loss(of: student, reader, set, context)
    }
  }

  private static func ofRecords(
    _ reader: ArchiveReader, _ set: String, _ context: StageContext,
    _ value: @escaping @Sendable (Record) -> Double
  ) throws -> [Double] {
    try reader.map(at: Array(0..<reader.count), threads: context.threads) { place, sample in
      if place % 256 == 0 { try context.checkInterruption() }
      return value(try RecordSet.record(of: sample, set: set))
    }
  }

  /// The knob of that name where a family draws one; else how deep brackets are nested in problem
  /// and solution.
  static func depth(of record: Record) -> Double {
    if let drawn = record.knobs["depth"]?.doubleValue { return drawn }
    var (now, most) = (0, 0)
    for byte in Array(record.problem.utf8) + Array(record.solution.utf8) {
      switch byte {
      case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"):
        now += 1
        most = max(most, now)
      case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: "\n"):
        // A line that closes less than it opens does not deepen the next.
        now = byte == UInt8(ascii: "\n") ? 0 : max(0, now - 1)
      default: break
      }
    }
    return Double(most)
  }

  private static func tokens(
    _ reader: ArchiveReader, _ set: String, _ context: StageContext
  ) throws -> [Double] {
    guard TokenSet.holdsTokens(reader) else {
      throw CurriculumError.measure(
        set: set, column: "tokens",
        reason: "counts tokens, and the set holds texts -- label it (source: none is enough), or "
          + "name length, the bytes of a solution")
    }
    let tokens = try TokenSet(reader: reader, name: set)
    return try reader.map(at: Array(0..<reader.count), threads: context.threads) { place, sample in
      if place % 256 == 0 { try context.checkInterruption() }
      return Double(try tokens.tokens(of: sample).tokens.count)
    }
  }

  /// Mean over the targets of a trace, in nats, of what its labels say: the cross-entropy of the
  /// next token, or their entropy. 0 without a target.
  private static func teacher(
    _ column: String, _ reader: ArchiveReader, _ set: String, _ context: StageContext
  ) throws -> [Double] {
    guard TokenSet.holdsTokens(reader), try TokenSet(reader: reader, name: set).isLabelled else {
      throw CurriculumError.measure(
        set: set, column: column,
        reason: "is a figure of labels, and the set has none -- label it with source: teacher")
    }
    let tokens = try TokenSet(reader: reader, name: set)
    let labels = try tokens.labels()
    guard labels.codec.positions == nil, (try? tokens.certificate())?.positions == nil else {
      throw CurriculumError.measure(
        set: set, column: column, reason: labelsSome)
    }
    return try reader.map(at: Array(0..<reader.count), threads: context.threads) { place, sample in
      if place % 16 == 0 { try context.checkInterruption() }
      let (ids, mask) = try tokens.tokens(of: sample)
      let count = max(0, ids.count - 1)
      let rows = try labels.rows({ sample[$0] }, count: count, sample: sample.id)
      let logs = try rows.logProbabilities(0..<count, sample: sample.id)
      let scores = try TargetScores(
        rows: logs.span, stored: logs.span, as: .model, tokens: ids, mask: mask,
        vocabulary: tokens.vocabulary, sample: sample.id)
      let sum = column == "teacher_ce" ? scores.likelihoodLoss : scores.entropy
      return sum / Double(max(1, scores.targets))
    }
  }

  /// Most rows of one pass.
  private static let passRows = 4096

  /// Mean `-log q` of a model over the targets of a trace, in nats; what the model cannot read
  /// counts as the hardest of the others.
  private static func loss(
    of student: StageInput, _ reader: ArchiveReader, _ set: String, _ context: StageContext
  ) throws -> [Double] {
    let stored = try StoredModel(student)
    let place = ModelFolder.place(inStage: stored.folder, files: stored.files)
    let parameters = try ModelFolder.load(place)
    let tokenizer = try Tokenizer(of: place)
    let tokens =
      TokenSet.holdsTokens(reader) ? try TokenSet(reader: reader, name: set) : nil
    if let tokens, try tokens.tokenizer().fingerprint != tokenizer.fingerprint {
      throw CurriculumError.measure(
        set: set, column: studentLoss,
        reason: "needs the tokens of \(student.name), whose tokenizer is another than the set's")
    }
    let wrapping = tokens == nil ? try Wrapping(tokenizer, template: nil) : nil
    let most = parameters.configuration.positionCount
    let samples = try reader.map(at: Array(0..<reader.count), threads: context.threads) {
      place, sample -> TokenSet.Tokens in
      if place % 256 == 0 { try context.checkInterruption() }
      let whole: TokenSet.Tokens
      if let tokens {
        whole = try tokens.tokens(of: sample)
      } else if let wrapping {
        whole = try wrapping.sample(of: RecordSet.record(of: sample, set: set), set: set)
      } else {
        throw CurriculumError.measure(
          set: set, column: studentLoss, reason: "needs tokens, and there are none")
      }
      return (Array(whole.tokens.prefix(most + 1)), Array(whole.mask.prefix(most + 1)))
    }
    let longest = samples.reduce(1) { max($0, $1.tokens.count - 1) }
    // Pieces are fixed, so that no figure depends on the number of threads.
    let pass = InferencePass(
      configuration: parameters.configuration, engine: .openBLAS, parts: 2,
      maximumTokensPerPart: max(longest, TrainingPass.sliceRows))
    var found = [Double](repeating: .nan, count: samples.count)
    var first = 0
    while first < samples.count {
      try context.checkInterruption()
      var end = first
      var rows = 0
      while end < samples.count, end == first || rows + samples[end].tokens.count <= passRows {
        rows += samples[end].tokens.count
        end += 1
      }
      let batch = try Batch(samples: samples[first..<end].map { ($0.tokens, $0.mask) })
      let losses = try pass.negativeLogLikelihoods(
        parameters: parameters, batch: batch, threads: context.threads)
      for (place, sample) in (first..<end).enumerated() {
        var (sum, count) = (0.0, 0)
        for row in batch.rowStarts[place]..<batch.rowStarts[place + 1]
        where batch.weights[row] != 0 {
          sum += Double(losses[row])
          count += 1
        }
        if count > 0, sum.isFinite { found[sample] = sum / Double(count) }
      }
      first = end
    }
    let hardest = found.filter { !$0.isNaN }.max() ?? 0
    return found.map { $0.isNaN ? hardest : $0 }
  }
}
