internal import Archives
internal import Decoding
public import Files
internal import Kernels
internal import Models
internal import Judging
internal import Parallel
internal import Records
internal import Sets
public import Stages
internal import Synchronization
internal import Tokenization

/// Stage `sample`: the teacher's own texts: traces that a verifier accepts line by line, free
/// answers whose result it accepts, and texts for free prompts, which cannot be judged and are
/// marked so.
///
/// An interrupted sampling continues after the last texts that it kept.
public struct SampleStage: Stage {
  public static let kind = "sample"
  public static let adaptsThreads = true
  public static let codeVersion = 6
  public static let about = "has a teacher write traces and keeps those that the verifier accepts"
  public static let needs = [
    StageNeed(.set, .oneOrMore, "problems that are asked"), StageNeed(.model, "the teacher"),
  ]
  public static let makes: [StageProduct] = [.set]

  private let inputs: TeachingInputs
  /// Number of problems requested from each set; `nil`: all.
  private let count: Int?
  private let skipped: Int
  private let allowsFewer: Bool
  private let draws: Int
  private let sampling: Sampling
  private let newTokens: Int
  private let keep: Keep
  private let keepsRejected: Bool
  private let keepsUnfinished: Bool
  private let level: JudgingLevel
  private let template: String?
  private let acceptsUnverified: Bool
  private let precision: WeightFormat
  private let batch: Int
  private let seed: UInt64

  /// Which texts of problems with a verifier become records.
  enum Keep: String, CaseIterable, Sendable {
    case accepted, all

    /// Of the setting, here and where a remote teacher is asked.
    static let meaning =
      "which texts are kept: accepted; all, rejected and unfinished ones with that verdict, for "
      + "trainings that weigh it"
  }

  public init(_ settings: inout Settings, inputs: [StageInput]) throws {
    self.inputs = try TeachingInputs(inputs, for: Self.needs, of: Self.kind)
    count = try settings.optionalInt(
      "count", in: 1...Int.max, "problems that are asked of each set; none: all")
    skipped =
      try settings.unnotedInt(
        "skip", in: 0...Int.max, "problems of each set that are passed over first; none: 0") ?? 0
    allowsFewer = try settings.bool(
      "allow_fewer", default: false, "take what there is where a set holds fewer than count")
    draws = try settings.int("draws", default: 1, in: 1...1_000_000, "texts per problem")
    let temperature = try settings.double(
      "temperature", default: 1, in: 0...100, "logits are divided by it; 0: the likeliest token")
    let topK = try settings.optionalInt(
      "top_k", in: 1...Int.max, "draw from the k likeliest tokens; none: from all")
    // A mass of 1 would be no restriction, and a share of 0 would keep nothing.
    let topP = try settings.double(
      "top_p", default: 1, in: 1e-6...1,
      "draw from the fewest tokens that hold this share of the mass; 1: from all")
    sampling = Sampling(temperature: temperature, topK: topK, topP: topP < 1 ? topP : nil)
    newTokens = try settings.int(
      "max_new_tokens", default: 256, in: 1...1_048_576, "tokens that a text may have")
    keep = try settings.choice("keep", default: .accepted, Keep.meaning)
    keepsRejected = try settings.bool(
      "keep_rejected", default: false, "write what was thrown away into rejected.jsonl")
    keepsUnfinished = try settings.bool(
      "keep_unfinished", default: false,
      "keep free texts that came to no end within max_new_tokens, as unverified")
    level = try settings.choice(
      "judge", default: .auto,
      "what is verified: steps, the answer, or steps of teachers trained here and answers of others"
    )
    template = try settings.template()
    acceptsUnverified = try settings.bool(
      "unverified", default: false, "take sets that no verifier has judged")
    precision = try settings.choice(
      "precision", default: .float32, "how the teacher's weights are held while it writes")
    batch = try settings.int(
      "batch", default: 64, in: 1...65_536, "texts that are written side by side")
    seed = try settings.seed()
  }

