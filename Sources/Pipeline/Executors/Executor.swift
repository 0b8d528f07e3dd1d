internal import Files
internal import Stages

/// Where the stages of a run are run. One file each; `Executors.all` lists them.
///
/// `Schedule` decides what may start and when; an executor only runs jobs. It gets a ticket per job
/// and nothing else, and the bytes of a stage must not depend on the executor. Used by one thread.
protocol Executor: AnyObject {
  /// Its name for `--executor`.
  static var name: String { get }
  /// One-line description.
  static var about: String { get }

  init(_ runner: Runner, plan: Plan)

  /// Starts a job and returns at once. Progress, curves and notices go to `watch`.
  ///
  /// - Throws: if the job cannot be started; the stage has then failed.
  func start(_ ticket: JobTicket, _ watch: JobWatch) throws

  /// Jobs that have ended since the last call; waits up to `seconds` for one.
  func ended(within seconds: Double) -> [(stage: String, outcome: StageJob.Outcome)]

  /// Changes the number of threads of a running job, if the executor can.
  func share(_ threads: Int, with stage: String)

  /// Asks every job to stop. Called once, when this process is asked to stop.
  func stop()
}

extension Executor {
  func share(_ threads: Int, with stage: String) {}
}

/// Receives what a job reports, from any thread.
struct JobWatch: Sendable {
  let progress: StageProgress
  let metrics: Metrics
  let notices: Notices
}

/// All executors.
public enum Executors {
  static var all: [any Executor.Type] { [LocalThreads.self, ProcessPerStage.self] }

  /// All names for `--executor`.
  public static var names: [String] { all.map { $0.name } }

  static func named(_ name: String) -> (any Executor.Type)? { all.first { $0.name == name } }
}
