internal import Files
internal import Stages

/// One stage that runs by itself, its progress on standard error.
enum WatchedJob {
  /// Runs the job that `make` returns on a thread of its own, and watches it to its end.
  ///
  /// - Parameter make: given where progress and notices go.
  static func run(
    _ name: String, kind: String, options: Runner.Options,
    _ make: (_ progress: any ProgressSink, _ notice: @escaping @Sendable (String) -> Void)
      -> StageJob
  ) -> StageJob.Outcome {
    let clock = Stopwatch()
    let board = ProgressBoard(
      style: .here(options), stages: [(name, kind)], clock: { clock.seconds },
      width: { Terminal.width ?? 80 }, write: Terminal.draw)
    let notices = Notices()
    let progress = StageProgress { clock.seconds }
    let workers = Workers()
    board.began(name, progress)
    workers.start(name, make(progress) { notices.add($0) })
    while true {
      let ended = workers.take(within: 0.1)
      for text in notices.take() { board.say(text, mark: .notice) }
      if let (_, outcome) = ended.first {
        board.close()
        return outcome
      }
      board.tick()
    }
  }
}

extension ProgressBoard.Style {
  /// What suits standard error and the options of a run.
  static func here(_ options: Runner.Options) -> ProgressBoard.Style {
    if options.quiet { return .quiet }
    return Terminal.isStandardErrorInteractive ? .terminal(colours: options.colours) : .lines
  }
}
