public import Files
public import Stages

/// One stage of a run folder by itself: what a scheduler's job calls.
///
/// The folder belongs to the process that submitted the jobs, so its lock is not taken; each stage
/// has a lock of its own.
public enum SingleStage {
  /// Runs the stage `name` of the plan that `folder` keeps, unless it is finished.
  ///
  /// - Returns: whether it had to be run.
  /// - Throws: `RunError.waits` when an input is not finished, `RunLock.Held`, `Interrupted`,
  ///   `RunError.stage` when it fails.
  public static func run(
    folder: String, name: String, options: Runner.Options,
    stageTypes: [String: any Stage.Type], machine: @escaping @Sendable () -> JSONObject
  ) throws -> Bool {
    let plan = try Plan.read(from: folder)
    guard let stage = plan[name] else {
      throw RunError.noStage(name: name, known: plan.stages.map(\.name))
    }
    guard let type = stageTypes[stage.kind] else {
      throw RunError.unknownKind(stage: name, kind: stage.kind)
    }
    let inputs = try self.inputs(
      of: stage, in: plan, folder: folder, options: options, stageTypes: stageTypes)
    let key = stage.key(inputs: inputs.compactMap { $0.finished?.manifest.content })
    let place = StageFolder(stage, key: key, root: folder)
    let lock = try RunLock(
      "\(folder)/\(RunFolder.lockName).\(name)", owner: RunLock.thisProcess)
    defer { withExtendedLifetime(lock) {} }
    let outcome = WatchedJob.run(name, kind: stage.kind, options: options) {
      StageJob(
        folder: place, type: type, inputs: inputs, pipelineSeed: plan.seed,
        threads: options.threads, trustSize: options.trustSize, progress: $0,
        metrics: Metrics(), machine: machine, warn: $1)
    }
    switch outcome {
    case .cached: return false
    case .finished: return true
    case .interrupted: throw Interrupted()
    case .failed(let error): throw RunError.stage(name: name, underlying: error)
    }
  }

  /// The finished inputs of a stage, each found by the keys of its own inputs.
  private static func inputs(
    of stage: PlannedStage, in plan: Plan, folder: String, options: Runner.Options,
    stageTypes: [String: any Stage.Type]
  ) throws -> [StageInput] {
    var known: [String: StageInput] = [:]
    var needed = Set(stage.from)
    for other in plan.stages.reversed() where needed.contains(other.name) {
      needed.formUnion(other.from)
    }
    for other in plan.stages where needed.contains(other.name) {
      let inputs = other.from.compactMap { known[$0] }
      let key = other.key(inputs: inputs.compactMap { $0.finished?.manifest.content })
      let place = StageFolder(other, key: key, root: folder)
      // A stage holds what it reads against the manifest itself.
      guard case .finished(let manifest) = try place.state(trustSize: true) else {
        throw RunError.waits(stage: stage.name, input: other.name)
      }
      known[other.name] = StageInput(
        name: other.name, kind: other.kind, makes: stageTypes[other.kind]?.makes ?? [],
        finished: StageInput.Finished(folder: place.path, manifest: manifest))
    }
    return stage.from.compactMap { known[$0] }
  }
}
