internal import Archives
internal import Files
internal import Records
internal import Sets
internal import SoftLabels
internal import Stages
internal import Tokenization

/// A label set that is written from somebody's rows.
struct ImportedSet {
  static let archive = "data"

  private let rows: ImportedRows
  private let codec: any LabelCodec
  private let path: String
  private let wrapping: Wrapping
  private let given: GivenContext
  private let maxTokens: Int
  private var writer: ArchiveWriter
  private var certificate: Certificate.Accumulator
  private var tally = Tally()
  private var missing = Missing()
  private var seen: Set<String> = []

  private struct Tally {
    var (kept, read, tooLong, empty, repeated, tokens, targets) = (0, 0, 0, 0, 0, 0, 0)
  }

  /// What rows of a few tokens leave open.
  private struct Missing {
    /// Targets whose next token is not among the kept ones.
    var nextOutside = 0
    var labelled = 0
    var sum = 0.0
    var largest = 0.0
    var tails = Quantile()

    mutating func add(_ tail: Double, isNextOutside: Bool) {
      labelled += 1
      nextOutside += isNextOutside ? 1 : 0
      sum += tail
      largest = max(largest, tail)
      tails.add([Float(tail)])
    }

    /// The manifest's key `missing`: of how the rest is shared nothing is known, so that
    /// divergences and other temperatures are not either.
    func json(_ targets: Int) -> JSON {
      [
        "unlabelled": JSON(targets - labelled), "next_outside": JSON(nextOutside),
        "tail_mass_mean": JSON(sum / Double(max(1, labelled))),
        "tail_mass_p99": JSON(Double(tails.value(percent: 99))), "tail_mass_max": JSON(largest),
      ]
    }
  }

  /// Longest row times tokens that one text may have: 2 GiB of numbers.
  private static let mostNumbers = 1 << 29

  /// - Parameters:
  ///   - path: of the labels, for messages.
  ///   - maxTokens: longer texts are dropped.
  init(
    _ rows: ImportedRows, codec: any LabelCodec, path: String, wrapping: Wrapping,
    given: GivenContext, maxTokens: Int, _ context: StageContext
  ) throws {
    self.rows = rows
    self.codec = codec
    self.path = path
    self.wrapping = wrapping
    self.given = given
    self.maxTokens = maxTokens
    writer = try ArchiveWriter(
      directory: context.folder, name: Self.archive,
      options: .init(level: codec.encoding.compressionLevel, threads: context.threads))
    certificate = Certificate.Accumulator(probed: codec.probeEvery)
  }

  /// Adds a text with its rows, or counts why it is left out.
  mutating func add(_ found: LabelSequence, _ context: StageContext) throws {
    var sequence = found
    given.complete(&sequence, tally.read)
    let index = tally.read
    tally.read += 1
    try context.checkInterruption()
    context.progress.report(done: tally.read, of: nil, unit: "texts", note: "")
    let count = sequence.tokens?.count ?? 0
    guard count <= maxTokens, rows.keepsFew || count * rows.vocabulary <= Self.mostNumbers else {
      tally.tooLong += 1
      return
    }
    guard let sample = try rows.sample(sequence, in: path) else {
      tally.empty += 1
      return
    }
    let record =
      sequence.record
      ?? record(sample, given.texts.indices.contains(index) ? given.texts[index] : nil)
    guard seen.insert(record.id).inserted else {
      tally.repeated += 1
      return
    }
    let encoded = try encode(sample, of: record)
    let fields = [
      (
        name: TokenMembers.tokensField,
        bytes: TokenMembers.encode(tokens: sample.tokens, vocabulary: rows.vocabulary)
      ), (name: TokenMembers.maskField, bytes: TokenMembers.encode(mask: sample.mask)),
    ]
    try writer.append(
      ArchiveSample(
        record: record, fields: fields + encoded.members,
        columns: sequence.isUnfinished ? [RecordSet.unfinishedColumn: 1] : [:]))
    certificate.add(encoded.figures)
    tally.kept += 1
    tally.tokens += sample.tokens.count
    tally.targets += sample.targets
  }

  private mutating func encode(
    _ sample: ImportedRows.Sample, of record: Record
  ) throws -> EncodedRows {
    guard rows.keepsFew, let codec = codec as? SparseCodec else {
      return try codec.encode(
        sample.rows, tokens: sample.tokens, mask: sample.mask, sample: record.id)
    }
    for (t, row) in sample.kept.enumerated() where sample.mask[t + 1] == 1 {
      guard let gap = row.flatMap({ codec.gap(of: $0, next: sample.tokens[t + 1]) }) else {
        continue
      }
      missing.add(gap.tail, isNextOutside: gap.isNextOutside)
    }
    return try codec.encode(
      kept: sample.kept, tokens: sample.tokens, mask: sample.mask, sample: record.id)
  }

