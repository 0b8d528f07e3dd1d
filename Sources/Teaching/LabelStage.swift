internal import Archives
public import Files
internal import Kernels
internal import Models
internal import Sets
internal import SoftLabels
public import Stages
internal import Tokenization

/// Stage `label`: a complete new set with tokens, masks and the distribution of every next token.
///
/// Batches are runs of `batch` consecutive kept samples, whatever the threads and whatever was done
/// before, since the shape of a batch shows in low bits. An interrupted labelling starts over,
/// since it costs one forward pass over data that a training reads many times.
public struct LabelStage: Stage {
  public static let kind = "label"
  public static let codeVersion = 4
  public static let about = "writes a teacher's whole next-token distributions beside every trace"
  public static let needs = [
    StageNeed(.set, "what is labelled"), StageNeed(.model, "the teacher"),
  ]
  public static let makes: [StageProduct] = [.set, .labels]

  private let inputs: TeachingInputs
  private let encoding: EncodingChoice
  private let compression: LabelCompression
  private let source: LabelSource
  /// Number of samples requested; `nil`: all.
  private let count: Int?
  private let allowsFewer: Bool
  private let batch: Int
  private let template: String?
  private let maxTokens: Int
  private let acceptsUnverified: Bool
  private let backend: MatrixEngine.Backend
  private let precision: MatrixEngine.Precision

  public init(_ settings: inout Settings, inputs: [StageInput]) throws {
    self.inputs = try TeachingInputs(inputs, for: Self.needs, of: Self.kind)
    encoding = try EncodingChoice(&settings)
    compression = try settings.choice(
      "compression", default: .zstd, "how the archive packs labels")
    count = try settings.optionalInt(
      "count", in: 1...Int.max, "samples that are kept; none: all")
    allowsFewer = try settings.bool(
      "allow_fewer", default: false, "take what there is where the set gives fewer than count")
    source = try settings.choice(
      "source", default: .teacher,
      "whose distributions: the model's, the exact ones of the task, or none at all")
    batch = try settings.int(
      "batch", default: 32, in: 1...65_536, "samples of one forward pass")
    template = try settings.template()
    maxTokens = try settings.int(
      "max_tokens", default: 512, in: 2...1_048_576, "longer samples are dropped and counted")
    acceptsUnverified = try settings.bool(
      "unverified", default: false, "take a set that no verifier has judged")
    let backend = try settings.choice(
      "backend", default: MatrixEngine.Backend.openblas, "what makes matrix products")
    precision = try settings.choice(
      "precision", default: .float32, "operands of matrix products; bfloat16 needs backend: native")
    if source == .oracle, encoding.codec(writing: Self.exactRows) == nil {
      throw settings.error(
        "encoding",
        "cannot store exact distributions, which no model makes: expected full or auto")
    }
    if precision == .bfloat16, backend == .openblas {
      throw settings.error("precision", "bfloat16 needs backend: native")
    }
    self.backend = BackendTable.resolved(backend, precision, for: .labelling)
    settings.resolve("backend", JSON(self.backend.rawValue))
  }

  public func outlook(
    _ name: String, settings: JSONObject, inputs: [Outlook]
  ) -> Outlook {
    let set = self.inputs.split(inputs).sets.first
    var outlook = Outlook(name: name, kind: Self.kind)
    outlook.sources = set?.sources
    outlook.mostRecords = [set?.mostRecords, count].compactMap { $0 }.min()
    outlook.isVerified = set?.isVerified
    outlook.hasPrompts = set?.hasPrompts
    outlook.labels = source.rawValue
    return outlook
  }

  public func check(_ inputs: [Outlook]) throws {
    // Even if no teacher provides the labels, its template defines how texts become tokens.
    try self.inputs.check(
      inputs, count: count, allowsFewer: allowsFewer, acceptsUnverified: acceptsUnverified,
      template: template)
    if source == .oracle, self.inputs.split(inputs).sets.contains(where: { $0.hasPrompts == true })
    {
      throw ConfigurationError(
        path: ["source"],
        reason: "free prompts have no exact distributions: expected teacher or none")
    }
  }

  public func run(_ context: StageContext) throws -> StageResult {
    try ArchiveWriter.removeLeftovers(directory: context.folder, name: LabelWriting.archive)
    let teacher = try Teacher(inputs.teacher, template: template)
    let set = try RecordSet(inputs.set, acceptsUnverified: acceptsUnverified)
    let codec = try codec(for: teacher)
    let labeller = Labeller(
      teacher: teacher, source: source, codec: codec, compression: compression,
      limit: min(maxTokens, teacher.positions + 1),
      set: set.name, engine: try MatrixEngine(backend: backend, precision: precision))
    var writing = try LabelWriting(context.folder, labeller, threads: context.threads)
    try write(set, labeller, into: &writing, context)
    guard writing.tally.kept > 0 else {
      throw writing.tally.read == 0
        ? SetError.empty(set: set.name)
        : TeachingError.allTooLong(set: set.name, read: writing.tally.read, limit: labeller.limit)
    }
    if let count, writing.tally.kept < count, !allowsFewer {
      throw TeachingError.fewer(
        set: set.name, what: "samples", asked: count, found: writing.tally.kept)
    }
    let summary = try writing.writer.finish()
    let certificate = source == .none ? nil : writing.certificate.certificate
    if let certificate {
      let reader = try ArchiveReader(
        directory: context.folder, manifest: summary.manifest(kind: Self.kind))
      try AlignmentSelfTest.run(
        reader, certificate: certificate,
        labels: LabelReader(codec), threads: context.threads,
        checkInterruption: context.checkInterruption)
    }
    for (name, bytes) in teacher.tokenizer.folderFiles {
      try AtomicFile.write(bytes, to: context.folder + "/" + name)
    }
    var beside: [(name: String, digest: String)] = []
    for (name, bytes) in source == .none ? [] : codec.files() {
      try AtomicFile.write(bytes, to: context.folder + "/" + name)
      beside.append((name, SHA256.hash(bytes).hex))
    }
    return result(summary, certificate, writing.tally, labeller, set, beside: beside)
  }

