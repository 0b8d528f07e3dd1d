public import Files

/// One step of a pipeline: a pure function of (kind, code version, configuration, inputs) into a
/// folder of files.
///
/// Stages meet on disk and never import one another. What a stage writes depends on nothing but
/// its key: no clock, no path, no thread count, no host.
public protocol Stage: Sendable {
  /// The word of the pipeline file: `generate`.
  static var kind: String { get }

  /// Raised whenever the same configuration and inputs would give other bytes.
  static var codeVersion: Int { get }

  /// One line for people: what the stage does.
  static var about: String { get }

  /// What it reads and what it makes, for people and for whoever plans.
  static var needs: [StageNeed] { get }
  static var makes: [StageProduct] { get }

  /// Reads the stage's settings; every key must be taken from the reader, with its default.
  ///
  /// - Throws: `ConfigurationError` for what the pipeline file got wrong.
  init(_ settings: inout Settings, inputs: [StageInput]) throws

  /// What can be said of the folder before it is made; known from settings alone, and cheaply.
  ///
  /// - Parameters:
  ///   - name: of the stage in the pipeline file.
  ///   - settings: every setting as it holds, defaults written out.
  ///   - inputs: in their order.
  func outlook(_ name: String, settings: JSONObject, inputs: [Outlook]) -> Outlook

  /// How much the stage has to do, for `retort plan`; `nil`: unknown.
  ///
  /// - Parameters:
  ///   - settings: every setting as it holds, defaults written out.
  ///   - inputs: in their order.
  func workload(settings: JSONObject, inputs: [Outlook]) -> Workload?

  /// Refuses what the settings and the outlooks of the inputs rule out already. Called once, while
  /// a pipeline is planned; whatever is only known later is the business of `run`.
  ///
  /// - Throws: `ConfigurationError` for a setting, `InputError` for an input.
  func check(_ inputs: [Outlook]) throws

  /// Does the work: writes its files into `context.folder`. The runner adds the manifest.
  ///
  /// The folder may hold what an interrupted run of the same key left behind; files that are not
  /// taken up again are removed by the runner before a stage starts, except in `context.scratch`.
  /// - Throws: `Interrupted` when a stop was asked for, any error for data that is wrong.
  func run(_ context: StageContext) throws -> StageResult
}

/// What a stage reads: the finished folder of another one.
public struct StageInput: Sendable {
  /// The name in the pipeline file.
  public let name: String
  /// The kind of stage that made it: for messages and manifests. Whoever wants to know what it holds
  /// asks `makes`.
  public let kind: String
  /// What it holds.
  public let makes: [StageProduct]
  /// `nil` while a pipeline is only being checked: the folder is not there yet.
  public let finished: Finished?

  /// A folder whose manifest holds.
  public struct Finished: Sendable {
    public let folder: String
    public let manifest: Manifest

    public init(folder: String, manifest: Manifest) {
      self.folder = folder
      self.manifest = manifest
    }
  }

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

/// What a stage says of the folder it has filled.
public struct StageResult: Sendable {
  /// 64 hex: what is in the folder, apart from its form; `nil`: the digest of its files.
  public var content: String?
  /// What the archive in the folder is, as its writer describes it; `nil` where there is none.
  public var archive: JSONObject?
  /// The manifest's `details`: counts, fingerprints, certificates.
  public var details: JSONObject
  /// Files relative to the folder, in the order of the manifest.
  public var files: [String]
  /// A line for the person who watches.
  public var summary: String

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

/// Why a stage cannot go on.
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
