internal import Archives
public import Files
internal import HTTP
internal import Judging
internal import Parallel
internal import Randomness
internal import Records
internal import Remotes
internal import Sets
public import Stages
internal import Synchronization

/// Stage `remote-sample`: as `sample`, with the texts of a teacher behind an OpenAI-compatible
/// server.
///
/// What a server answers is not ours to repeat: the same request may give another text. So every
/// answer is kept as it comes, an interrupted stage goes on after the last one, and the bytes of
/// the set are a function of the answers, in the order of the requests, whatever order they came
/// in.
public struct RemoteSampleStage: Stage {
  public static let kind = "remote-sample"
  public static let codeVersion = 3
  public static let about =
    "asks a teacher behind an OpenAI-compatible server and keeps what the verifier accepts"
  public static let needs = [StageNeed(.set, .oneOrMore, "problems that are asked")]
  public static let makes: [StageProduct] = [.set]

  private let sets: [StageInput]
  private let teacher: RemoteTeacher
  private let count: Int?
  private let allowsFewer: Bool
  private let draws: Int
  private let interface: RemoteRequest.Interface
  private let system: String?
  private let question: String
  private let temperature: Double
  private let topP: Double
  private let newTokens: Int
  private let stop: String?
  private let keep: SampleStage.Keep
  private let keepsRejected: Bool
  private let keepsUnfinished: Bool
  private let skipsRefused: Bool
  private let level: JudgingLevel
  private let acceptsUnverified: Bool
  private let topLogprobs: Int?
  private let seed: UInt64

  /// The rows that the server gave with the texts that are kept, a line for each record.
  private static let rowsFile = "logprobs.jsonl"
  /// What stands for the problem in the setting `ask`.
  private static let place = "{problem}"
  private static let rejectedFile = "rejected.jsonl"

  public init(_ settings: inout Settings, inputs: [StageInput]) throws {
    sets = try StageInputs(inputs, for: Self.needs, of: Self.kind).all(.set)
    teacher = try RemoteTeacher(&settings)
    count = try settings.optionalInt(
      "count", in: 1...Int.max, "problems that are asked of each set; none: all")
    allowsFewer = try settings.bool(
      "allow_fewer", default: false, "take what there is where a set holds fewer than count")
    draws = try settings.int("draws", default: 1, in: 1...1_000_000, "texts per problem")
    interface = try settings.choice(
      "interface", default: .chat,
      "what is asked for: the answer in a chat, or the continuation of a text")
    system =
      try settings.when("interface", is: RemoteRequest.Interface.chat.rawValue) {
        settings throws(ConfigurationError) in
        try settings.optionalString(
          "system", "a system text before the question; none: no such turn")
      } ?? nil
    question = try settings.string(
      "ask", default: Self.place, "how a problem is put: {problem} stands for it, once")
    guard question.ranges(of: Self.place).count == 1 else {
      throw settings.error("ask", "expected a text with \(Self.place) in it, once")
    }
    temperature = try settings.double(
      "temperature", default: 1, in: 0...2, "as the server takes it; 0: the likeliest token")
    topP = try settings.double(
      "top_p", default: 1, in: 1e-6...1,
      "draw from the fewest tokens that hold this share of the mass; 1: from all")
    newTokens = try settings.int(
      "max_new_tokens", default: 256, in: 1...1_048_576, "tokens that a text may have")
    stop = try settings.optionalString(
      "stop",
      "a text at which the server ends an answer, itself left out; none: the model's own end"
    )
    if stop == "" { throw settings.error("stop", "expected a text, found an empty one") }
    keep = try settings.choice("keep", default: .accepted, SampleStage.Keep.meaning)
    keepsRejected = try settings.bool(
      "keep_rejected", default: false, "write what was thrown away into rejected.jsonl")
    keepsUnfinished = try settings.bool(
      "keep_unfinished", default: false,
      "keep free texts that came to no end within max_new_tokens, as unverified")
    skipsRefused = try settings.bool(
      "skip_refused", default: false,
      "pass over requests that the server refuses (HTTP 400, 413, 422) and count them")
    level = try settings.choice(
      "judge", default: .auto, "what is verified: steps, or the answer, which auto means here")
    acceptsUnverified = try settings.bool(
      "unverified", default: false, "take sets that no verifier has judged")
    topLogprobs = try settings.unnotedInt(
      "top_logprobs", in: 1...1000,
      "keep, beside each token, so many of the likeliest with their logarithms, for import-labels; "
        + "none: no labels")
    let areRaw = try settings.bool(
      "raw_logprobs", default: false,
      "with top_logprobs: the server's rows are the model's own whatever temperature and top_p are "
        + "(retort remote probe: logprobs_follow_temperature: false)")
    if topLogprobs != nil, !areRaw, temperature != 1 || topP != 1 {
      throw settings.error(
        "top_logprobs",
        "rows that temperature or top_p have changed are no labels: expected temperature: 1 and "
          + "top_p: 1, or raw_logprobs: true where the server gives the model's own")
    }
    // It changes no byte.
    settings.leaveOut("raw_logprobs")
    seed = try settings.seed()
  }