  /// Rows that come from no model.
  private static let exactRows = LabelledRows(vocabulary: 1, readout: nil)

  private func codec(for teacher: Teacher) throws -> any LabelCodec {
    let rows = LabelledRows(
      vocabulary: teacher.vocabulary, readout: source == .oracle ? nil : teacher.readout)
    guard let codec = encoding.codec(writing: rows) else {
      throw SoftLabelError.shape(
        sample: teacher.name, expected: "rows of a model", found: "exact distributions")
    }
    return codec
  }

  private func write(
    _ set: RecordSet, _ labeller: Labeller, into writing: inout LabelWriting,
    _ context: StageContext
  ) throws {
    let wanted = count ?? set.count
    // Batches that are labelled side by side; their number does not affect the bytes.
    let round = batch * max(1, context.threads)
    var waiting: [Labeller.Tokenised] = []
    var first = 0
    while first < set.count, writing.tally.kept + waiting.count < wanted {
      let range = first..<min(first + round, set.count)
      for (position, record) in zip(range, try set.records(in: range, threads: context.threads))
      where writing.tally.kept + waiting.count < wanted {
        writing.tally.read += 1
        if let item = try labeller.tokenise(
          record, isUnfinished: try set.isUnfinished(at: position))
        {
          waiting.append(item)
        } else {
          writing.tally.tooLong += 1
        }
      }
      first = range.upperBound
      let isLast = first == set.count || writing.tally.kept + waiting.count == wanted
      while waiting.count >= round || isLast && !waiting.isEmpty {
        try context.checkInterruption()
        let now = min(round, waiting.count)
        try writing.add(
          stride(from: 0, to: now, by: batch).map { waiting[$0..<min($0 + batch, now)] })
        waiting.removeFirst(now)
        context.progress.report(
          done: writing.tally.kept, of: min(wanted, set.count - writing.tally.tooLong),
          unit: "samples",
          note: writing.tally.tooLong == 0 ? "" : "\(writing.tally.tooLong) too long")
      }
    }
  }

  /// - Parameter beside: files without which the rows mean nothing, with their digests.
  private func result(
    _ summary: ArchiveSummary, _ certificate: Certificate?, _ tally: LabelWriting.Tally,
    _ labeller: Labeller, _ set: RecordSet, beside: [(name: String, digest: String)]
  ) -> StageResult {
    let teacher = labeller.teacher
    var manifest = SetManifest(isVerified: set.isVerified)
    manifest.source = SetManifest.Source(rawValue: source.rawValue)
    if source != .none {
      let details = labeller.codec.details
      manifest.encoding = labeller.codec.encoding.name
      manifest.encodingDetails = details.isEmpty ? nil : details
    }
    manifest.teacher = teacher.fingerprint
    manifest.tokenizer = teacher.tokenizer.fingerprint
    manifest.wrapping = teacher.wrapping.json
    manifest.vocabulary = teacher.vocabulary
    manifest.counts = [
      "records": JSON(tally.kept), "read": JSON(tally.read), "too_long": JSON(tally.tooLong),
      "tokens": JSON(tally.tokens), "targets": JSON(tally.targets),
    ]
    manifest.certify(certificate)
    var more: JSONObject = ["flops": JSON(tally.operations)]
    if source == .oracle { more["problem_rows"] = "the next token, probability 1" }
    if let count { more["asked"] = JSON(count) }
    let asked = count.map { $0 > tally.kept ? " of \($0) asked for" : "" } ?? ""
    let dropped = tally.tooLong == 0 ? "" : ", \(tally.tooLong) too long"
    let figures = certificate.map {
      ", cross-entropy \(short($0.teacherCrossEntropy)) nats a token"
        + " (entropy \(short($0.meanEntropy)))"
    }
    return summary.result(
      manifest, more, also: teacher.tokenizer.folderFiles.map(\.name) + beside.map(\.name),
      // What the rows mean depends on these files as well.
      content: beside.reduce(summary.content.hex) { SHA256.hash("\($0) \($1.digest)").hex },
      summary: "\(tally.kept.counted("sample"))\(asked), \(tally.targets.counted("target"))"
        + "\(dropped)\(figures ?? "")")
  }
}

/// Three decimals, for people.
func short(_ value: Double) -> String {
  let thousandths = (value * 1000).rounded()
  guard thousandths.isFinite, abs(thousandths) < 1e15 else { return "\(value)" }
  return "\(thousandths / 1000)"
}
