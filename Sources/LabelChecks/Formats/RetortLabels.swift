internal import Archives
package import Files
internal import Records
internal import Sets
internal import SoftLabels
internal import Tokenization

/// A label set of ours: a folder with samples, rows of any encoding, a certificate and a tokenizer.
///
/// Every byte is held against the set's digests, every sample's rows against its tokens as a
/// training does it, and as many rows as a budget allows are looked at one by one.
package final class RetortLabels: LabelSource {
  package let format = "retort"
  package let scale = RowScale.logProbabilities
  /// Half a step of float16, relative.
  package let precision = 0x1p-11
  package var vocabulary: Int? { samples.vocabulary }
  /// False until `ownFindings` has reproduced the certificate.
  package private(set) var isCertified = false
  /// An encoding that is not exact makes the small ends of rows itself.
  package var hasFloor: Bool { !labels.codec.encoding.isExact }
  /// Encoding, samples, source and the certificate's cross-entropy (nats a target).
  package var facts: JSONObject {
    [
      "encoding": JSON(labels.codec.encoding.name), "samples": JSON(samples.count),
      "source": samples.manifest.source.map { JSON($0.rawValue) } ?? .null,
      "teacher_ce": (try? samples.certificate()).map { JSON($0.teacherCrossEntropy) } ?? .null,
    ]
  }

  private let samples: TokenSet
  private let labels: LabelReader
  private let path: String
  /// Entries of rows that are looked at one by one.
  private static let mostEntries = 1 << 28
  /// Samples whose tokens are made again from their records.
  private static let mostRecords = 512

  /// - Parameter path: the folder of the set.
  /// - Throws: `LabelFileError.format` for a set without tokens or labels, `LabelFileError.damaged`
  ///   where manifest, archive or encoding cannot be read.
  package init(_ path: String) throws {
    self.path = path
    do {
      samples = try TokenSet(reader: ArchiveReader(directory: path), name: path)
      labels = try samples.labels()
    } catch let error as SetError {
      throw LabelFileError.format(path: path, reason: "\(error)")
    } catch let error as ArchiveError {
      throw LabelFileError.damaged(path: path, reason: "\(error)")
    } catch let error as SoftLabelError {
      throw LabelFileError.damaged(path: path, reason: "\(error)")
    }
  }

  /// Verifies every digest, then the certificate over all samples, then the tokens and masks of up
  /// to about a thousand samples against their records. Damage ends it at once.
  ///
  /// - Throws: `ArchiveError` and `FileError` for what turns unreadable on the way, `Interrupted`.
  package func ownFindings(_ given: GivenContext) throws -> [Finding] {
    do throws(ArchiveError) {
      try ArchiveReader.verify(directory: path, threads: given.threads)
    } catch {
      return [
        Finding(
          "damaged", .broken, evidence: "\(error)",
          fix: "make or fetch the set again: its bytes are not those that were written")
      ]
    }
    return try alignment(given.threads) + tokens(given)
  }

  /// The reader's own check, over all samples.
  private func alignment(_ threads: Int) throws -> [Finding] {
    func finding(_ error: any Error) -> Finding {
      Finding(
        "certificate", .broken, evidence: "\(error)",
        fix: "label the set again; rows were moved or changed after they were certified")
    }
    do {
      let certificate = try samples.certificate()
      var check = AlignmentCheck()
      let (set, labels) = (samples, labels)
      try set.reader.forEachSample(
        threads: threads,
        reading: { position, sample in
          let (tokens, mask) = try set.tokens(of: sample)
          return try labels.rows({ sample[$0] }, count: tokens.count - 1, sample: sample.id)
            .alignment(from: 0, at: position, tokens: tokens, mask: mask, sample: sample.id)
        },
        { position, part in
          if position.isMultiple(of: 64) { try Interruption.check() }
          check.add(part)
        })
      try check.finish(against: certificate)
      isCertified = true
      return []
    } catch let error as SoftLabelError {
      return [Self.named(error) ?? finding(error)]
    } catch let error as SetError {
      return [finding(error)]
    }
  }

  /// The finding that says most precisely what a reader refuses.
  private static func named(_ error: SoftLabelError) -> Finding? {
    switch error {
    case .shape(let sample, _, _):
      Finding(RowCounts.name, .broken, at: sample, evidence: "\(error)", fix: "label the set again")
    case .value(let sample, let row, _, let found):
      Finding(
        found.contains("nan") || found.contains("NaN") ? NaNRows.name : LogAboveZero.name, .broken,
        at: "\(sample), row \(row)", evidence: "\(error)", fix: "label the set again")
    case .mass(let sample, let row, _):
      Finding(
        NotNormalised.name, .broken, at: "\(sample), row \(row)", evidence: "\(error)",
        fix: "label the set again")
    case .impossible(let sample, let row, _):
      Finding(
        ImpossibleTargets.name, .broken, at: "\(sample), row \(row)", evidence: "\(error)",
        fix: "label the set again")
    default: nil
    }
  }

  /// Whether tokens and masks are those of the records, by the set's own tokenizer and wrapping.
  private func tokens(_ given: GivenContext) throws -> [Finding] {
    var findings: [Finding] = []
    if let tokenizer = given.tokenizer, let stored = samples.manifest.tokenizer,
      tokenizer.fingerprint != stored
    {
      findings.append(
        Finding(
          WrongTokenizer.name, .broken,
          evidence: "the set names the tokenizer \(stored.prefix(12)), the one given is "
            + "\(tokenizer.fingerprint.prefix(12))",
          fix: "give the tokenizer of the labels' teacher"))
    }
    // Imported tokens are whatever the other tool made of the texts.
    guard samples.reader.manifest.kind != ImportLabelsStage.kind,
      samples.reader.fields.contains(ArchiveSample.recordField),
      let tokenizer = try? samples.tokenizer(),
      let wrapping = try? Wrapping(tokenizer, template: samples.manifest.wrappingName)
    else { return findings }
    let step = max(1, samples.count / Self.mostRecords)
    var (wrongTokens, wrongMasks, trained, read) = (Tally(), Tally(), Tally(), 0)
    let positions = Array(stride(from: 0, to: samples.count, by: step))
    for sample in try samples.reader.samples(at: positions, threads: given.threads) {
      guard let record = try? sample.record(),
        let due = try? wrapping.sample(
          of: record, isUnfinished: sample.columns[RecordSet.unfinishedColumn]?.intValue == 1,
          set: path),
        let (tokens, mask) = try? samples.tokens(of: sample)
      else { continue }
      read += 1
      if tokens != due.tokens {
        wrongTokens.add(sample.id)
      } else if mask != due.mask {
        let extra = zip(mask, due.mask).contains { $0 == 1 && $1 == 0 }
        let lacks = zip(mask, due.mask).contains { $0 == 0 && $1 == 1 }
        if extra, !lacks { trained.add(sample.id) } else { wrongMasks.add(sample.id) }
      }
    }
    if wrongTokens.count > 0 {
      findings.append(
        Finding(
          WrongTokenizer.name, .broken, at: wrongTokens.first,
          evidence: "\(share(wrongTokens.count, of: read)) texts have other ids by the set's own "
            + "tokenizer", fix: "label the set again"))
    }
    if wrongMasks.count > 0 {
      findings.append(
        MaskShifted.finding(
          at: wrongMasks.first,
          "\(share(wrongMasks.count, of: read)) masks are not those of their records"))
    }
    if trained.count > 0 {
      findings.append(
        PromptTrained.finding(
          at: trained.first, "\(share(trained.count, of: read)) masks count more than the solution")
      )
    }
    return findings
  }

  /// Visits samples at even distances: as many as hold about 2^28 numbers by the length of the
  /// first, or 32 if that is more.
  ///
  /// Sums of a student's readout give no distributions back: what the certificate, the stored next
  /// tokens and the digests say of such a set is all there is to see.
  package func forEach(_ body: (LabelSequence) throws -> Void) throws {
    guard labels.codec.givesDistributions else { return }
    let rows = try samples.reader.sample(at: 0)[TokenMembers.tokensField]?.count ?? 1
    let each = max(1, rows / 2) * samples.vocabulary
    let most = max(32, Self.mostEntries / each)
    let step = max(1, (samples.count + most - 1) / most)
    for position in stride(from: 0, to: samples.count, by: step) {
      try Interruption.check()
      let sample = try samples.reader.sample(at: position)
      let (tokens, mask) = try samples.tokens(of: sample)
      let stored = try labels.rows({ sample[$0] }, count: tokens.count - 1, sample: sample.id)
      let block = RowBlock(stored, sample: sample.id, vocabulary: samples.vocabulary)
      // A row without a label stands for its next token: no figure counts it.
      let counted = mask.indices.map {
        mask[$0] != 0 && stored.isLabelled($0 - 1) ? mask[$0] : 0
      }
      var sequence = LabelSequence(
        name: sample.id, tokens: tokens, mask: counted, rowCount: tokens.count - 1
      ) { r in .dense(try block.row(r)) }
      if case .teacher = (try? sample.record())?.origin { sequence.isOwnSample = true }
      try body(sequence)
    }
  }

  /// Rows decoded some at a time: rebuilding one costs nearly as much as rebuilding several.
  private final class RowBlock {
    private static let count = 16
    private let rows: any LabelRows
    private let sample: String
    private let V: Int
    private var first = -1
    private var values: [Float] = []

    init(_ rows: any LabelRows, sample: String, vocabulary: Int) {
      self.rows = rows
      self.sample = sample
      V = vocabulary
    }

    func row(_ r: Int) throws -> [Float] {
      let start = r / Self.count * Self.count
      if start != first {
        values = try rows.logProbabilities(
          start..<min(start + Self.count, rows.count), sample: sample)
        first = start
      }
      return Array(values[((r - start) * V)..<((r - start + 1) * V)])
    }
  }
}
