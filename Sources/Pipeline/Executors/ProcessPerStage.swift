internal import Files
internal import Stages

/// Runs each stage in a process of its own: `retort stage RUN NAME --job`.
///
/// A stage that crashes, or that the system kills for memory, affects no other. Processes
/// communicate only through files, so jobs of a cluster scheduler would differ only in how they are
/// started and polled.
final class ProcessPerStage: Executor {
  static let name = "process"
  static let about = "a process for each stage"

  private struct Job {
    let process: ChildProcess
    let files: JobFiles
    let folder: StageFolder
    let watch: JobWatch
    var tail: LineTail
  }

  private let runner: Runner
  private let plan: Plan
  private var jobs: [String: Job] = [:]
  private var isStopping = false

  init(_ runner: Runner, plan: Plan) {
    self.runner = runner
    self.plan = plan
  }

  func start(_ ticket: JobTicket, _ watch: JobWatch) throws {
    let files = JobFiles(runFolder: ticket.runFolder, stage: ticket.stage)
    try files.begin(ticket)
    let (folder, _) = try StageJob.place(ticket, plan: plan, stageTypes: runner.stageTypes)
    let program = runner.options.stageProgram
    let process = try ChildProcess(
      program[0], program.dropFirst() + [ticket.runFolder, ticket.stage, "--job"],
      log: LineLog(files.output))
    jobs[ticket.stage] = Job(
      process: process, files: files, folder: folder, watch: watch,
      tail: LineTail(files.events))
  }

  func ended(within seconds: Double) -> [(stage: String, outcome: StageJob.Outcome)] {
    let clock = Stopwatch()
    while true {
      let ended = look()
      if !ended.isEmpty || clock.seconds >= seconds { return ended }
      Pause.milliseconds(20)
    }
  }

  private func look() -> [(stage: String, outcome: StageJob.Outcome)] {
    var ended: [(stage: String, outcome: StageJob.Outcome)] = []
    for name in jobs.keys.sorted() {
      // Check for the end first: after it, nothing is added to the files read below.
      let ending = jobs[name]?.process.poll()
      let lines = jobs[name]?.tail.take() ?? []
      guard let job = jobs[name] else { continue }
      for line in lines { tell(job.watch, line) }
      guard let ending else { continue }
      jobs[name] = nil
      ended.append((name, outcome(of: job, ending)))
    }
    return ended
  }

  private func tell(_ watch: JobWatch, _ line: [UInt8]) {
    switch JobEvent(line) {
    case .progress(let done, let total, let unit, let note, _):
      watch.progress.report(done: done, of: total, unit: unit, note: note)
    case .notice(let text): watch.notices.add(text)
    case .metrics(let point): watch.metrics.add(point)
    case nil: break
    }
  }

  /// Outcome of a process that has ended: its own report, and the manifest that proves it.
  private func outcome(of job: Job, _ ending: ChildProcess.Ending) -> StageJob.Outcome {
    let word = job.files.readOutcome()
    do {
      switch (word, ending) {
      case (.cached, .exit(0)):
        return .cached(try Manifest.read(from: job.folder.path))
      case (.finished(let summary), .exit(0)):
        return .finished(try Manifest.read(from: job.folder.path), summary: summary)
      case (.interrupted, .exit), (nil, .exit(75)): return .interrupted
      case (.held(let path, let owner), .exit):
        return .failed(RunLock.Held(path: path, owner: owner))
      case (.failed(let message), .exit): return .failed(JobFailure(message: message))
      // It was asked to stop and ended before it could report.
      case _ where isStopping: return .interrupted
      default:
        return .failed(
          JobFailure(ending: ending, lastWords: job.files.lastWords(), output: job.files.output))
      }
    } catch {
      return .failed(error)
    }
  }

  func stop() {
    isStopping = true
    for job in jobs.values { job.process.askToStop() }
  }
}

/// An error that another process reported for its stage.
struct JobFailure: Error, CustomStringConvertible {
  let description: String

  init(message: String) { description = message }

  /// A process that ended without a report.
  init(ending: ChildProcess.Ending, lastWords: String?, output: String) {
    let advice: String
    switch ending {
    case .signal(9):
      advice =
        "where nobody did that, the system was out of memory: run fewer stages at once "
        + "(--threads), or smaller ones; what is finished stays"
    default: advice = "see \(output); what is finished stays, run the same command again"
    }
    let words = lastWords.map { ", its last words: \($0)" } ?? ""
    description = "its process ended: \(ending.words)\(words) -- \(advice)"
  }
}
