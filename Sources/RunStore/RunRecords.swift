public import Files

/// One invocation of `retort run`.
public struct RunRecord: Sendable, Equatable {
  /// Identifies the run in the store: seconds since 1970 and process id, set once.
  public var id: String
  public var pipeline: String
  /// Seconds since 1970.
  public var started: Double
  public var ended: Double?
  /// `running`, `finished`, `failed`, `interrupted`.
  public var status: String
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
  public var name: String
  public var kind: String
  /// 64 hex.
  public var key: String
  /// `cached`, `finished`, `failed`, `interrupted`.
  public var status: String
  /// Wall seconds.
  public var seconds: Double
  public var threads: Int
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
  public var stage: String
  public var key: String
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
  public var stage: String?
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
  public var stages: [StageRecord] = []
  public var metrics: [MetricRecord] = []
  public var events: [EventRecord] = []

  /// Nothing to store.
  public init() {}

  /// Whether there is nothing to store.
  public var isEmpty: Bool { stages.isEmpty && metrics.isEmpty && events.isEmpty }
}
