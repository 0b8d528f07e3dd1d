internal import Archives
public import Files
internal import Models
internal import Records
internal import Sets
internal import SoftLabels
public import Stages
internal import Tokenization

/// Stage `import-labels`: takes in somebody's soft labels as a label set that `distil` reads.
///
/// The file is checked first (`LabelAudit`): broken labels are refused, unless the import can put
/// right what is wrong and is told to. The stage key includes what the files hold, but not where
/// they are.
public struct ImportLabelsStage: Stage {
  public static let kind = "import-labels"
  public static let codeVersion = 1
  public static let about = "takes in soft labels of other tools, after checking them"
  public static let needs: [StageNeed] = []
  public static let makes: [StageProduct] = [.set, .labels]

  private let path: String
  private let format: String?
  private let tokenizerPath: String
  private let tokensPath: String?
  private let textsPath: String?
  private let codecPath: String?
  private let template: String?
  private let repairs: Set<Repair>
  private let encoding: EncodingChoice
  private let maxTokens: Int

  /// Longest row times tokens that one text may have: 2 GiB of numbers.
  private static let mostNumbers = 1 << 29

  public init(_ settings: inout Settings, inputs: [StageInput]) throws {
    _ = try StageInputs(inputs, for: Self.needs, of: Self.kind)
    path = try settings.location(
      "path", "a file or folder of labels", "the labels: a file or folder of a format that is read")
    settings.resolve("files", .null)
    let format = try settings.optionalString(
      "format", "of the labels; none: told from the file")
    tokenizerPath = try settings.location(
      "tokenizer", "a tokenizer.json, a model's folder or a .gguf file",
      "the tokenizer of the labels' teacher")
    tokensPath = try settings.optionalLocations(
      "tokens", "one .npy of ids", "ids of the texts, where the labels' file has none"
    ).first
    textsPath = try settings.optionalLocations(
      "texts", "one .jsonl of texts", "texts in the order of the file, in place of ids"
    ).first
    codecPath = try settings.optionalLocations(
      "codec", "one .json", "settings of DistillKit's codec, where its file does not hold them"
    ).first
    template = try settings.optionalString(
      "template", "how a problem is put to the model; none: as its tokenizer says")
    let words = try settings.string(
      "repair", default: "",
      "findings to put right, by name, with commas: \(Repair.allCases.map(\.rawValue).joined(separator: ", "))"
    )
    encoding = try EncodingChoice(&settings)
    maxTokens = try settings.int(
      "max_tokens", default: 4096, in: 2...1_048_576, "longer texts are dropped and counted")
    try settings.endOfReading()
    self.format = format
    if let format, !LabelFile.formats.contains(format) {
      throw settings.error(
        "format", "expected one of \(LabelFile.formats.joined(separator: ", ")); found \(format)")
    }
    if let template, !Wrapping.names.contains(template) {
      throw settings.error(
        "template", "expected one of \(Wrapping.names.joined(separator: ", ")); found \(template)")
    }
    var repairs: Set<Repair> = []
    for word in words.split(separator: ",").map({ $0.filter { $0 != " " } }) {
      guard let repair = Repair(rawValue: word) else {
        throw settings.error(
          "repair",
          "expected some of \(Repair.allCases.map(\.rawValue).joined(separator: ", ")); found \(word)"
        )
      }
      repairs.insert(repair)
    }
    self.repairs = repairs
    do {
      let files = [path, tokenizerPath] + [tokensPath, textsPath, codecPath].compactMap { $0 }
      settings.resolve("files", JSON(try files.flatMap(Self.digests)) { JSON($0) })
    } catch {
      throw settings.error("path", "\(error)")
    }
  }

  /// Of a file, or of all files of a folder.
  private static func digests(_ path: String) throws -> [String] {
    guard Folder.isFolder(path) else {
      return [try Manifest.entry(Paths.last(of: path), in: Paths.parent(of: path)).sha256]
    }
    return try Folder.names(in: path).filter { !Folder.isFolder(path + "/" + $0) }.map {
      try Manifest.entry($0, in: path).sha256
    }
  }

