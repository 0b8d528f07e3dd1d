internal import Files
internal import RunStore
internal import Stages

/// A run in progress: which stages are ready, which are running, how each one ended.
struct Schedule {
  /// Seconds to wait for a stage that was asked to stop. Its output so far is safe.
  static let patience = 4.5

  private struct Active {
    let stage: PlannedStage
    let folder: StageFolder
    let threads: Int
    let started: Double
    let watch: JobWatch
    /// Seconds times threads so far, of a stage that takes what others leave.
    var taken = 0.0
    /// When that was counted, and the threads since then.
    var counted: (at: Double, threads: Int)

    mutating func count(until now: Double, then threads: Int) {
      taken += (now - counted.at) * Double(counted.threads)
      counted = (now, threads)
    }
  }

  private let runner: Runner
  private let clock = Stopwatch()
  private let executor: any Executor
  private let notices = Notices()
  private let board: ProgressBoard
  private let log: RunLog
  /// Stages not started yet, in the order of the plan.
  private var waiting: [PlannedStage]
  private var active: [String: Active] = [:]
  private var finished: [String: StageInput] = [:]
  /// Folders of finished stages, relative to the run's.
  private var folders: [String: String] = [:]
  private var entries: [String: RunSummary.Entry] = [:]
  private var failures: [(name: String, underlying: any Error)] = []
  private var stopAsked: Double?
  private var isStopForwarded = false

  init(_ runner: Runner, on executor: any Executor) {
    self.runner = runner
    self.executor = executor
    waiting = runner.plan.stages
    let clock = clock
    board = ProgressBoard(
      style: .here(runner.options), stages: runner.plan.stages.map { ($0.name, $0.kind) },
      clock: { clock.seconds }, width: { Terminal.width ?? 80 }, write: Terminal.draw)
    let notices = notices
    log = RunLog(
      logs: runner.folder.logs, store: runner.folder.store, pipeline: runner.plan.pipeline,
      threads: runner.options.threads,
      clock: clock, warn: { notices.add($0) })
  }

  mutating func run(heldOtherPipeline: Bool) throws -> RunSummary {
    board.say(
      "\(runner.plan.pipeline): \(Wording.plural(runner.plan.stages.count, "stage")) into "
        + "\(runner.folder.root), \(Wording.plural(runner.options.threads, "thread"))")
    if heldOtherPipeline {
      notices.add("the folder held another pipeline; what both share is taken over")
    }
    while true {
      if !isStopping { try startReady() }
      shareThreads()
      showNotices()
      if active.isEmpty { break }
      for (name, outcome) in executor.ended(within: 0.1) { ended(name, outcome) }
      board.tick()
      log.flushIfDue()
      guard try !isOutOfPatience() else { break }
    }
    return try close()
  }

  private var isStopping: Bool { !failures.isEmpty || stopAsked != nil }

  /// Starts stages whose inputs are finished, while threads are free.
  private mutating func startReady() throws {
    var ready = waiting.filter { $0.from.allSatisfy { finished[$0] != nil } }
    let isAlone = active.isEmpty && ready.count == 1
    while let stage = ready.first, active.count < runner.options.threads {
      ready.removeFirst()
      if Interruption.requested {
        stopAsked = stopAsked ?? clock.seconds
        return
      }
      try start(stage, threads: isAlone ? runner.options.threads : 1)
    }
  }

  /// Gives unused threads to the first running stage.
  private mutating func shareThreads() {
    let free = max(0, runner.options.threads - active.count)
    let first = runner.plan.stages.first { active[$0.name] != nil }?.name
    for name in Array(active.keys) {
      let threads = name == first ? 1 + free : 1
      executor.share(threads, with: name)
      let now = clock.seconds
      active[name]?.count(until: now, then: threads)
    }
  }

  /// Seconds of one thread that a stage has had.
  private func threadSeconds(_ job: Active, until end: Double) -> Double {
    guard runner.stageTypes[job.stage.kind]?.adaptsThreads == true else {
      return (end - job.started) * Double(job.threads)
    }
    var job = job
    job.count(until: end, then: 0)
    return job.taken
  }

  private mutating func start(_ stage: PlannedStage, threads: Int) throws {
    guard runner.stageTypes[stage.kind] != nil else {
      throw RunError.unknownKind(stage: stage.name, kind: stage.kind)
    }
    let inputs = stage.from.compactMap { finished[$0] }
    let key = stage.key(inputs: inputs.compactMap { $0.finished?.manifest.content })
    let clock = clock
    let watch = JobWatch(
      progress: StageProgress { clock.seconds }, metrics: Metrics(), notices: notices)
    waiting.removeAll { $0.name == stage.name }
    active[stage.name] = Active(
      stage: stage, folder: StageFolder(stage, key: key, root: runner.folder.root),
      threads: threads, started: clock.seconds, watch: watch,
      counted: (clock.seconds, threads))
    board.began(stage.name, watch.progress)
    let ticket = JobTicket(
      runFolder: runner.folder.root, stage: stage.name,
      inputs: stage.from.compactMap { folders[$0] },
      threads: threads, trustSize: runner.options.trustSize, owner: RunLock.thisProcessWords)
    do {
      try executor.start(ticket, watch)
    } catch {
      ended(stage.name, .failed(error))
    }
  }

