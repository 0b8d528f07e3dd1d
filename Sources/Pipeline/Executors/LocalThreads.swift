internal import Files
internal import Stages

/// Runs each stage on a thread of this process.
final class LocalThreads: Executor {
  static let name = "local"
  static let about = "threads of this process"

  private let runner: Runner
  private let plan: Plan
  private let workers = Workers()
  private var shares: [String: ThreadShare] = [:]

  init(_ runner: Runner, plan: Plan) {
    self.runner = runner
    self.plan = plan
  }

  func start(_ ticket: JobTicket, _ watch: JobWatch) throws {
    let share = ThreadShare(ticket.threads)
    let job = try StageJob(
      ticket, plan: plan, stageTypes: runner.stageTypes, share: share, progress: watch.progress,
      metrics: watch.metrics, machine: runner.machine, warn: { watch.notices.add($0) })
    shares[ticket.stage] = share
    workers.start(ticket.stage, job)
  }

  func ended(within seconds: Double) -> [(stage: String, outcome: StageJob.Outcome)] {
    let ended = workers.take(within: seconds)
    for (name, _) in ended { shares[name] = nil }
    return ended.map { (stage: $0.name, outcome: $0.outcome) }
  }

  func share(_ threads: Int, with stage: String) { shares[stage]?.set(threads) }

  /// Nothing to do: stages check for interruption themselves.
  func stop() {}
}
