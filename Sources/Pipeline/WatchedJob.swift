internal import Files
internal import RunStore
internal import Stages

/// Runs one stage on its own rather than as part of a pipeline.
enum WatchedJob {
  /// Paths of such a stage's logs.
  struct Places {
    let pipeline: String
    let logs: String
    let store: String
  }

  /// Runs the job that `make` returns on its own thread, shows progress on standard error, and
  /// writes timing, curves and history as a run does.
  ///
  /// - Parameter make: builds the job; its argument receives the job's reports.
  static func run(
    options: Runner.Options, places: Places, name: String, kind: String,
    _ make: (JobWatch) throws -> StageJob
  ) throws -> StageJob.Outcome {
    let clock = Stopwatch()
    let board = ProgressBoard(
      style: .here(options), stages: [(name, kind)], clock: { clock.seconds },
      width: { Terminal.width ?? 80 }, write: Terminal.draw)
    let notices = Notices()
    let watch = JobWatch(
      progress: StageProgress { clock.seconds }, metrics: Metrics(), notices: notices)
    let log = RunLog(
      logs: places.logs, store: places.store, pipeline: places.pipeline, threads: options.threads,
      clock: clock, warn: { notices.add($0) })
    func showNotices() {
      for text in notices.take() {
        board.say(text, mark: .notice)
        log.event("warning", stage: name, text)
      }
    }
    let job = try make(watch)
    board.began(name, watch.progress)
    let outcome = wait(for: job, name) {
      showNotices()
      board.tick()
    }
    log.ended(
      StageRecord(
        name: name, kind: kind, key: job.folder.key.hex, status: outcome.status,
        seconds: clock.seconds, threads: options.threads, summary: outcome.words,
        ended: WallClock.seconds),
      threadSeconds: clock.seconds * Double(options.threads), metrics: watch.metrics.all)
    showNotices()
    log.close(status: outcome.status == "cached" ? "finished" : outcome.status)
    showNotices()
    board.close()
    return outcome
  }

  /// Runs a job on a thread of its own; `look` is called ten times a second until it has ended.
  ///
  /// A job that does not stop in time after being asked is abandoned: the caller should end the
  /// process. What the job has written is safe.
  static func wait(
    for job: StageJob, _ name: String, _ look: () -> Void
  ) -> StageJob.Outcome {
    let workers = Workers()
    var asked: Stopwatch?
    workers.start(name, job)
    while true {
      let ended = workers.take(within: 0.1)
      look()
      if let (_, outcome) = ended.first { return outcome }
      if Interruption.requested, asked == nil { asked = Stopwatch() }
      if let asked, asked.seconds > Schedule.patience { return .interrupted }
    }
  }
}

extension StageJob.Outcome {
  /// As stored in the run store and `logs/timings.jsonl`.
  var status: String {
    switch self {
    case .cached: "cached"
    case .finished: "finished"
    case .interrupted: "interrupted"
    case .failed: "failed"
    }
  }

  /// Summary of the work, or why it was not done.
  var words: String {
    switch self {
    case .cached: ""
    case .finished(_, let summary): summary
    case .interrupted: "goes on from here when it is run again"
    case .failed(let error): "\(error)"
    }
  }
}

extension ProgressBoard.Style {
  /// Style suited to standard error and the run's options.
  static func here(_ options: Runner.Options) -> ProgressBoard.Style {
    if options.quiet { return .quiet }
    return Terminal.isStandardErrorInteractive ? .terminal(colours: options.colours) : .lines
  }
}
