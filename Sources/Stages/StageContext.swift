public import Files

/// Where and how a stage runs. Nothing in here may show in a byte that the stage writes.
public struct StageContext: Sendable {
  /// The folder to fill; it exists.
  public let folder: String
  /// A folder for what only helps to resume (checkpoints); removed once the stage is finished.
  /// It may not exist yet: `Folder.make` it before use.
  public let scratch: String
  /// How many threads the stage may keep busy, from its beginning to its end.
  public let threads: Int
  private let share: ThreadShare?
  public let progress: any ProgressSink
  public let metrics: any MetricsSink
  /// What manifests say of the processor that does the work.
  private let machineNow: @Sendable () -> JSONObject
  private let tell: @Sendable (String) -> Void

  /// - Parameters:
  ///   - machine: what manifests say of the processor.
  ///   - notice: takes a line for the person who watches.
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

  /// How many threads it may keep busy now, for a stage that can take them or leave them as it goes.
  public var threadsNow: Int { max(1, share?.threads ?? threads) }

  /// What manifests say of the processor that does the work: a resumed stage records it where it
  /// differs, since bytes are the same on one kind of processor only.
  public var machine: JSONObject { machineNow() }

  /// Says one line to the person who watches, once: what a progress line would lose.
  public func notice(_ line: String) { tell(line) }

  /// - Throws: `Interrupted` once a stop was asked for. Called between pieces of work.
  public func checkInterruption() throws(Interrupted) { try Interruption.check() }
}

/// Who shows how far a stage is.
public protocol ProgressSink: Sendable {
  /// - Parameters:
  ///   - total: `nil` where the end is not known.
  ///   - unit: what is counted, in the plural: `records`, `steps`.
  ///   - note: a few words beside the count: a loss, a rate; may be empty.
  func report(done: Int, of total: Int?, unit: String, note: String)
}

/// Who records curves while a stage runs: TensorBoard, the run store. For people, never for keys.
public protocol MetricsSink: Sendable {
  func record(step: Int, values: [(name: String, value: Double)])
}

public struct NoProgress: ProgressSink {
  public init() {}
  public func report(done: Int, of total: Int?, unit: String, note: String) {}
}

public struct NoMetrics: MetricsSink {
  public init() {}
  public func record(step: Int, values: [(name: String, value: Double)]) {}
}