  public func outlook(
    _ name: String, settings: JSONObject, inputs: [Outlook]
  ) -> Outlook {
    let sets = self.inputs.split(inputs).sets
    var outlook = Outlook(name: name, kind: Self.kind)
    if sets.allSatisfy({ $0.sources != nil }) {
      outlook.sources = sets.flatMap { $0.sources ?? [] }
    }
    let most = sets.map { set in
      [set.mostRecords.map { max(0, $0 - skipped) }, count].compactMap { $0 }.min()
    }
    if !most.contains(nil) {
      let problems = most.reduce(0) { Self.sum($0, $1 ?? 0) }
      let (product, overflow) = problems.multipliedReportingOverflow(by: draws)
      outlook.mostRecords = overflow ? nil : product
    }
    if sets.allSatisfy({ $0.hasPrompts == false }) {
      outlook.isVerified = keep == .accepted
      outlook.hasPrompts = false
    } else if sets.allSatisfy({ $0.hasPrompts == true && $0.isVerified == false }) {
      outlook.isVerified = false
      outlook.hasPrompts = true
    }
    return outlook
  }

  public func check(_ inputs: [Outlook]) throws {
    try self.inputs.check(
      inputs, count: count, skipping: skipped, allowsFewer: allowsFewer,
      acceptsUnverified: acceptsUnverified, template: template)
  }

  private static func sum(_ a: Int, _ b: Int) -> Int {
    let (sum, overflow) = a.addingReportingOverflow(b)
    return overflow ? .max : sum
  }

  /// Number of problems requested in total, if a count was given.
  private var asked: Int? {
    count.map { count in inputs.sets.reduce(0) { sum, _ in Self.sum(sum, count) } }
  }

  private static let rejectedFile = "rejected.jsonl"

