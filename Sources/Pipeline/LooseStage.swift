public import Files
internal import RunStore
public import Stages

/// One stage without a pipeline: `retort train`, `retort label` and similar commands.
///
/// The folder gets the same manifest as a stage's folder in a run, so either can be an input of the
/// other. Timing, curves and history go to `<folder>.logs/`, because the folder itself must not
/// differ from one run to the next.
public enum LooseStage {
  /// Makes `folder`, unless it is finished already.
  ///
  /// - Parameters:
  ///   - kinds: every kind of stage, to tell what the inputs hold; a folder of no such kind is a
  ///     packed set.
  ///   - from: folders of finished stages, in the order the stage expects.
  ///   - settings: `key=value`, values as in a pipeline file, dots between the keys of blocks.
  /// - Returns: the stage's summary; `nil` where the folder was finished before.
  /// - Throws: `PipelineError` for invalid settings, `ConfigurationError`, `StageError`,
  ///   `ManifestError` for an input that is not finished, `RunLock.Held`, `Interrupted`.
  public static func run(
    _ type: any Stage.Type, among kinds: [any Stage.Type], from: [String], settings: [String],
    seed: UInt64,
    into folder: String, options: Runner.Options,
    machine: @escaping @Sendable (_ multiplies: Bool) -> JSONObject
  ) throws -> String? {
    let inputs = try read(from, among: kinds)
    let (with, resolved) = try settled(type, settings, inputs: inputs, seed: seed)
    let stage = PlannedStage(
      name: Paths.last(of: folder), kind: type.kind, from: inputs.map(\.name), with: with,
      resolved: resolved, codeVersion: type.codeVersion, addedBy: nil)
    let key = stage.key(inputs: inputs.compactMap { $0.finished?.manifest.content })
    try Folder.make(Paths.parent(of: folder))
    let lock = try RunLock(
      Paths.parent(of: folder) + "/.lock-" + stage.name, owner: RunLock.thisProcess)
    defer { withExtendedLifetime(lock) {} }
    let outcome = try WatchedJob.run(
      options: options,
      places: .init(
        pipeline: stage.name, logs: folder + ".logs",
        store: folder + ".logs/" + RunStore.fileName), name: stage.name, kind: type.kind
    ) { watch in
      StageJob(
        folder: StageFolder(stage, key: key, path: folder), type: type, inputs: inputs,
        pipelineSeed: seed, threads: options.threads, trustSize: options.trustSize,
        progress: watch.progress, metrics: watch.metrics, machine: machine,
        warn: { watch.notices.add($0) })
    }
    switch outcome {
    case .cached: return nil
    case .finished(_, let summary): return summary
    case .interrupted: throw Interrupted()
    case .failed(let error): throw error
    }
  }

  /// Checks the settings of a stage of which some inputs are still to be made.
  ///
  /// - Parameters:
  ///   - coming: names of these inputs and the kinds that make them, and the place of each among
  ///     the inputs, those before it in the list included.
  /// - Throws: as `run`, before anything is made.
  public static func check(
    _ type: any Stage.Type, among kinds: [any Stage.Type], from: [String],
    coming: [(name: String, type: any Stage.Type, place: Int)], settings: [String], seed: UInt64
  ) throws {
    var inputs = try read(from, among: kinds)
    for coming in coming {
      inputs.insert(
        StageInput(
          name: coming.name, kind: coming.type.kind, makes: coming.type.makes, finished: nil),
        at: coming.place)
    }
    _ = try settled(type, settings, inputs: inputs, seed: seed)
  }

  /// The checkpoint that the settings of a training name as its start.
  ///
  /// - Throws: `PipelineError` for settings that cannot be read.
  public static func start(in settings: [String]) throws -> String? {
    try YAML.settings(settings)["model"]?["from"]?.stringValue
  }

  private static func read(
    _ from: [String], among kinds: [any Stage.Type]
  ) throws -> [StageInput] {
    try from.map { path in
      let manifest = try Manifest.read(from: path)
      // A stage itself checks what it reads against the manifest; what it does not read may be
      // large.
      try manifest.verifyFiles(in: path, sizesOnly: true)
      return StageInput(
        name: Paths.last(of: path), kind: manifest.kind,
        makes: kinds.first { $0.kind == manifest.kind }?.makes ?? [.set],
        finished: .init(folder: path, manifest: manifest))
    }
  }

  /// The settings as given, and with every default written out.
  private static func settled(
    _ type: any Stage.Type, _ settings: [String], inputs: [StageInput], seed: UInt64
  ) throws -> (with: JSONObject, resolved: JSONObject) {
    let with = try YAML.settings(settings)
    var reader = Settings(with, pipelineSeed: seed)
    _ = try type.init(&reader, inputs: inputs)
    try reader.finish()
    return (with, reader.resolved)
  }
}

extension YAML {
  /// The settings block given by `key=value` texts, with dots between the keys of blocks.
  fileprivate static func settings(_ texts: [String]) throws -> JSONObject {
    let file = "pipeline: loose\nstages: [{name: loose, kind: loose}]\n"
    var root = try YAML.parse(Array(file.utf8), named: "--set")
    for text in texts { try root.apply(override: "loose." + text, named: "--set") }
    let stages = root["stages"]?.list ?? []
    return stages.first?["with"]?.json.objectValue ?? [:]
  }
}