  public func outlook(_ name: String, settings: JSONObject, inputs: [Outlook]) -> Outlook {
    var outlook = Outlook(name: name, kind: Self.kind)
    if inputs.allSatisfy({ $0.sources != nil }) {
      outlook.sources = inputs.flatMap { $0.sources ?? [] }
    }
    let most = inputs.map { [$0.mostRecords, count].compactMap { $0 }.min() }
    if !most.contains(nil) {
      var sum = 0
      var overflow = false
      for problems in most {
        let (product, a) = (problems ?? 0).multipliedReportingOverflow(by: draws)
        let (next, b) = sum.addingReportingOverflow(product)
        (sum, overflow) = (next, overflow || a || b)
      }
      outlook.mostRecords = overflow ? nil : sum
    }
    if inputs.allSatisfy({ $0.hasPrompts == false }) {
      outlook.isVerified = keep == .accepted
      outlook.hasPrompts = false
    } else if inputs.allSatisfy({ $0.hasPrompts == true && $0.isVerified == false }) {
      outlook.isVerified = false
      outlook.hasPrompts = true
    }
    return outlook
  }

  public func check(_ inputs: [Outlook]) throws {
    try TeachingInputs.check(
      sets: sets.compactMap { set in inputs.first { $0.name == set.name } }, count: count,
      allowsFewer: allowsFewer, acceptsUnverified: acceptsUnverified)
  }

  public func run(_ context: StageContext) throws -> StageResult {
    for file in [Self.rejectedFile, Self.rowsFile] {
      try Folder.remove(context.folder + "/" + file)
    }
    let problems = try AskedProblems(
      sets, count: count, allowsFewer: allowsFewer, acceptsUnverified: acceptsUnverified
    ).read(context)
    let reader = AttemptReader(
      fingerprint: teacher.fingerprint, rule: level == .steps ? .steps : .answer,
      keepsUnfinished: keepsUnfinished, keepsWrong: keep == .all)
    var writer = try SetWriter(in: context.folder, threads: context.threads)
    let rows =
      topLogprobs == nil ? nil : try OutputFile(creating: context.folder + "/" + Self.rowsFile)
    let rejected =
      keepsRejected ? try OutputFile(creating: context.folder + "/" + Self.rejectedFile) : nil
    var tally = SampleTally()
    tally.problems = problems.count
    var served = Served()
    var ids: Set<String> = []
    try forEachText(problems, context) { problem, text in
      served.add(text)
      guard case .answered(let answer) = text else { return "" }
      let attempt = Self.attempt(answer, for: problem, reader)
      tally.add(attempt, level: problem.isPrompt ? nil : problem.level)
      tally.promptTokens += answer.promptTokens ?? 0
      tally.newTokens += answer.newTokens ?? 0
      if let record = attempt.record {
        if ids.insert(record.id).inserted {
          var columns: JSONObject = [:]
          if attempt.isCut {
            columns[RecordSet.unfinishedColumn] = 1
            tally.cutIds.append(record.id)
          }
          try writer.append(record, columns: columns)
          try rows?.write(Self.row(answer, of: record))
        } else {
          tally.duplicates += 1
        }
      } else if let rejected, let line = attempt.rejectedLine(for: problem) {
        try rejected.write(line)
      }
      return "\(tally.records + tally.duplicates) kept"
    }
    try rejected?.finish()
    try rows?.finish()
    guard tally.records > 0 else {
      if tally.sampled == 0 {
        throw StageError.data(
          "\(teacher.model): the server refused all of \(served.refused.counted("request")), the "
            + "first with: \(served.firstRefusal)")
      }
      throw tally.shortage(limit: newTokens, keepsRejected: keepsRejected)
    }
    return try result(try writer.finish(), tally, served, context)
  }

