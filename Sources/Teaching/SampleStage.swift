internal import Archives
internal import Files
internal import Kernels
internal import Models
internal import Records
public import Stages
internal import Synchronization
internal import Tokenization
internal import Verifiers

/// Stage `sample`: the teacher's own texts: traces that a verifier accepts line by line, free answers
/// whose result it accepts, and texts for free prompts, which nobody can judge and which are marked so.
///
/// An interrupted sampling goes on after the last texts that it kept.
public struct SampleStage: Stage {
  public static let kind = "sample"
  public static let codeVersion = 6
  public static let about = "has a teacher write traces and keeps those that the verifier accepts"

  private let inputs: TeachingInputs
  private let count: Int?
  private let draws: Int
  private let sampling: Sampling
  private let newTokens: Int
  private let keepsRejected: Bool
  private let level: Judge.Level
  private let template: String?
  private let acceptsUnverified: Bool
  private let precision: WeightFormat
  private let batch: Int
  private let seed: UInt64

  public init(_ settings: inout Settings, inputs: [StageInput]) throws {
    self.inputs = try TeachingInputs(inputs, stage: Self.kind, takesSeveral: true)
    count = try settings.optionalInt("count", in: 1...Int.max)
    draws = try settings.int("draws", default: 1, in: 1...1_000_000)
    let temperature = try settings.double("temperature", default: 1, in: 0...100)
    let topK = try settings.optionalInt("top_k", in: 1...Int.max)
    // All of the mass is no restriction, and a share of 0 would keep nothing.
    let topP = try settings.double("top_p", default: 1, in: 1e-6...1)
    sampling = Sampling(temperature: temperature, topK: topK, topP: topP < 1 ? topP : nil)
    newTokens = try settings.int("max_new_tokens", default: 256, in: 1...1_048_576)
    keepsRejected = try settings.bool("keep_rejected", default: false)
    level = try settings.choice("judge", default: .auto)
    template = try settings.template()
    acceptsUnverified = try settings.bool("unverified", default: false)
    precision = try settings.choice("precision", default: .float32)
    batch = try settings.int("batch", default: 64, in: 1...65_536)
    seed = try settings.seed()
  }

  private static let archive = "data"
  private static let rejectedFile = "rejected.jsonl"

  public func run(_ context: StageContext) throws -> StageResult {
    try ArchiveWriter.removeLeftovers(directory: context.folder, name: Self.archive)
    try Folder.remove(context.folder + "/" + Self.rejectedFile)
    let teacher = try Teacher(inputs.teacher, template: template)
    let sampling = teacher.live(sampling)
    let sets = try inputs.sets.map {
      try RecordSet($0, acceptsUnverified: acceptsUnverified)
    }
    let problems = try sets.flatMap { try distinctProblems($0, context) }
    let sampler = TraceSampler(
      teacher: teacher,
      weights: DecoderWeights(
        teacher.parameters, format: precision, threads: max(1, context.threads)),
      level: level, sequences: batch, sampling: sampling, newTokens: newTokens, seed: seed)
    var writer = try ArchiveWriter(
      directory: context.folder, name: Self.archive, options: .init(threads: context.threads))
    let rejected =
      keepsRejected
      ? try OutputFile(creating: context.folder + "/" + Self.rejectedFile) : nil
    var tally = SampleTally()
    tally.problems = problems.count
    var ids: Set<String> = []
    try forEachText(problems, sampler, context) { problem, written in
      tally.add(written.attempt, level: problem.isPrompt ? nil : problem.level)
      tally.promptTokens += written.promptTokens
      tally.newTokens += written.newTokens
      if written.newTokens > 0 {
        // The last token is written, not read.
        tally.operations += teacher.operations(
          sequenceLengths: [written.promptTokens + written.newTokens - 1])
      }
      if let record = written.attempt.record {
        if ids.insert(record.id).inserted {
          try writer.append(ArchiveSample(record: record))
        } else {
          tally.duplicates += 1
        }
      } else if let rejected, let line = written.attempt.rejectedLine(for: problem) {
        try rejected.write(line)
      }
      return tally.unchecked == 0
        ? "\(tally.accepted) accepted" : "\(tally.accepted + tally.unchecked) kept"
    }
    try rejected?.finish()
    return result(try writer.finish(), tally, teacher)
  }

