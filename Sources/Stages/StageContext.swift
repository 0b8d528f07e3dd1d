public import Files

/// Where and how a stage runs. None of this may affect a byte that the stage writes.
public struct StageContext: Sendable {
  /// The folder to fill; it exists.
  public let folder: String
  /// A folder for data that only helps to resume (checkpoints); removed once the stage is finished.
  /// It may not exist yet: `Folder.make` it before use.
  public let scratch: String
  /// Number of threads that the stage may use throughout.
  public let threads: Int
  private let share: ThreadShare?
  /// Receives how far the stage is, as often as it likes to say.
  public let progress: any ProgressSink
  /// Receives the points of the stage's curves.
  public let metrics: any MetricsSink
  /// The manifest's description of the processor that does the work.
  private let machineNow: @Sendable () -> JSONObject
  private let tell: @Sendable (String) -> Void

  /// - Parameters:
  ///   - machine: the manifest's description of the processor.
  ///   - notice: receives a line for the user.
  public init(
    folder: String, scratch: String, threads: Int, share: ThreadShare? = nil,
    progress: any ProgressSink = NoProgress(), metrics: any MetricsSink = NoMetrics(),
    machine: @escaping @Sendable () -> JSONObject = { [:] },
    notice: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    machineNow = machine
    tell = notice
    self.folder = folder
    self.scratch = scratch
    self.threads = threads
    self.share = share
    self.progress = progress
    self.metrics = metrics
  }

  /// Number of threads that the stage may use now, if it can adapt as it goes.
  public var threadsNow: Int { max(1, share?.threads ?? threads) }

  /// The manifest's description of the processor that does the work. A resumed stage records a
  /// change of it, since bytes are the same only on one kind of processor.
  public var machine: JSONObject { machineNow() }

  /// Shows one line to the user, once, for what a progress line would lose.
  public func notice(_ line: String) { tell(line) }

  /// - Throws: `Interrupted` once a stop was requested. Called between pieces of work.
  public func checkInterruption() throws(Interrupted) { try Interruption.check() }
}

/// Displays a stage's progress.
public protocol ProgressSink: Sendable {
  /// - Parameters:
  ///   - total: `nil` if the end is not known.
  ///   - unit: what is counted, in the plural: `records`, `steps`.
  ///   - note: a few words beside the count: a loss, a rate; may be empty.
  func report(done: Int, of total: Int?, unit: String, note: String)
}

/// Records curves while a stage runs: TensorBoard, the run store. For people, never for keys.
public protocol MetricsSink: Sendable {
  /// Adds the values of one step; a metric not named here has no point at this step.
  ///
  /// - Parameter step: counted by the stage, as its progress is.
  func record(step: Int, values: [(name: String, value: Double)])
}

/// Progress that nobody watches.
public struct NoProgress: ProgressSink {
  /// Drops every report.
  public init() {}
  public func report(done: Int, of total: Int?, unit: String, note: String) {}
}

/// Metrics that nobody keeps.
public struct NoMetrics: MetricsSink {
  /// Drops every value.
  public init() {}
  public func record(step: Int, values: [(name: String, value: Double)]) {}
}