  /// The line of a record: its text and what stood beside it.
  private static func row(_ answer: RemoteAnswer, of record: Record) -> [UInt8] {
    let line: JSON = [
      "id": JSON(record.id), "completion": JSON(record.solution),
      "logprobs": answer.logprobs ?? ["content": []],
    ]
    return line.serialized() + [0x0A]
  }

  /// Judges an answer. A text that a filter or a tool ended is none.
  private static func attempt(
    _ answer: RemoteAnswer, for problem: Record, _ reader: AttemptReader
  ) -> Attempt {
    let ending: Bool
    switch answer.ending {
    case .stop: ending = true
    case .length: ending = false
    case .other(let word):
      return .rejected(
        text: answer.text, step: 0, reason: "the server ended the text: \(word.prefix(60))",
        why: .trace)
    }
    let count = answer.newTokens ?? 0
    let written = WrittenText(answer.text, tokenCount: count, isFinished: ending)
    guard !written.bytes.isEmpty || !problem.isPrompt else {
      return .rejected(text: "", step: 1, reason: "nothing was written", why: .trace)
    }
    return reader.read(written, for: problem)
  }

  /// Asks for all texts that are not kept yet and hands them out in order: problem by problem, draw
  /// by draw.
  private func forEachText(
    _ problems: [Record], _ context: StageContext,
    _ body: (_ problem: Record, _ text: RemoteText) throws -> String
  ) throws {
    let (total, overflow) = problems.count.multipliedReportingOverflow(by: draws)
    guard !overflow else { throw StageError.data("\(problems.count) problems × \(draws) draws") }
    let kept = RemoteTexts(folder: context.scratch)
    let server = try teacher.server()
    // Larger than the requests at once, so that a slow one holds up few others; small enough that
    // little is in memory.
    let share = teacher.concurrency * 16
    var note = ""
    for first in stride(from: 0, to: total, by: share) {
      let numbers = first..<min(first + share, total)
      let done = Mutex(0)
      let texts = try inParallel(
        numbers.count, threads: teacher.concurrency, scratch: { LazyConnection() }
      ) { [note] connection, place -> RemoteText in
        let number = numbers.lowerBound + place
        defer {
          done.withLock {
            $0 += 1
            context.progress.report(done: first + $0, of: total, unit: "texts", note: note)
          }
        }
        if let text = kept.kept(number) { return text }
        try context.checkInterruption()
        let text = try ask(
          problems[number / draws], draw: number % draws, number: number, server, &connection)
        try kept.keep(text, number)
        return text
      }
      for (number, text) in zip(numbers, texts) {
        let said = try body(problems[number / draws], text)
        if !said.isEmpty { note = said }
      }
    }
  }

  /// A connection that is made when it is needed: where every answer was kept, no library is
  /// loaded.
  private struct LazyConnection {
    private var made: HTTPConnection?

    mutating func get() throws(HTTPError) -> HTTPConnection {
      if let made { return made }
      let connection = try HTTPConnection()
      made = connection
      return connection
    }
  }