  /// The first record of each of the first `count` problems of a set.
  private func distinctProblems(_ set: RecordSet, _ context: StageContext) throws -> [Record] {
    var seen: Set<String> = []
    var problems: [Record] = []
    let step = 1024
    for first in stride(from: 0, to: set.count, by: step) {
      try context.checkInterruption()
      let range = first..<min(first + step, set.count)
      for record in try set.records(in: range, threads: context.threads) {
        if problems.count == count ?? .max { return problems }
        guard record.isPrompt || Verifiers.named(record.family) != nil else {
          throw TeachingError.noFamily(set: set.name, sample: record.id, family: record.family)
        }
        if seen.insert(record.content).inserted { problems.append(record) }
      }
    }
    return problems
  }

  /// Writes all texts that are not kept, batches side by side, and hands them out in order: problem by
  /// problem, draw by draw.
  private func forEachText(
    _ problems: [Record], _ sampler: TraceSampler, _ context: StageContext,
    _ body: (_ problem: Record, _ written: TraceSampler.Written) throws -> String
  ) throws {
    let (total, overflow) = problems.count.multipliedReportingOverflow(by: draws)
    guard !overflow else { throw StageError.data("\(problems.count) problems × \(draws) draws") }
    func request(_ number: Int) -> TraceSampler.Request {
      TraceSampler.Request(problem: problems[number / draws], draw: number % draws)
    }
    // Two batches for each thread: texts of the second take the places of short ones of the first.
    let share = 2 * batch
    let kept = SampledTexts(folder: context.scratch)
    var note = ""
    var first = 0
    while first < total {
      let threads = context.threadsNow
      let last = min(first + share * threads, total)
      let starts = Array(stride(from: first, to: last, by: share))
      let batches = starts.map { ($0..<min($0 + share, last)).map(request) }
      let finished = Mutex([Int](repeating: 0, count: batches.count))
      let texts = try WorkerPool(threads: threads).map(batches.count) { [note, first] batch in
        let requests = batches[batch]
        func report(_ count: Int) {
          finished.withLock {
            $0[batch] = count
            context.progress.report(
              done: first + $0.reduce(0, +), of: total, unit: "traces", note: note)
          }
        }
        if let texts = kept.kept(from: starts[batch], count: requests.count) {
          report(requests.count)
          return try sampler.judged(requests, texts)
        }
        let texts = try sampler.write(requests) { count in
          try context.checkInterruption()
          report(count)
        }
        try kept.keep(texts, from: starts[batch])
        return try sampler.judged(requests, texts)
      }
      for (request, written) in zip(batches.joined(), texts.joined()) {
        note = try body(request.problem, written)
      }
      context.progress.report(done: last, of: total, unit: "traces", note: note)
      first = last
    }
  }

  private func result(
    _ summary: ArchiveSummary, _ tally: SampleTally, _ teacher: Teacher
  ) -> StageResult {
    var details: JSONObject = [
      "verified": JSON(tally.unchecked == 0), "teacher": JSON(teacher.fingerprint),
      "tokenizer": JSON(teacher.tokenizer.fingerprint), "wrapping": teacher.wrapping.json,
      "counts": .object(tally.json),
      "flops": JSON(tally.operations),
      "tokens": ["prompt": JSON(tally.promptTokens), "written": JSON(tally.newTokens)],
    ]
    if teacher.deadRows > 0 { details["never_drawn"] = JSON(teacher.deadRows) }
    let repeats =
      tally.duplicates == 0 ? "" : "; \(tally.duplicates.counted("repeat")) among the kept"
    return StageResult(
      content: summary.content.hex, archive: summary.description, details: details,
      files: summary.files.map(\.path) + (keepsRejected ? [Self.rejectedFile] : []),
      summary: "\(tally.accepted) of \((tally.sampled - tally.free).counted("trace")) accepted, "
        + "\(tally.rejected) rejected, \(tally.unfinished) unfinished"
        + (tally.free == 0
          ? "" : "; \(tally.unchecked) of \(tally.free.counted("free text")), unchecked")
        + repeats)
  }
}
