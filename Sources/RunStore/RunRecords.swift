public import Files

/// One invocation of `retort run`.
public struct RunRecord: Sendable, Equatable {
  /// Identifies the run in the store: seconds since 1970 and process id, set once.
  public var id: String
  /// The pipeline's name.
  public var pipeline: String
  /// Seconds since 1970.
  public var started: Double
  /// Seconds since 1970; `nil` while it runs, or if it died.
  public var ended: Double?
  /// `running`, `finished`, `failed`, `interrupted`.
  public var status: String
  /// Threads that all stages share.
  public var threads: Int
  /// Process, host and command.
  public var owner: String

  /// - Parameters:
  ///   - started, ended: seconds since 1970.
  ///   - owner: process, host and command.
  public init(
    id: String, pipeline: String, started: Double, ended: Double? = nil, status: String,
    threads: Int, owner: String
  ) {
    self.id = id
    self.pipeline = pipeline
    self.started = started
    self.ended = ended
    self.status = status
    self.threads = threads
    self.owner = owner
  }
}

/// How one stage of one run ended.
public struct StageRecord: Sendable, Equatable {
  /// The stage's name in the pipeline file.
  public var name: String
  /// The kind of stage: `generate`.
  public var kind: String
  /// 64 hex.
  public var key: String
  /// `cached`, `finished`, `failed`, `interrupted`.
  public var status: String
  /// Wall seconds.
  public var seconds: Double
  /// Threads that the stage was given.
  public var threads: Int
  /// The stage's summary line, or why it failed.
  public var summary: String
  /// Seconds since 1970.
  public var ended: Double

  /// - Parameter ended: seconds since 1970.
  public init(
    name: String, kind: String, key: String, status: String, seconds: Double, threads: Int,
    summary: String, ended: Double
  ) {
    self.name = name
    self.kind = kind
    self.key = key
    self.status = status
    self.seconds = seconds
    self.threads = threads
    self.summary = summary
    self.ended = ended
  }
}

/// One point of a stage's metric curves.
public struct MetricRecord: Sendable, Equatable {
  /// The stage's name in the pipeline file.
  public var stage: String
  /// 64 hex: the stage's key. A point belongs to stage, key and step, not to one run.
  public var key: String
  /// A later record of the same step adds its values, and replaces those of the same name.
  public var step: Int
  /// Metric names and their numbers.
  public var values: JSONObject

  /// Metrics of one step of a stage.
  public init(stage: String, key: String, step: Int, values: JSONObject) {
    self.stage = stage
    self.key = key
    self.step = step
    self.values = values
  }
}

/// An event worth looking up later.
public struct EventRecord: Sendable, Equatable {
  /// Seconds since 1970.
  public var time: Double
  /// `info`, `warning`, `error`.
  public var level: String
  /// The stage's name; `nil` for an event of the whole run.
  public var stage: String?
  /// The message, for people.
  public var text: String

  /// - Parameter time: seconds since 1970.
  public init(time: Double, level: String, stage: String? = nil, text: String) {
    self.time = time
    self.level = level
    self.stage = stage
    self.text = text
  }
}

/// Rows written to the store in one transaction.
public struct RunBatch: Sendable, Equatable {
  /// Stages that have ended.
  public var stages: [StageRecord] = []
  /// Points of curves; merged into those stored for the same stage, key and step.
  public var metrics: [MetricRecord] = []
  /// Appended; nothing checks for repeats.
  public var events: [EventRecord] = []

  /// Nothing to store.
  public init() {}

  /// Whether there is nothing to store.
  public var isEmpty: Bool { stages.isEmpty && metrics.isEmpty && events.isEmpty }
}
