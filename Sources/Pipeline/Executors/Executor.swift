internal import Files
internal import Stages

/// Where the stages of a run are run. One file each; `Executors.all` lists them.
///
/// `Schedule` decides what may start and when; an executor only runs jobs. All that it is told is a
/// ticket, and a stage's bytes may not depend on who ran it. Used by one thread.
protocol Executor: AnyObject {
  /// The word of `--executor`.
  static var name: String { get }
  /// One line for people.
  static var about: String { get }

  init(_ runner: Runner, plan: Plan)

  /// Starts a job and returns at once. What the job says while it runs goes to `watch`.
  ///
  /// - Throws: where no job was started; the stage has then failed.
  func start(_ ticket: JobTicket, _ watch: JobWatch) throws

  /// Jobs that have ended since the last call; waits up to `seconds` for one.
  func ended(within seconds: Double) -> [(stage: String, outcome: StageJob.Outcome)]

  /// Lets a job that runs have more threads, or fewer, where that can be done.
  func share(_ threads: Int, with stage: String)

  /// Asks every job to stop; called once, when this process was asked to.
  func stop()
}

extension Executor {
  func share(_ threads: Int, with stage: String) {}
}

/// Takes what one job says, from any thread.
struct JobWatch: Sendable {
  let progress: StageProgress
  let metrics: Metrics
  let notices: Notices
}

/// The executors there are.
public enum Executors {
  static var all: [any Executor.Type] { [LocalThreads.self, ProcessPerStage.self] }

  /// The words of `--executor`.
  public static var names: [String] { all.map { $0.name } }

  static func named(_ name: String) -> (any Executor.Type)? { all.first { $0.name == name } }
}