  /// A record of the text: what the user gave, or what the tokens decode to.
  private func record(_ sample: ImportedRows.Sample, _ text: GivenContext.GivenText?) -> Record {
    if let text, !text.text.isEmpty {
      return text.prompt.isEmpty
        ? Record(text: text.text) : Record(prompt: text.prompt, solution: text.text)
    }
    let decoded = String(decoding: wrapping.bytes(of: sample.tokens), as: UTF8.self)
    return Record(
      text: decoded.isEmpty ? sample.tokens.map { "\($0)" }.joined(separator: " ") : decoded)
  }

  /// Seals the archive, reads it back as a training does, and describes it.
  ///
  /// - Parameters:
  ///   - set: the manifest of the set that the rows lay beside, if any.
  ///   - unplaced: ids of its records whose rows could not be placed.
  /// - Throws: `StageError.data` where no text is left.
  mutating func finish(
    _ report: LabelReport, repaired: Set<Repair>, of set: SetManifest?, unplaced: [String]?,
    _ context: StageContext
  ) throws -> StageResult {
    guard tally.kept > 0 else {
      throw StageError.data(
        "\(path): none of \(tally.read.counted("text")) is left: \(tally.tooLong) too long, "
          + "\(tally.empty) without a target, \(tally.repeated) repeated"
          + (unplaced.map { ", \($0.count) of tokens that the tokenizer does not make the text of" }
            ?? "")
          + " -- raise max_tokens, or give the tokenizer of the labels' teacher")
    }
    let certificate = certificate.certificate
    let summary = try writer.finish()
    try AlignmentSelfTest.run(
      ArchiveReader(
        directory: context.folder, manifest: summary.manifest(kind: ImportLabelsStage.kind)),
      certificate: certificate, labels: LabelReader(codec), threads: context.threads,
      checkInterruption: context.checkInterruption)
    let tokenizer = wrapping.tokenizer
    for (name, bytes) in tokenizer.folderFiles {
      try AtomicFile.write(bytes, to: context.folder + "/" + name)
    }
    var manifest = SetManifest(isVerified: set.map { $0.isVerified } ?? false)
    manifest.source = .teacher
    manifest.encoding = codec.encoding.name
    manifest.encodingDetails = codec.details.isEmpty ? nil : codec.details
    manifest.teacher = set?.teacher
    manifest.tokenizer = tokenizer.fingerprint
    manifest.wrapping = ["name": JSON(wrapping.name), "sha256": JSON(wrapping.sha256)]
    manifest.vocabulary = rows.vocabulary
    var counts: JSONObject = [
      "records": JSON(tally.kept), "read": JSON(tally.read), "too_long": JSON(tally.tooLong),
      "empty": JSON(tally.empty), "repeated": JSON(tally.repeated), "tokens": JSON(tally.tokens),
      "targets": JSON(tally.targets),
    ]
    if let unplaced { counts["unplaced"] = JSON(unplaced.count) }
    manifest.counts = counts
    manifest.certify(certificate)
    var more: JSONObject = [
      "imported": true, "format": report.format.map { JSON($0) } ?? .null,
      "repaired": JSON(repaired.map(\.rawValue).sorted()) { JSON($0) },
      "suspicions": JSON(report.findings.map(\.name)) { JSON($0) },
      "problem_rows": "uniform, and no targets", "flops": 0,
    ]
    if rows.keepsFew { more["missing"] = missing.json(tally.targets) }
    return summary.result(
      manifest, more, also: tokenizer.folderFiles.map(\.name), content: content(of: summary),
      summary: "\(tally.kept.counted("sample")), \(tally.targets.counted("target")), cross-entropy "
        + "\(short(certificate.teacherCrossEntropy)) nats a token"
        + (rows.keepsFew ? ", \(short(certificate.massKept * 100)) % of the mass kept" : "")
        + (unplaced.map { $0.isEmpty ? "" : "; \($0.count.counted("text")) not placed" } ?? ""))
  }

  /// Rows of a few tokens mean what the manifest says of them; `nil`: what the archive holds.
  private func content(of summary: ArchiveSummary) -> String? {
    codec.encoding.isExact
      ? nil : SHA256.hash("\(summary.content.hex) \(JSON.object(codec.details).text)").hex
  }
}