  public func run(_ context: StageContext) throws -> StageResult {
    try Folder.remove(context.folder + "/" + Self.rejectedFile)
    let teacher = try Teacher(inputs.teacher, template: template)
    let sampling = teacher.live(sampling)
    let problems = try AskedProblems(
      inputs.sets, count: count, skipping: skipped, allowsFewer: allowsFewer,
      acceptsUnverified: acceptsUnverified
    ).read(context)
    let sampler = TraceSampler(
      teacher: teacher,
      weights: DecoderWeights(
        teacher.parameters, format: precision, threads: max(1, context.threads)),
      level: level, keepsUnfinished: keepsUnfinished, keepsWrong: keep == .all, sequences: batch,
      sampling: sampling,
      newTokens: newTokens, seed: seed)
    var writer = try SetWriter(in: context.folder, threads: context.threads)
    let rejected =
      keepsRejected
      ? try OutputFile(creating: context.folder + "/" + Self.rejectedFile) : nil
    var tally = SampleTally()
    tally.problems = problems.count
    var ids: Set<String> = []
    let machines = try forEachText(problems, sampler, context) { problem, written in
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
          var columns: JSONObject = [:]
          if written.attempt.isCut {
            columns[RecordSet.unfinishedColumn] = 1
            tally.cutIds.append(record.id)
          }
          try writer.append(record, columns: columns)
        } else {
          tally.duplicates += 1
        }
      } else if let rejected, let line = written.attempt.rejectedLine(for: problem) {
        try rejected.write(line)
      }
      return tally.free == 0
        ? "\(tally.accepted) accepted"
        : "\(tally.accepted + tally.unchecked + tally.cut + tally.wrong) kept"
    }
    try rejected?.finish()
    guard tally.records > 0 else {
      throw tally.shortage(limit: newTokens, keepsRejected: keepsRejected)
    }
    return result(try writer.finish(), tally, machines, teacher)
  }

  /// Writes all texts that are not kept yet, batches side by side, and hands them out in order:
  /// problem by problem, draw by draw.
  ///
  /// - Returns: which texts were written on which processor.
  private func forEachText(
    _ problems: [Record], _ sampler: TraceSampler, _ context: StageContext,
    _ body: (_ problem: Record, _ written: TraceSampler.Written) throws -> String
  ) throws -> WorkSpans {
    let (total, overflow) = problems.count.multipliedReportingOverflow(by: draws)
    guard !overflow else { throw StageError.data("\(problems.count) problems × \(draws) draws") }
    func request(_ number: Int) -> TraceSampler.Request {
      TraceSampler.Request(problem: problems[number / draws], draw: number % draws)
    }
    // Two batches per thread: texts of the second take the places of short ones of the first.
    let share = 2 * batch
    let kept = SampledTexts(folder: context.scratch)
    let machine = context.machine
    var machines = WorkSpans()
    var note = ""
    var tokens = 0
    var first = 0
    while first < total {
      let threads = context.threadsNow
      let last = min(first + share * threads, total)
      let starts = Array(stride(from: first, to: last, by: share))
      let batches = starts.map { ($0..<min($0 + share, last)).map(request) }
      let so = Mutex([(texts: Int, tokens: Int)](repeating: (0, 0), count: batches.count))
      let texts = try WorkerPool(threads: threads).map(batches.count) {
        [note, first, tokens] batch in
        let requests = batches[batch]
        func report(_ count: Int, _ written: Int) {
          so.withLock {
            $0[batch] = (count, written)
            context.progress.report(
              done: $0.reduce(first) { $0 + $1.texts }, of: total, unit: "traces",
              note: Self.note($0.reduce(tokens) { $0 + $1.tokens }, note))
          }
        }
        if let (texts, machine) = kept.kept(from: starts[batch], count: requests.count) {
          report(requests.count, texts.reduce(0) { $0 + $1.count })
          return (try sampler.judged(requests, texts), machine)
        }
        let texts = try sampler.write(requests) { count, written in
          try context.checkInterruption()
          report(count, written)
        }
        try kept.keep(texts, from: starts[batch], machine: machine)
        return (try sampler.judged(requests, texts), machine)
      }
      for (start, (requests, (written, writer))) in zip(starts, zip(batches, texts)) {
        if writer == machine, let change = machines.change(to: machine, unit: "text") {
          context.notice(change)
        }
        machines.add(through: start + requests.count, on: writer)
        for (request, text) in zip(requests, written) {
          tokens += text.newTokens
          note = try body(request.problem, text)
        }
      }
      context.progress.report(
        done: last, of: total, unit: "traces", note: Self.note(tokens, note))
      first = last
    }
    return machines
  }

  /// The note beside the count of texts, since long texts finish rarely.
  private static func note(_ tokens: Int, _ kept: String) -> String {
    "\(tokens) tokens" + (kept.isEmpty ? "" : ", " + kept)
  }

  private func result(
    _ summary: ArchiveSummary, _ tally: SampleTally, _ machines: WorkSpans, _ teacher: Teacher
  ) -> StageResult {
    // There is at least one record.
    var manifest = SetManifest(isVerified: tally.isVerified)
    manifest.teacher = teacher.fingerprint
    manifest.tokenizer = teacher.tokenizer.fingerprint
    manifest.wrapping = teacher.wrapping.json
    manifest.counts = tally.json
    var more: JSONObject = [
      "flops": JSON(tally.operations),
      "tokens": ["prompt": JSON(tally.promptTokens), "written": JSON(tally.newTokens)],
      "machines": machines.json,
    ]
    if teacher.deadRows > 0 { more["never_drawn"] = JSON(teacher.deadRows) }
    if let asked, tally.problems < asked { more["asked"] = JSON(asked) }
    return summary.result(
      manifest, more, also: keepsRejected ? [Self.rejectedFile] : [],
      // A cut text gets other labels than the same text with its end.
      content: tally.cutIds.isEmpty
        ? nil : SHA256.hash(([summary.content.hex] + tally.cutIds).joined(separator: " ")).hex,
      summary: words(for: tally, neverDrawn: teacher.deadRows)
        + (machines.isMixed ? "; texts \(machines.words)" : ""))
  }

  private func words(for tally: SampleTally, neverDrawn: Int) -> String {
    let never =
      neverDrawn == 0
      ? ""
      : "; \(neverDrawn.counted("row")) of the vocabulary, which the tokenizer lacks, never drawn"
    var words = ""
    if tally.sampled > tally.free {
      words =
        "\(tally.accepted) of \((tally.sampled - tally.free).counted("trace")) accepted, "
        + "\(tally.rejected) rejected, \(tally.unfinished) unfinished"
        + (tally.wrong > 0 ? " (\(tally.wrong) of them kept)" : "")
    }
    if tally.free > 0 {
      words +=
        (words.isEmpty ? "" : "; ")
        + "\(tally.unchecked + tally.cut) of \(tally.free.counted("free text")), unchecked"
        + (tally.cut > 0 ? ", \(tally.cut) of them cut" : "")
        + (tally.sampled == tally.free ? ", \(tally.unfinished) unfinished" : "")
    }
    if let asked, tally.problems < asked {
      words += "; \(tally.problems) of \(asked.counted("problem")) asked for"
    }
    return words
      + (tally.duplicates == 0 ? "" : "; \(tally.duplicates.counted("repeat")) among the kept")
      + never
  }
}