  public func outlook(
    _ name: String, settings: JSONObject, inputs: [Outlook]
  ) -> Outlook {
    var outlook = Outlook(name: name, kind: Self.kind)
    outlook.isVerified = false
    outlook.hasPrompts = true
    outlook.labels = "teacher"
    return outlook
  }

  /// Reads one file: rehearsed whole.
  public func workload(settings: JSONObject, inputs: [Outlook]) -> Workload? {
    Workload(pieces: nil)
  }

  public func run(_ context: StageContext) throws -> StageResult {
    try ArchiveWriter.removeLeftovers(directory: context.folder, name: Self.archive)
    let tokenizer = try Tokenizer(of: ModelFolder.place(of: tokenizerPath))
    let wrapping = try Wrapping(tokenizer, template: template)
    var given = GivenContext()
    given.tokenizer = tokenizer
    given.codec = codecPath
    given.threads = context.threads
    if let tokensPath { try given.readTokens(tokensPath) }
    if let textsPath { try given.readTexts(textsPath) }
    let source = try LabelFile.open(path, as: format, given: given)
    let (report, evidence) = try LabelAudit.examine(source, path, given: given)
    let obstacles = Repair.obstacles(report, repairing: repairs)
    guard obstacles.isEmpty, let evidence else {
      throw StageError.data(Self.refusal(path, obstacles))
    }
    for finding in report.findings {
      let isMended = repairs.contains { $0.rawValue == finding.name }
      context.notice(
        "\(path): \(finding.name)\(isMended ? ", repaired" : ""): \(finding.evidence)")
    }
    let V =
      evidence.isDense && !repairs.contains(.paddedVocabulary)
      ? max(evidence.vocabulary, tokenizer.vocabularySize) : tokenizer.vocabularySize
    let rows = ImportedRows(
      facts: evidence, repairs: repairs, vocabulary: V,
      paddingID: tokenizer.conventions.paddingId,
      beginningID: tokenizer.conventions.addsBeginning ? tokenizer.conventions.beginningId : nil)
    return try write(source, rows, given, wrapping, report, context)
  }

  private static let archive = "data"

  private static func refusal(_ path: String, _ obstacles: [Finding]) -> String {
    let words = obstacles.map { "\($0.name): \($0.evidence) -- \($0.fix)" }
    let repairable = obstacles.map(\.name).filter { Repair(rawValue: $0) != nil }
    return "\(path): is not taken in: " + words.joined(separator: "; ")
      + (repairable.count == obstacles.count && !obstacles.isEmpty
        ? "; repair: \(repairable.joined(separator: ",")) puts it right" : "")
  }