  private mutating func ended(_ name: String, _ outcome: StageJob.Outcome) {
    guard let job = active.removeValue(forKey: name) else { return }
    let end = clock.seconds
    let seconds = end - job.started
    let work = threadSeconds(job, until: end)
    func close(_ mark: ProgressBoard.Mark) {
      let summary = outcome.words
      log.ended(
        StageRecord(
          name: name, kind: job.stage.kind, key: job.folder.key.hex, status: outcome.status,
          seconds: seconds, threads: job.threads, summary: summary, ended: WallClock.seconds),
        threadSeconds: work, metrics: job.watch.metrics.all)
      board.ended(
        name, kind: job.stage.kind, mark: mark, seconds: seconds,
        summary: summary)
    }
    func keep(_ manifest: Manifest, wasCached: Bool, _ summary: String) {
      finished[name] = StageInput(
        name: name, kind: job.stage.kind, makes: makes(job.stage.kind),
        finished: StageInput.Finished(folder: job.folder.path, manifest: manifest))
      folders[name] = job.stage.folder(job.folder.key)
      entries[name] = RunSummary.Entry(
        name: name, kind: job.stage.kind, folder: job.folder.path, wasCached: wasCached,
        seconds: seconds, summary: summary)
    }
    switch outcome {
    case .cached(let manifest):
      keep(manifest, wasCached: true, "")
      close(.cached)
    case .finished(let manifest, let summary):
      keep(manifest, wasCached: false, summary)
      close(.finished)
    case .interrupted:
      stopAsked = stopAsked ?? clock.seconds
      close(.stopped)
    case .failed(let error):
      close(.failed)
      log.event("error", stage: name, "\(error)")
      failures.append((name, error))
      if !active.isEmpty {
        notices.add("\(name) failed; waiting for \(active.keys.sorted().joined(separator: ", "))")
      }
    }
  }

  /// Whether the stages that were asked to stop have exceeded their time.
  private mutating func isOutOfPatience() throws -> Bool {
    if Interruption.requested, !isStopForwarded {
      isStopForwarded = true
      executor.stop()
    }
    if Interruption.requested, stopAsked == nil {
      stopAsked = clock.seconds
      notices.add("stopping; what is finished stays")
    }
    guard Interruption.requested, let stopAsked else { return false }
    guard clock.seconds - stopAsked > Self.patience, !active.isEmpty else { return false }
    notices.add("\(active.keys.sorted().joined(separator: ", ")) did not stop in time; left alone")
    return true
  }

  private func showNotices() {
    for text in notices.take() {
      board.say(text, mark: .notice)
      log.event("warning", text)
    }
  }

  /// Copies the report, writes the logs, prints the summary.
  private mutating func close() throws -> RunSummary {
    var report: String?
    var copyFailure: (any Error)?
    do {
      report = try copyReport()
    } catch {
      copyFailure = error
    }
    let isDone =
      failures.isEmpty && copyFailure == nil && finished.count == runner.plan.stages.count
    log.close(status: isDone ? "finished" : failures.isEmpty ? "interrupted" : "failed")
    showNotices()
    board.close()
    // Another process is working on a stage. This is no failure: run the same command later.
    let held = failures.compactMap { $0.underlying as? RunLock.Held }
    if let first = held.first, held.count == failures.count { throw first }
    if let failure = RunError(failures) { throw failure }
    if let copyFailure { throw copyFailure }
    guard isDone else { throw Interrupted() }
    let summary = RunSummary(
      stages: runner.plan.stages.compactMap { entries[$0.name] }, seconds: clock.seconds,
      report: report)
    board.say(
      "done in \(Wording.duration(summary.seconds)): \(summary.ran) run, \(summary.cached) cached"
        + (report.map { "; report: \($0)" } ?? ""))
    return summary
  }

  private func makes(_ kind: String) -> [StageProduct] { runner.stageTypes[kind]?.makes ?? [] }

  /// Copies the last report that a finished stage made to `report/`.
  private func copyReport() throws -> String? {
    guard let stage = runner.plan.stages.last(where: { makes($0.kind).contains(.report) }),
      let finished = finished[stage.name]?.finished
    else { return nil }
    var page: String?
    for name in ["report.json", "report.html"] where finished.manifest.file(name) != nil {
      let path = runner.folder.report + "/" + name
      try RunFolder.write(try readFile(finished.folder + "/" + name), to: path)
      page = path
    }
    return page
  }
}
