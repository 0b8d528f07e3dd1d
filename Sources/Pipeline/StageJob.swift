internal import Files
internal import Stages

/// One stage's job: checks whether it is finished, runs it if not, seals it.
struct StageJob: Sendable {
  enum Outcome: Sendable {
    case cached(Manifest)
    case finished(Manifest, summary: String)
    case interrupted
    case failed(any Error)
  }

  let folder: StageFolder
  let type: any Stage.Type
  let inputs: [StageInput]
  let pipelineSeed: UInt64
  let threads: Int
  /// Thread share that may change while the stage runs; `nil`: always `threads`.
  var share: ThreadShare? = nil
  let trustSize: Bool
  /// Lock held while the job works; `nil` if the caller holds its own.
  var lock: String? = nil
  let progress: any ProgressSink
  let metrics: any MetricsSink
  /// Description of the machine for the manifest; for a stage that multiplies matrices with the
  /// library's name, whose asking loads it.
  let machine: @Sendable (_ multiplies: Bool) -> JSONObject
  /// Called before a damaged folder is made again.
  let warn: @Sendable (String) -> Void

  /// Seconds to wait for an earlier job of the same stage that was told to stop.
  private static let patience = 10.0

  func run() -> Outcome {
    do {
      let held = try lock.map(take)
      defer { withExtendedLifetime(held) {} }
      return try work()
    } catch is Interrupted {
      return .interrupted
    } catch {
      return .failed(error)
    }
  }

  /// A job of a killed run may still be stopping.
  private func take(_ path: String) throws -> RunLock {
    let clock = Stopwatch()
    while true {
      do {
        return try RunLock(path, owner: RunLock.thisProcess)
      } catch let held as RunLock.Held {
        try Interruption.check()
        guard clock.seconds < Self.patience else { throw held }
        Pause.milliseconds(50)
      }
    }
  }

  private func work() throws -> Outcome {
    switch try folder.state(trustSize: trustSize) {
    case .finished(let manifest):
      // A power failure may restore files that were removed before the manifest was written.
      if Folder.isFolder(folder.scratch) { try Folder.remove(folder.scratch) }
      return .cached(manifest)
    case .damaged(let reason): warn("\(folder.stage.name): made again, since \(reason)")
    case .absent, .unfinished: break
    }
    try Interruption.check()
    var settings = Settings(folder.stage.with, pipelineSeed: pipelineSeed)
    let stage = try type.init(&settings, inputs: inputs)
    try settings.finish()
    // A setting may name files; the key holds their content as of planning.
    guard settings.resolved == folder.stage.resolved else {
      throw StageError.data(
        "\(folder.stage.name): files that its settings name have changed since the run began -- "
          + "run the same command again")
    }
    try folder.clear()
    let (machine, multiplies) = (machine, type.multiplies(given: inputs))
    let result = try stage.run(
      StageContext(
        folder: folder.path, scratch: folder.scratch, threads: threads, share: share,
        progress: progress, metrics: metrics,
        machine: { machine(multiplies) },
        notice: { [name = folder.stage.name] in warn("\(name): \($0)") }))
    let manifest = try folder.seal(result, inputs: inputs, machine: machine(multiplies))
    return .finished(manifest, summary: result.summary)
  }
}

extension StageJob {
  /// The job of a ticket. Reads the manifests of its inputs, which the ticket's writer verified.
  ///
  /// - Throws: `RunError.noStage`, `.unknownKind`, `ManifestError`.
  init(
    _ ticket: JobTicket, plan: Plan, stageTypes: [String: any Stage.Type],
    share: ThreadShare? = nil, progress: any ProgressSink, metrics: any MetricsSink,
    machine: @escaping @Sendable (_ multiplies: Bool) -> JSONObject,
    warn: @escaping @Sendable (String) -> Void
  ) throws {
    let (folder, inputs) = try Self.place(ticket, plan: plan, stageTypes: stageTypes)
    guard let type = stageTypes[folder.stage.kind] else {
      throw RunError.unknownKind(stage: ticket.stage, kind: folder.stage.kind)
    }
    self.init(
      folder: folder, type: type, inputs: inputs, pipelineSeed: plan.seed,
      threads: ticket.threads, share: share, trustSize: ticket.trustSize,
      lock: RunFolder(root: ticket.runFolder).locks + "/" + ticket.stage, progress: progress,
      metrics: metrics, machine: machine, warn: warn)
  }

  /// The folder where a ticket's stage is made, and its inputs.
  static func place(
    _ ticket: JobTicket, plan: Plan, stageTypes: [String: any Stage.Type]
  ) throws -> (folder: StageFolder, inputs: [StageInput]) {
    guard let stage = plan[ticket.stage] else {
      throw RunError.noStage(name: ticket.stage, known: plan.stages.map(\.name))
    }
    guard stage.from.count == ticket.inputs.count else {
      throw RunError.noTicket(
        path: JobFiles(runFolder: ticket.runFolder, stage: ticket.stage).ticket)
    }
    let inputs = try zip(stage.from, ticket.inputs).map { name, path in
      let folder = ticket.runFolder + "/" + path
      let kind = plan[name]?.kind ?? ""
      return StageInput(
        name: name, kind: kind, makes: stageTypes[kind]?.makes ?? [],
        finished: .init(folder: folder, manifest: try Manifest.read(from: folder)))
    }
    let key = stage.key(inputs: inputs.compactMap { $0.finished?.manifest.content })
    return (StageFolder(stage, key: key, root: ticket.runFolder), inputs)
  }
}
