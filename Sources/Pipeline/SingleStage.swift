public import Files
public import Stages

/// Runs one stage of a run folder.
///
/// The run folder is not locked here: its lock belongs to the run, if there is one. Each stage has
/// its own lock.
public enum SingleStage {
  /// Runs stage `name` of the plan stored in `folder`, unless it is finished.
  ///
  /// - Returns: whether it had to be run.
  /// - Throws: `RunError.waits` when an input is not finished, `RunLock.Held`, `Interrupted`,
  ///   `RunError.stage` when it fails.
  public static func run(
    folder: String, name: String, options: Runner.Options,
    stageTypes: [String: any Stage.Type],
    machine: @escaping @Sendable (_ multiplies: Bool) -> JSONObject
  ) throws -> Bool {
    let plan = try Plan.read(from: folder)
    guard let stage = plan[name] else {
      throw RunError.noStage(name: name, known: plan.stages.map(\.name))
    }
    let ticket = JobTicket(
      runFolder: folder, stage: name,
      inputs: try inputs(of: stage, in: plan, folder: folder, options: options),
      threads: options.threads, trustSize: options.trustSize, owner: RunLock.thisProcessWords)
    let place = RunFolder(root: folder)
    try Folder.make(place.locks)
    let outcome = try WatchedJob.run(
      options: options,
      places: .init(pipeline: plan.pipeline, logs: place.logs, store: place.store), name: name,
      kind: stage.kind
    ) { watch in
      try StageJob(
        ticket, plan: plan, stageTypes: stageTypes, progress: watch.progress,
        metrics: watch.metrics, machine: machine, warn: { watch.notices.add($0) })
    }
    return try end(outcome, name)
  }

  /// Runs a ticket's job for the run that wrote it. Reports go to the job's files, from which the
  /// run collects them.
  ///
  /// The job stops once its run no longer holds the folder, for example because it was killed.
  /// - Returns: whether the stage had to be run.
  /// - Throws: as above; the job's files record the same errors.
  public static func run(
    _ ticket: JobTicket, stageTypes: [String: any Stage.Type],
    machine: @escaping @Sendable (_ multiplies: Bool) -> JSONObject
  ) throws -> Bool {
    let files = JobFiles(runFolder: ticket.runFolder, stage: ticket.stage)
    let log = try JobLog(files)
    let outcome: StageJob.Outcome
    do {
      let plan = try Plan.read(from: ticket.runFolder)
      let job = try StageJob(
        ticket, plan: plan, stageTypes: stageTypes, progress: log, metrics: log,
        machine: machine, warn: { log.notice($0) })
      let lock = RunFolder(root: ticket.runFolder).lock
      outcome = WatchedJob.wait(for: job, ticket.stage) {
        if RunLock.owner(of: lock) != ticket.owner { Interruption.request() }
      }
    } catch {
      outcome = .failed(error)
    }
    log.close()
    try files.write(
      JobFiles.Outcome(outcome),
      JobFiles.Cost(seconds: log.seconds, peakBytes: ProcessMemory.peakBytes))
    return try end(outcome, ticket.stage)
  }

  private static func end(_ outcome: StageJob.Outcome, _ name: String) throws -> Bool {
    switch outcome {
    case .cached: return false
    case .finished: return true
    case .interrupted: throw Interrupted()
    case .failed(let held as RunLock.Held): throw held
    case .failed(let error): throw RunError.stage(name: name, underlying: error)
    }
  }

  /// Folders of a stage's finished inputs, each found through the keys of its own inputs.
  private static func inputs(
    of stage: PlannedStage, in plan: Plan, folder: String, options: Runner.Options
  ) throws -> [String] {
    var known: [String: (folder: String, content: String)] = [:]
    var needed = Set(stage.from)
    for other in plan.stages.reversed() where needed.contains(other.name) {
      needed.formUnion(other.from)
    }
    for other in plan.stages where needed.contains(other.name) {
      let key = other.key(inputs: other.from.compactMap { known[$0]?.content })
      let place = StageFolder(other, key: key, root: folder)
      // A stage itself checks what it reads against the manifest.
      guard case .finished(let manifest) = try place.state(trustSize: true) else {
        throw RunError.waits(stage: stage.name, input: other.name)
      }
      known[other.name] = (other.folder(key), manifest.content)
    }
    return stage.from.compactMap { known[$0]?.folder }
  }
}
