public import Files

/// One step of a pipeline: a pure function from (kind, code version, configuration, inputs) to a
/// folder of files.
///
/// Stages exchange data on disk and never import one another. What a stage writes depends only on
/// its key: not on clock, path, thread count or host.
public protocol Stage: Sendable {
  /// Name of the stage kind in pipeline files: `generate`.
  static var kind: String { get }

  /// Increased whenever the same configuration and inputs would give other bytes.
  static var codeVersion: Int { get }

  /// One line for people: what the stage does.
  static var about: String { get }

  /// What it reads, one need for each purpose; inputs are assigned to the needs in this order.
  static var needs: [StageNeed] { get }
  /// What its folder holds, for stages that read it and for planning.
  static var makes: [StageProduct] { get }

  /// Whether it takes threads that others leave while it runs (`StageContext.threadsNow`).
  static var adaptsThreads: Bool { get }

  /// Reads the stage's settings; every key must be taken from the reader, with its default.
  ///
  /// - Throws: `ConfigurationError` for what the pipeline file got wrong.
  init(_ settings: inout Settings, inputs: [StageInput]) throws

  /// What is known about the folder before it is made; derived from settings alone, and cheaply.
  ///
  /// - Parameters:
  ///   - name: of the stage in the pipeline file.
  ///   - settings: every resolved setting, defaults included.
  ///   - inputs: in their order.
  func outlook(_ name: String, settings: JSONObject, inputs: [Outlook]) -> Outlook

  /// The amount of work of the stage, for `retort plan`; `nil`: unknown.
  ///
  /// - Parameters:
  ///   - settings: every resolved setting, defaults included.
  ///   - inputs: in their order.
  func workload(settings: JSONObject, inputs: [Outlook]) -> Workload?

  /// Refuses what the settings and the outlooks of the inputs already rule out. Called once, while
  /// a pipeline is planned; anything known only later is left to `run`.
  ///
  /// - Throws: `ConfigurationError` for a setting, `InputError` for an input.
  func check(_ inputs: [Outlook]) throws

  /// Does the work: writes its files into `context.folder`. The runner adds the manifest.
  ///
  /// The folder may hold files that an interrupted run of the same key left behind; the runner
  /// removes files that cannot be reused before a stage starts, except in `context.scratch`.
  /// - Throws: `Interrupted` if a stop was requested, any error for invalid data.
  func run(_ context: StageContext) throws -> StageResult
}

/// What a stage reads: the finished folder of another one.
public struct StageInput: Sendable {
  /// The name in the pipeline file.
  public let name: String
  /// The kind of stage that made it: for messages and manifests. Use `makes` to find out what it
  /// holds.
  public let kind: String
  /// What it holds.
  public let makes: [StageProduct]
  /// `nil` while a pipeline is only being checked: the folder does not exist yet.
  public let finished: Finished?

  /// A folder with a valid manifest.
  public struct Finished: Sendable {
    /// Path of the folder.
    public let folder: String
    /// The manifest that seals it.
    public let manifest: Manifest

    /// - Parameter manifest: already read from the folder; nothing is checked here.
    public init(folder: String, manifest: Manifest) {
      self.folder = folder
      self.manifest = manifest
    }
  }

  /// - Parameters:
  ///   - name: in the pipeline file.
  ///   - kind: of the stage that made it.
  ///   - makes: what it holds.
  ///   - finished: `nil` while a pipeline is only being checked.
  public init(name: String, kind: String, makes: [StageProduct], finished: Finished?) {
    self.name = name
    self.kind = kind
    self.makes = makes
    self.finished = finished
  }

  /// The finished folder.
  ///
  /// - Throws: `StageError.notFinished` when it does not exist yet.
  public func require() throws(StageError) -> Finished {
    guard let finished else { throw .notFinished(input: name) }
    return finished
  }
}

/// A stage's report on the folder that it has filled.
public struct StageResult: Sendable {
  /// 64 hex: a digest of the folder's content regardless of its form; `nil`: the digest of its
  /// files.
  public var content: String?
  /// The writer's description of the archive in the folder; `nil` if there is none.
  public var archive: JSONObject?
  /// The manifest's `details`: counts, fingerprints, certificates.
  public var details: JSONObject
  /// Files relative to the folder, in the order of the manifest.
  public var files: [String]
  /// A summary line for the user.
  public var summary: String

  /// - Parameters:
  ///   - content: 64 hex, independent of the files' form; `nil`: the digest of the files.
  ///   - archive: the writer's description of the archive in the folder, if there is one.
  ///   - details: goes into the manifest as it is.
  ///   - files: every file to be listed there, relative to the folder.
  ///   - summary: one line for the user.
  public init(
    content: String? = nil, archive: JSONObject? = nil, details: JSONObject = [:],
    files: [String], summary: String
  ) {
    self.content = content
    self.archive = archive
    self.details = details
    self.files = files
    self.summary = summary
  }
}

/// Why a stage cannot continue.
public enum StageError: Error, Equatable, Sendable, CustomStringConvertible {
  case notFinished(input: String)
  /// The pipeline file gives the wrong inputs.
  case inputs(stage: String, expected: String, found: [String])
  /// The data is wrong.
  case data(String)

  public var description: String {
    switch self {
    case .notFinished(let input): "the input \(input) is not finished -- run its stage first"
    case .inputs(let stage, let expected, let found):
      "\(stage): expected as inputs \(expected); found "
        + (found.isEmpty ? "none" : found.joined(separator: ", "))
    case .data(let message): message
    }
  }
}