  /// One text has its own seed, (seed, problem, draw).
  private func ask(
    _ problem: Record, draw: Int, number: Int, _ server: RemoteServer,
    _ connection: inout LazyConnection
  ) throws -> RemoteText {
    var stream = Seed(seed).child("remote-sample").child(problem.id).child(draw).stream()
    let request = RemoteRequest(
      interface, model: teacher.model, system: system,
      text: question.replacing(Self.place, with: problem.problem), temperature: temperature,
      topP: topP, newTokens: newTokens, stop: stop, topLogprobs: topLogprobs,
      seed: stream.uniform(1 << 31))
    let live: HTTPConnection
    do { live = try connection.get() } catch { throw RemoteError.library(reason: "\(error)") }
    do {
      let json = try server.send(interface.path, request.body, number: number, over: live)
      var answer = try RemoteAnswer(json, from: server.address.at(interface.path))
      if topLogprobs == nil { answer.logprobs = nil }
      guard
        topLogprobs == nil || answer.text.isEmpty
          || RemoteToken.tokens(of: json).contains(where: { !$0.alternatives.isEmpty })
      else {
        throw StageError.data(
          "\(server.address.at(interface.path)): no logprobs came with the text, and top_logprobs "
            + "asks for them -- see what the server gives: retort remote probe")
      }
      return .answered(answer)
    } catch let error as RemoteError where error.isAboutRequest {
      if skipsRefused { return .refused("\(error)") }
      throw StageError.data(
        "the problem of \(problem.id): \(error) -- set skip_refused: true to pass over such requests"
      )
    }
  }

  private func result(
    _ summary: ArchiveSummary, _ tally: SampleTally, _ served: Served, _ context: StageContext
  ) throws -> StageResult {
    var manifest = SetManifest(isVerified: tally.isVerified)
    manifest.teacher = teacher.fingerprint
    manifest.counts = tally.json
    var more: JSONObject = [
      "tokens": ["prompt": JSON(tally.promptTokens), "written": JSON(tally.newTokens)],
      "remote": served.json(asked: teacher.model, interface: interface),
    ]
    // A cut text, and rows beside a text, make it another one for the stages that read it.
    var beside = tally.cutIds
    if topLogprobs != nil {
      beside.append(try Manifest.entry(Self.rowsFile, in: context.folder).sha256)
    }
    let requested = count.map { $0.multipliedReportingOverflow(by: sets.count).partialValue }
    if let requested, tally.problems < requested { more["asked"] = JSON(requested) }
    return summary.result(
      manifest, more,
      also: (keepsRejected ? [Self.rejectedFile] : [])
        + (topLogprobs == nil ? [] : [Self.rowsFile]),
      content: beside.isEmpty
        ? nil : SHA256.hash(([summary.content.hex] + beside).joined(separator: " ")).hex,
      summary:
        "\(tally.records) of \(tally.sampled.counted("text")) kept, \(tally.rejected) rejected, "
        + "\(tally.unfinished) unfinished"
        + (tally.wrong > 0 ? " (\(tally.wrong) of them kept)" : "")
        + (tally.duplicates == 0 ? "" : ", \(tally.duplicates.counted("repeat"))")
        + (served.refused == 0 ? "" : ", \(served.refused.counted("request")) refused"))
  }
}

/// Who answered, as far as the server says.
private struct Served {
  private(set) var refused = 0
  private(set) var firstRefusal = ""
  private var uncounted = 0
  /// Models and fingerprints that answers named, with the number of answers.
  private var models: [String: Int] = [:]
  private var fingerprints: [String: Int] = [:]

  mutating func add(_ text: RemoteText) {
    switch text {
    case .refused(let words):
      if refused == 0 { firstRefusal = words }
      refused += 1
    case .answered(let answer):
      if answer.newTokens == nil { uncounted += 1 }
      if let model = answer.model { models[model, default: 0] += 1 }
      if let fingerprint = answer.systemFingerprint { fingerprints[fingerprint, default: 0] += 1 }
    }
  }

  /// The manifest's key `remote`.
  func json(asked: String, interface: RemoteRequest.Interface) -> JSON {
    func counts(_ all: [String: Int]) -> JSON {
      .object(JSONObject(all.sorted { $0.key < $1.key }.map { ($0.key, JSON($0.value)) }))
    }
    return [
      "model": JSON(asked), "interface": JSON(interface.rawValue), "answered_by": counts(models),
      "system_fingerprints": counts(fingerprints), "refused": JSON(refused),
      // Answers whose tokens the server did not count.
      "uncounted": JSON(uncounted),
    ]
  }
}
