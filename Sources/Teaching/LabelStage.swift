internal import Archives
internal import Files
internal import Kernels
internal import SoftLabels
public import Stages
internal import Tokenization

/// Stage `label`: a complete new set with tokens, masks and the distribution of every next token.
///
/// Batches are runs of `batch` consecutive samples that are kept, whatever the threads and whatever
/// was done before: batch shape shows in low bits. An interrupted labelling starts over, since it
/// costs one forward pass over data that a training reads many times.
public struct LabelStage: Stage {
  public static let kind = "label"
  public static let codeVersion = 1
  public static let about = "writes a teacher's whole next-token distributions beside every trace"

  private enum Encoding: String, CaseIterable { case full }

  private let inputs: TeachingInputs
  private let encoding: Encoding
  private let source: LabelSource
  private let count: Int?
  private let batch: Int
  private let maxTokens: Int
  private let acceptsUnverified: Bool

  public init(_ settings: inout Settings, inputs: [StageInput]) throws {
    self.inputs = try TeachingInputs(inputs, stage: Self.kind)
    encoding = try settings.choice("encoding", default: .full)
    count = try settings.optionalInt("count", in: 1...Int.max)
    source = try settings.choice("source", default: .teacher)
    batch = try settings.int("batch", default: 32, in: 1...65_536)
    maxTokens = try settings.int("max_tokens", default: 512, in: 2...1_048_576)
    acceptsUnverified = try settings.bool("unverified", default: false)
  }

  public func run(_ context: StageContext) throws -> StageResult {
    try ArchiveWriter.removeLeftovers(directory: context.folder, name: Self.archive)
    let teacher = try Teacher(inputs.teacher)
    let set = try RecordSet(inputs.set, acceptsUnverified: acceptsUnverified)
    let labeller = Labeller(
      teacher: teacher, source: source, limit: min(maxTokens, teacher.positions + 1),
      set: set.name)
    var writing = try Writing(context.folder, teacher: teacher, threads: context.threads)
    try write(set, labeller, into: &writing, context)
    guard writing.tally.read == 0 || writing.tally.kept > 0 else {
      throw TeachingError.allTooLong(
        set: set.name, read: writing.tally.read, limit: labeller.limit)
    }
    let summary = try writing.writer.finish()
    let certificate = source == .none ? nil : writing.certificate.certificate
    if let certificate {
      let reader = try ArchiveReader(
        directory: context.folder, manifest: summary.manifest(kind: Self.kind))
      try AlignmentSelfTest.run(
        reader, certificate: certificate, vocabulary: teacher.vocabulary,
        threads: context.threads, checkInterruption: context.checkInterruption)
    }
    try AtomicFile.write(teacher.tokenizer.json, to: context.folder + "/tokenizer.json")
    return result(summary, certificate, writing.tally, teacher, set)
  }

  private static let archive = "data"

  /// What has been written so far, and its figures.
  private struct Writing {
    var writer: ArchiveWriter
    var certificate = Certificate.Accumulator()
    var tally = Tally()
    let pool: WorkerPool
    let teacher: Teacher

    init(_ folder: String, teacher: Teacher, threads: Int) throws {
      writer = try ArchiveWriter(
        directory: folder, name: LabelStage.archive, options: .init(threads: threads))
      pool = WorkerPool(threads: max(1, threads))
      self.teacher = teacher
    }

    /// Labels whole batches side by side and writes them in order.
    mutating func add(_ batches: [ArraySlice<Labeller.Tokenised>], _ labeller: Labeller) throws {
      let done = try pool.map(batches.count) { try labeller.label(batches[$0]) }
      for labelled in done.joined() {
        try writer.append(labelled.sample)
        if let figures = labelled.figures { certificate.add(figures) }
        tally.kept += 1
        tally.tokens += labelled.tokens
        tally.targets += labelled.targets
        if labeller.source == .teacher {
          tally.operations += teacher.operations(sequenceLengths: [labelled.tokens - 1])
        }
      }
    }
  }

  private struct Tally {
    var read = 0
    var kept = 0
    var tooLong = 0
    var tokens = 0
    var targets = 0
    var operations = 0.0
  }

  private func write(
    _ set: RecordSet, _ labeller: Labeller, into writing: inout Writing, _ context: StageContext
  ) throws {
    let total = min(count ?? set.count, set.count)
    // Batches that are labelled side by side; how many is no matter of bytes.
    let round = batch * max(1, context.threads)
    var waiting: [Labeller.Tokenised] = []
    for first in stride(from: 0, to: total, by: round) {
      let last = min(first + round, total)
      for record in try set.records(in: first..<last, threads: context.threads) {
        writing.tally.read += 1
        if let item = labeller.tokenise(record) {
          waiting.append(item)
        } else {
          writing.tally.tooLong += 1
        }
      }
      while waiting.count >= round || last == total && !waiting.isEmpty {
        try context.checkInterruption()
        let now = min(round, waiting.count)
        try writing.add(
          stride(from: 0, to: now, by: batch).map { waiting[$0..<min($0 + batch, now)] },
          labeller)
        waiting.removeFirst(now)
        context.progress.report(
          done: writing.tally.kept, of: total - writing.tally.tooLong, unit: "samples",
          note: writing.tally.tooLong == 0 ? "" : "\(writing.tally.tooLong) too long")
      }
    }
  }

  private func result(
    _ summary: ArchiveSummary, _ certificate: Certificate?, _ tally: Tally, _ teacher: Teacher,
    _ set: RecordSet
  ) -> StageResult {
    var details: JSONObject = [
      "verified": set.isVerified.map { JSON($0) } ?? .null, "source": JSON(source.rawValue),
      "encoding": source == .none ? .null : JSON(encoding.rawValue),
      "teacher": JSON(teacher.fingerprint), "tokenizer": JSON(teacher.tokenizer.fingerprint),
      "vocab_size": JSON(teacher.vocabulary),
      "counts": [
        "records": JSON(tally.kept), "read": JSON(tally.read), "too_long": JSON(tally.tooLong),
        "tokens": JSON(tally.tokens), "targets": JSON(tally.targets),
      ],
      "flops": JSON(tally.operations), "certificate": certificate?.json ?? .null,
    ]
    if source == .oracle { details["problem_rows"] = "the next token, probability 1" }
    for member in summary.manifestKeys.members { details[member.key] = member.value }
    let dropped = tally.tooLong == 0 ? "" : ", \(tally.tooLong) too long"
    let figures = certificate.map {
      ", cross-entropy \(short($0.teacherCrossEntropy)) nats a token"
        + " (entropy \(short($0.meanEntropy)))"
    }
    return StageResult(
      content: summary.content.hex, details: details,
      files: summary.files.map(\.path) + ["tokenizer.json"],
      summary: "\(tally.kept) samples, \(tally.targets) targets\(dropped)\(figures ?? "")")
  }
}

/// Three decimals, for people.
func short(_ value: Double) -> String {
  let thousandths = (value * 1000).rounded()
  guard thousandths.isFinite, abs(thousandths) < 1e15 else { return "\(value)" }
  return "\(thousandths / 1000)"
}
