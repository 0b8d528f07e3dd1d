public import Files
internal import RunStore
public import Stages

/// Runs a plan in a folder: skips finished stages, makes missing ones.
///
/// Running and resuming are the same operation. Neither the report nor anything under `stages/`
/// depends on the number of threads, the schedule or earlier interruptions.
public struct Runner: Sendable {
  /// How a run is carried out; none of it changes results.
  public struct Options: Sendable {
    /// Stages that run at once, one thread each; a stage that runs alone gets them all.
    public var threads: Int
    /// No progress on standard error.
    public var quiet: Bool
    /// Finished stages are checked by file size only, not by digest.
    public var trustSize: Bool
    /// Colours on a terminal.
    public var colours: Bool
    /// Executor of the stages: one of `Executors.names`.
    public var executor: String
    /// The program, with its first arguments, that runs one stage in its own process; run folder,
    /// stage and `--job` are appended. This program by default.
    public var stageProgram: [String]

    /// - Parameters:
    ///   - threads: of all stages together; at least 1.
    ///   - trustSize: files of finished stages are checked by size only.
    ///   - executor: a name of `Executors.names`.
    public init(
      threads: Int = 1, quiet: Bool = false, trustSize: Bool = false, colours: Bool = true,
      executor: String = Executors.names[0], stageProgram: [String] = ["/proc/self/exe", "stage"]
    ) {
      self.executor = executor
      self.stageProgram = stageProgram
      self.threads = max(1, threads)
      self.quiet = quiet
      self.trustSize = trustSize
      self.colours = colours
    }
  }

  let plan: Plan
  let folder: RunFolder
  let options: Options
  let stageTypes: [String: any Stage.Type]
  let machine: @Sendable (_ multiplies: Bool) -> JSONObject

  /// - Parameters:
  ///   - folder: created if missing.
  ///   - machine: description of the machine for manifests: kind of processor, name of the BLAS
  ///     core.
  public init(
    _ plan: Plan, into folder: String, options: Options, stageTypes: [String: any Stage.Type],
    machine: @escaping @Sendable (_ multiplies: Bool) -> JSONObject
  ) {
    self.plan = plan
    self.folder = RunFolder(root: folder)
    self.options = options
    self.stageTypes = stageTypes
    self.machine = machine
  }

  /// Runs the missing stages.
  ///
  /// - Parameter expected: the run's estimate; `status` shows it beside the actual cost.
  /// After `Interrupted` some stages may still be stopping: end the process.
  /// - Throws: `RunLock.Held`, `Interrupted` (both: try again later, exit status 75),
  ///   `RunError.stage` or `.stages` for failed stages, `RunError.unknownExecutor`, `FileError`.
  @discardableResult
  public func run(expecting expected: Estimate? = nil) throws -> RunSummary {
    let lock = try folder.own()
    defer { withExtendedLifetime(lock) {} }
    try folder.removeLeftovers()
    try Folder.make(folder.locks)
    let isOther = (try? Plan.read(from: folder.root)).map { $0.pipeline != plan.pipeline } ?? false
    try plan.keep(in: folder.root)
    guard let executor = Executors.named(options.executor) else {
      throw RunError.unknownExecutor(name: options.executor, known: Executors.names)
    }
    try expected?.keep(in: folder)
    var schedule = Schedule(self, on: executor.init(self, plan: plan))
    return try schedule.run(heldOtherPipeline: isOther)
  }
}

/// Results of a run.
public struct RunSummary: Sendable, Equatable {
  /// One stage of the run.
  public struct Entry: Sendable, Equatable {
    /// The stage's name in the plan.
    public let name: String
    /// The kind of stage: `generate`.
    public let kind: String
    /// The stage's folder.
    public let folder: String
    /// Whether it was already finished.
    public let wasCached: Bool
    /// Wall seconds.
    public let seconds: Double
    /// The stage's own summary line.
    public let summary: String
  }

  /// In the order of the plan.
  public let stages: [Entry]
  /// Wall seconds of the whole run.
  public let seconds: Double
  /// Path of `report/report.html`, if the pipeline makes one.
  public let report: String?

  /// Stages that were made in this run.
  public var ran: Int { stages.count { !$0.wasCached } }
  /// Stages that were finished before.
  public var cached: Int { stages.count { $0.wasCached } }
}
