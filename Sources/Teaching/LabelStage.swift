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
    StageNeed(.set, "what is labelled"),
    StageNeed(
      .model, .oneOrMore,
      "the teacher, or several; and the student, for student: NAME or encoding: projected"),
  ]
  public static let makes: [StageProduct] = [.set, .labels]

  private let inputs: TeachingInputs
  private let mix: TeacherMix
  private let studentTemplate: String?
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
    var inputs = try TeachingInputs(inputs, for: Self.needs, of: Self.kind)
    encoding = try EncodingChoice(&settings)
    studentTemplate = try Self.student(&settings, &inputs)
    // Two models and rows for a student's readout leave no doubt who is who.
    if encoding.needsStudent, inputs.student == nil { inputs.takeLastAsStudent() }
    mix = try TeacherMix(&settings, teachers: inputs.teachers.map(\.name))
    if inputs.student != nil, inputs.teachers.count > 1 {
      throw settings.error(
        "student",
        "takes one teacher, there are "
          + inputs.teachers.map(\.name).joined(separator: ", "))
    }
    self.inputs = inputs
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
    if source != .teacher, inputs.student != nil || inputs.teachers.count > 1 {
      throw settings.error(
        "source", "\(source.rawValue) takes one model, whose tokens are written: expected teacher")
    }
    if source == .oracle, encoding.codec(writing: Self.exactRows) == nil {
      throw settings.error(
        "encoding",
        "cannot store exact distributions, which no model makes: expected full or auto, at all "
          + "positions")
    }
    let isCarried = inputs.student != nil && !encoding.needsStudent
    if inputs.teachers.count > 1 || isCarried, encoding.codec(writing: Self.exactRows) == nil {
      throw settings.error(
        "encoding",
        "cannot store rows of \(isCarried ? "another tokenizer's tokens" : "several teachers"), "
          + "which are no model's states: expected full or auto, at all positions")
    }
    if precision == .bfloat16, backend == .openblas {
      throw settings.error("precision", "bfloat16 needs backend: native")
    }
    self.backend = BackendTable.resolved(backend, precision, for: .labelling)
    settings.resolve("backend", JSON(self.backend.rawValue))
  }

  /// Reads `student` and its template.
  private static func student(
    _ settings: inout Settings, _ inputs: inout TeachingInputs
  ) throws(ConfigurationError) -> String? {
    let named = settings.takeRaw(
      "student", .string,
      "an input model whose tokens are written; the teacher's distributions are carried over to them "
        + "where both have a boundary at the same byte; none: the teacher's own tokens")
    let raw = settings.takeRaw(
      "student_template", .choice(Wrapping.names),
      "with student: how a problem is put to it; none: as its tokenizer says")
    guard let named else {
      if raw != nil {
        throw settings.error("student_template", "belongs to a student -- name it: student")
      }
      return nil
    }
    guard let name = named.stringValue, let place = inputs.takeStudent(name) else {
      throw settings.error(
        "student",
        "expected one of several models among the inputs, beside its teacher; found "
          + "\(named.text.prefix(60)) -- models: "
          + inputs.teachers.map(\.name).joined(separator: ", "))
    }
    settings.resolve("student", JSON(place + 1))
    guard let raw else { return nil }
    guard let template = raw.stringValue, Wrapping.names.contains(template) else {
      throw settings.error(
        "student_template",
        "expected one of \(Wrapping.names.joined(separator: ", ")); found \(raw.text.prefix(60))")
    }
    settings.resolve("student_template", JSON(template))
    return template
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
    if source != .none {
      outlook.encoding = settings["encoding"]
      outlook.labelsSome = encoding.labelsSome
    }
    return outlook
  }

  public func check(_ inputs: [Outlook]) throws {
    // Even if no teacher provides the labels, its template defines how texts become tokens.
    try self.inputs.check(
      inputs, count: count, allowsFewer: allowsFewer, acceptsUnverified: acceptsUnverified,
      template: template)
    let all = self.inputs
    try mix.check(
      teachers: all.teachers.compactMap { one in inputs.first { $0.name == one.name } },
      set: all.split(inputs).sets.first)
    if studentTemplate == nil,
      let digest = inputs.first(where: { $0.name == all.student?.name })?.unknownTemplate
    {
      throw ConfigurationError(
        path: ["student_template"],
        reason:
          "is missing, and nobody here knows the chat template that \(all.student?.name ?? "") "
          + "brings (SHA-256 \(digest.prefix(16))…) -- set it to one of "
          + Wrapping.names.joined(separator: ", "))
    }
    if source == .oracle, self.inputs.split(inputs).sets.contains(where: { $0.hasPrompts == true })
    {
      throw ConfigurationError(
        path: ["source"],
        reason: "free prompts have no exact distributions: expected teacher or none")
    }
  }

  public func run(_ context: StageContext) throws -> StageResult {
    try ArchiveWriter.removeLeftovers(directory: context.folder, name: LabelWriting.archive)
    let teachers = try inputs.teachers.map { try Teacher($0, template: template) }
    let teacher = teachers[0]
    let student =
      encoding.needsStudent
      ? nil : try inputs.student.map { try StudentTokens($0, template: studentTemplate) }
    let set = try RecordSet(inputs.set, acceptsUnverified: acceptsUnverified)
    let limit = min(maxTokens, (student?.positions ?? teachers.map(\.positions).min() ?? 0) + 1)
    let engine = try MatrixEngine(backend: backend, precision: precision)
    var maker: (any RowMaking)?
    if let student {
      maker = SpanRows(
        teacher, student: student, engine: engine, limit: limit, set: set.name)
    } else if teachers.count > 1 {
      maker = try MixedRows(teachers, mix: mix, engine: engine, limit: limit)
    }
    let codec = try codec(
      for: teacher, vocabulary: student?.vocabulary, hasStates: maker == nil)
    let labeller = Labeller(
      teacher: teacher, source: source, codec: codec, compression: compression, limit: limit,
      set: set.name, engine: engine, student: student, maker: maker)
    var writing = try LabelWriting(context.folder, labeller, threads: context.threads)
    try write(set, labeller, into: &writing, context)
    guard writing.tally.kept > 0 else {
      throw writing.tally.read == 0
        ? SetError.empty(set: set.name)
        : writing.tally.unaligned > 0
          ? TeachingError.nothingCommon(set: set.name, read: writing.tally.unaligned)
          : TeachingError.allTooLong(
            set: set.name, read: writing.tally.read, limit: labeller.limit)
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
    let tokenizer = labeller.wrapping.tokenizer
    for (name, bytes) in tokenizer.folderFiles {
      try AtomicFile.write(bytes, to: context.folder + "/" + name)
    }
    var beside: [(name: String, digest: String)] = []
    for (name, bytes) in source == .none ? [] : codec.files() {
      beside.append((name, try SharedFile.make(name, bytes, in: context.folder)))
    }
    return result(
      summary, certificate, writing.tally, labeller, set, beside: beside,
      fingerprints: teachers.map(\.fingerprint))
  }

  /// Rows that come from no model.
  private static let exactRows = LabelledRows(vocabulary: 1, readout: nil)

  /// - Parameters:
  ///   - vocabulary: V of the rows; `nil`: the teacher's.
  ///   - hasStates: whether rows are one teacher's states times its readout.
  private func codec(
    for teacher: Teacher, vocabulary: Int?, hasStates: Bool
  ) throws -> any LabelCodec {
    let student =
      encoding.needsStudent ? try inputs.student.map { try Teacher($0, template: template) } : nil
    if let student, student.tokenizer.fingerprint != teacher.tokenizer.fingerprint {
      throw StageError.data(
        "\(student.name): its tokenizer is not that of \(teacher.name), so their ids name different "
          + "tokens -- start the student from a model with the teacher's tokenizer")
    }
    let rows = LabelledRows(
      vocabulary: vocabulary ?? teacher.vocabulary,
      readout: source == .oracle || !hasStates ? nil : teacher.readout,
      student: student?.readout)
    if let reason = encoding.misfit(rows) {
      throw StageError.data("\(Self.kind): encoding.\(reason)")
    }
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
    _ labeller: Labeller, _ set: RecordSet, beside: [(name: String, digest: String)],
    fingerprints: [String]
  ) -> StageResult {
    let tokenizer = labeller.wrapping.tokenizer
    var manifest = SetManifest(isVerified: set.isVerified)
    manifest.source = SetManifest.Source(rawValue: source.rawValue)
    if source != .none {
      let details = labeller.codec.details
      manifest.encoding = labeller.codec.encoding.name
      manifest.encodingDetails = details.isEmpty ? nil : details
    }
    manifest.teacher = mix.fingerprint(of: fingerprints)
    manifest.tokenizer = tokenizer.fingerprint
    manifest.wrapping = labeller.wrapping.json
    manifest.vocabulary = labeller.vocabulary
    manifest.counts = [
      "records": JSON(tally.kept), "read": JSON(tally.read), "too_long": JSON(tally.tooLong),
      "tokens": JSON(tally.tokens), "targets": JSON(tally.targets),
    ]
    manifest.certify(certificate)
    var more: JSONObject = ["flops": JSON(tally.operations)]
    if source == .oracle { more["problem_rows"] = "the next token, probability 1" }
    // Rows of one teacher in its own tokens are stored as it gave them: neither tempered nor cut.
    if source == .teacher, fingerprints.count == 1, tally.spans == nil {
      more["transform"] = ["temperature": 1, "top_p": 1]
    }
    if fingerprints.count > 1 { more["teachers"] = mix.json(of: fingerprints) }
    if let spans = tally.spans {
      more["spans"] = spans.json(
        teacher: labeller.teacher.tokenizer.fingerprint, unaligned: tally.unaligned)
    }
    if let count { more["asked"] = JSON(count) }
    let asked = count.map { $0 > tally.kept ? " of \($0) asked for" : "" } ?? ""
    let dropped = tally.tooLong == 0 ? "" : ", \(tally.tooLong) too long"
    let figures = certificate.map {
      ", cross-entropy \(short($0.teacherCrossEntropy)) nats a token"
        + " (entropy \(short($0.meanEntropy)))"
    }
    return summary.result(
      manifest, more, also: tokenizer.folderFiles.map(\.name) + beside.map(\.name),
      content: content(of: summary, labeller.codec, beside: beside),
      summary: "\(tally.kept.counted("sample"))\(asked), \(tally.targets.counted("target"))"
        + "\(dropped)\(figures ?? "")\(tally.spans?.words ?? "")")
  }
}

extension LabelStage {
  /// What the rows mean depends on the files beside them as well, and of rows that are not whole on
  /// what the manifest says of them.
  private func content(
    of summary: ArchiveSummary, _ codec: any LabelCodec, beside: [(name: String, digest: String)]
  ) -> String {
    var content = beside.reduce(summary.content.hex) { SHA256.hash("\($0) \($1.digest)").hex }
    if source != .none, !codec.encoding.isExact {
      content = SHA256.hash("\(content) \(JSON.object(codec.details).text)").hex
    }
    return content
  }
}

/// Three decimals, for people.
func short(_ value: Double) -> String {
  let thousandths = (value * 1000).rounded()
  guard thousandths.isFinite, abs(thousandths) < 1e15 else { return "\(value)" }
  return "\(thousandths / 1000)"
}