  private func write(
    _ source: any LabelSource, _ rows: ImportedRows, _ given: GivenContext, _ wrapping: Wrapping,
    _ report: LabelReport, _ context: StageContext
  ) throws -> StageResult {
    let tokenizer = wrapping.tokenizer
    guard
      let codec = encoding.codec(
        writing: LabelledRows(vocabulary: rows.vocabulary, readout: nil))
    else {
      throw StageError.data("no encoding can store rows that come from no model: expected full")
    }
    var writer = try ArchiveWriter(
      directory: context.folder, name: Self.archive,
      options: .init(level: codec.encoding.compressionLevel, threads: context.threads))
    var certificate = Certificate.Accumulator(probed: codec.probeEvery)
    var (kept, read, tooLong, empty, repeated, tokens, targets) = (0, 0, 0, 0, 0, 0, 0)
    var seen: Set<String> = []
    try source.forEach { found in
      var sequence = found
      given.complete(&sequence, read)
      let index = read
      read += 1
      try context.checkInterruption()
      context.progress.report(done: read, of: nil, unit: "texts", note: "")
      guard (sequence.tokens?.count ?? 0) <= maxTokens,
        (sequence.tokens?.count ?? 0) * rows.vocabulary <= Self.mostNumbers
      else {
        tooLong += 1
        return
      }
      guard let sample = try rows.sample(sequence, in: path) else {
        empty += 1
        return
      }
      let record = Self.record(
        sample, given.texts.indices.contains(index) ? given.texts[index] : nil, wrapping)
      guard seen.insert(record.id).inserted else {
        repeated += 1
        return
      }
      let encoded = try codec.encode(
        sample.rows, tokens: sample.tokens, mask: sample.mask, sample: record.id)
      let fields = [
        (
          name: TokenMembers.tokensField,
          bytes: TokenMembers.encode(tokens: sample.tokens, vocabulary: rows.vocabulary)
        ), (name: TokenMembers.maskField, bytes: TokenMembers.encode(mask: sample.mask)),
      ]
      try writer.append(ArchiveSample(record: record, fields: fields + encoded.members))
      certificate.add(encoded.figures)
      kept += 1
      tokens += sample.tokens.count
      targets += sample.targets
    }
    guard kept > 0 else {
      throw StageError.data(
        "\(path): none of \(read.counted("text")) is left: \(tooLong) too long, \(empty) without a "
          + "target, \(repeated) repeated -- raise max_tokens")
    }
    let summary = try writer.finish()
    try Self.selfTest(summary, certificate.certificate, LabelReader(codec), context)
    for (name, bytes) in tokenizer.folderFiles {
      try AtomicFile.write(bytes, to: context.folder + "/" + name)
    }
    var manifest = SetManifest(isVerified: false)
    manifest.source = .teacher
    manifest.encoding = codec.encoding.name
    manifest.encodingDetails = codec.details.isEmpty ? nil : codec.details
    manifest.tokenizer = tokenizer.fingerprint
    manifest.wrapping = ["name": JSON(wrapping.name), "sha256": JSON(wrapping.sha256)]
    manifest.vocabulary = rows.vocabulary
    manifest.counts = [
      "records": JSON(kept), "read": JSON(read), "too_long": JSON(tooLong), "empty": JSON(empty),
      "repeated": JSON(repeated), "tokens": JSON(tokens), "targets": JSON(targets),
    ]
    manifest.certify(certificate.certificate)
    let more: JSONObject = [
      "imported": true, "format": report.format.map { JSON($0) } ?? .null,
      "repaired": JSON(repairs.map(\.rawValue).sorted()) { JSON($0) },
      "suspicions": JSON(report.findings.map(\.name)) { JSON($0) },
      "problem_rows": "uniform, and no targets", "flops": 0,
    ]
    return summary.result(
      manifest, more, also: tokenizer.folderFiles.map(\.name),
      summary: "\(kept.counted("sample")), \(targets.counted("target")), cross-entropy "
        + "\(short(certificate.certificate.teacherCrossEntropy)) nats a token")
  }

  /// A record of the text: what the user gave, or what the tokens decode to.
  private static func record(
    _ sample: ImportedRows.Sample, _ text: GivenContext.GivenText?, _ wrapping: Wrapping
  ) -> Record {
    if let text, !text.text.isEmpty {
      return text.prompt.isEmpty
        ? Record(text: text.text) : Record(prompt: text.prompt, solution: text.text)
    }
    let decoded = String(decoding: wrapping.bytes(of: sample.tokens), as: UTF8.self)
    return Record(
      text: decoded.isEmpty ? sample.tokens.map { "\($0)" }.joined(separator: " ") : decoded)
  }

  /// Reads the set back as a training does, and reproduces its certificate.
  private static func selfTest(
    _ summary: ArchiveSummary, _ certificate: Certificate, _ labels: LabelReader,
    _ context: StageContext
  ) throws {
    let reader = try ArchiveReader(
      directory: context.folder, manifest: summary.manifest(kind: kind))
    var check = AlignmentCheck()
    try reader.forEachSample(
      threads: context.threads,
      reading: { position, sample in
        let (tokens, mask) = try TokenMembers.decode(
          tokens: sample[TokenMembers.tokensField] ?? [],
          mask: sample[TokenMembers.maskField] ?? [], vocabulary: labels.vocabulary,
          sample: sample.id)
        return try labels.rows({ sample[$0] }, count: tokens.count - 1, sample: sample.id)
          .alignment(from: 0, at: position, tokens: tokens, mask: mask, sample: sample.id)
      },
      { _, part in
        try context.checkInterruption()
        check.add(part)
      })
    try check.finish(against: certificate)
  }
}
