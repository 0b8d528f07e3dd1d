public import Files
public import Stages

/// Runs a short version of a pipeline in a folder of its own, and reckons from what that took what
/// the whole would take.
///
/// Each stage says itself what its short version is (`Stage.workload`) and runs in a process of its
/// own, one after another on one thread, so that its time and its memory are its own. Stages that
/// differ in nothing but a seed are rehearsed once.
public struct Rehearsal {
  private let plan: Plan
  private let options: Runner.Options
  private let stageTypes: [String: any Stage.Type]
  private let machine: @Sendable () -> JSONObject

  public init(
    _ plan: Plan, options: Runner.Options, stageTypes: [String: any Stage.Type],
    machine: @escaping @Sendable () -> JSONObject
  ) {
    self.plan = plan
    self.options = options
    self.stageTypes = stageTypes
    self.machine = machine
  }

  /// What is known of a stage while the plan is gone through.
  private struct Seen {
    /// As it will be, and as it is in the rehearsal.
    var whole: Outlook
    var short: Outlook
    /// The rehearsed stage that stands for it.
    var twin: String
    var expected: Expectation
    /// Bytes of the rehearsed folder; `nil`: there is none.
    var rehearsedBytes: Int?
  }

  /// Rehearses and reckons.
  ///
  /// - Parameters:
  ///   - scratch: a folder that does not exist yet; removed at the end.
  ///   - watch: told the stage that is about to be rehearsed.
  /// - Throws: `Interrupted`, `FileError` for the scratch folder. A stage that fails is unknown, and
  ///   what follows it too.
  public func estimate(
    in scratch: String, _ watch: (String) -> Void = { _ in }
  ) throws -> Estimate {
    defer { try? Folder.remove(scratch) }
    var stages: [PlannedStage] = []
    var seen: [String: Seen] = [:]
    var twins: [String: String] = [:]
    for stage in plan.stages {
      let inputs = stage.from.compactMap { seen[$0] }
      guard let type = stageTypes[stage.kind], inputs.count == stage.from.count else { continue }
      let whole = try Read(stage, stage.with, type, plan, stageTypes, inputs.map(\.whole))
      let work = whole.stage.workload(settings: whole.resolved, inputs: inputs.map(\.whole))
      let signature = Self.signature(whole, inputs.map(\.twin))
      var entry = Seen(
        whole: whole.outlook, short: whole.outlook, twin: stage.name,
        expected: Expectation(stage: stage.name, kind: stage.kind, basis: ""))
      entry.expected.records = work?.records
      if let twin = twins[signature], let known = seen[twin] {
        entry = known
        entry.expected = known.expected.of(stage.name)
        entry.whole.name = stage.name
        entry.short.name = stage.name
        seen[stage.name] = entry
        continue
      }
      twins[signature] = stage.name
      defer { seen[stage.name] = entry }
      guard let work else {
        entry.expected.basis = "a stage of kind \(stage.kind) does not say how much it has to do"
        continue
      }
      if let missing = zip(stage.from, inputs).first(where: { $0.1.rehearsedBytes == nil }) {
        entry.expected.basis = "its input \(missing.0) could not be rehearsed"
        continue
      }
      var with = stage.with
      for member in work.rehearsal.members { with[member.key] = member.value }
      let short = try Read(stage, with, type, plan, stageTypes, inputs.map(\.short))
      entry.short = short.outlook
      stages.append(short.planned(stage, with, inputs.map(\.twin)))
      watch(stage.name)
      switch try rehearse(stage.name, stages, in: scratch) {
      case .failure(let failure): entry.expected.basis = "its rehearsal failed: \(failure.reason)"
      case .success(let took):
        let shortWork = short.stage.workload(
          settings: short.resolved, inputs: inputs.map(\.short))
        let scale = Self.scale(work, shortWork)
        if entry.whole.mostRecords == nil, work.rehearsal.isEmpty {
          entry.whole.mostRecords = took.records
          entry.short.mostRecords = took.records
          entry.expected.records = took.records
        }
        entry.rehearsedBytes = took.bytes
        entry.expected.basis = "rehearsed for \(Wording.duration(took.cost.seconds))"
        let growth = inputs.reduce(0) {
          $0 + max(0, ($1.expected.bytes ?? 0) - ($1.rehearsedBytes ?? 0))
        }
        entry.expected.take(took, work, scale: scale, inputGrowth: growth)
      }
    }
    let expected = plan.stages.map { stage in
      seen[stage.name]?.expected
        ?? Expectation(stage: stage.name, kind: stage.kind, basis: "its inputs are not known")
    }
    let entries = zip(plan.stages, expected).map {
      Timetable.Entry(name: $0.name, from: $0.from, seconds: $1.seconds ?? 0)
    }
    return Estimate(
      plan: plan.digest, threads: options.threads, stages: expected,
      wallSeconds: Timetable.wallSeconds(entries, threads: options.threads))
  }

  /// How many times the pieces of the rehearsal the whole has.
  private static func scale(_ work: Workload, _ short: Workload?) -> Double {
    guard let whole = work.pieces, let part = short?.pieces, part > 0 else { return 1 }
    return max(1, Double(whole) / Double(part))
  }

  /// What two stages share that differ in nothing but a seed.
  private static func signature(_ read: Read, _ twins: [String]) -> String {
    var settings = read.resolved
    settings["seed"] = nil
    let json: JSON = [
      "kind": JSON(read.outlook.kind), "settings": .object(settings),
      "from": JSON(twins) { JSON($0) },
    ]
    return json.text
  }
}

/// A stage with its settings read, whole or short.
private struct Read {
  let stage: any Stage
  let resolved: JSONObject
  let outlook: Outlook

  init(
    _ planned: PlannedStage, _ with: JSONObject, _ type: any Stage.Type, _ plan: Plan,
    _ types: [String: any Stage.Type], _ inputs: [Outlook]
  ) throws {
    var settings = Settings(with, pipelineSeed: plan.seed)
    stage = try type.init(
      &settings,
      inputs: planned.from.map {
        let kind = plan[$0]?.kind ?? ""
        return StageInput(
          name: $0, kind: kind, makes: types[kind]?.makes ?? [], finished: nil)
      })
    try settings.finish()
    resolved = settings.resolved
    outlook = stage.outlook(planned.name, settings: settings.resolved, inputs: inputs)
  }

  /// The stage of the short plan; its inputs are those that were rehearsed.
  func planned(_ stage: PlannedStage, _ with: JSONObject, _ from: [String]) -> PlannedStage {
    PlannedStage(
      name: stage.name, kind: stage.kind, from: from, with: with, resolved: resolved,
      codeVersion: stage.codeVersion, addedBy: nil)
  }
}

extension Rehearsal {
  /// What a rehearsed stage took.
  struct Took {
    var cost: JobFiles.Cost
    /// Reports of progress: pieces done, and when.
    var first: (done: Int, at: Double)?
    var last: (done: Int, at: Double)?
    var bytes: Int
    var records: Int?
    var tokens: Int?
  }

  struct Failed: Error { let reason: String }

  /// Runs the last of `stages`, whose inputs stand in `scratch`.
  private func rehearse(
    _ name: String, _ stages: [PlannedStage], in scratch: String
  ) throws -> Result<Took, Failed> {
    let short = Plan(pipeline: plan.pipeline, about: "", seed: plan.seed, stages: stages)
    let runner = Runner(
      short, into: scratch, options: options, stageTypes: stageTypes, machine: machine)
    let lock = try runner.folder.own()
    defer { withExtendedLifetime(lock) {} }
    try Folder.make(runner.folder.locks)
    try short.keep(in: scratch)
    let executor = ProcessPerStage(runner, plan: short)
    let ticket = JobTicket(
      runFolder: scratch, stage: name, inputs: try Self.inputs(of: name, in: short, at: scratch),
      threads: 1, trustSize: true, owner: RunLock.thisProcessWords)
    try executor.start(
      ticket,
      JobWatch(progress: StageProgress { 0 }, metrics: Metrics(), notices: Notices()))
    var isAsked = false
    while true {
      for (_, outcome) in executor.ended(within: 0.05) {
        switch outcome {
        case .cached(let manifest), .finished(let manifest, _):
          return Self.took(manifest, JobFiles(runFolder: scratch, stage: name))
        case .interrupted: throw Interrupted()
        case .failed(let error): return .failure(Failed(reason: "\(error)"))
        }
      }
      if Interruption.requested, !isAsked {
        isAsked = true
        executor.stop()
      }
    }
  }

  private static func inputs(
    of name: String, in plan: Plan, at scratch: String
  ) throws -> [String] {
    var known: [String: (folder: String, content: String)] = [:]
    for stage in plan.stages where stage.name != name {
      let key = stage.key(inputs: stage.from.compactMap { known[$0]?.content })
      let folder = stage.folder(key)
      guard let manifest = try? Manifest.read(from: scratch + "/" + folder) else { continue }
      known[stage.name] = (folder, manifest.content)
    }
    return (plan[name]?.from ?? []).compactMap { known[$0]?.folder }
  }

  private static func took(_ manifest: Manifest, _ files: JobFiles) -> Result<Took, Failed> {
    guard let cost = files.readCost() else { return .failure(Failed(reason: "it told no cost")) }
    let counts = manifest.counts
    var took = Took(
      cost: cost, bytes: manifest.files.reduce(0) { $0 + $1.bytes },
      records: counts?["records"]?.intValue,
      tokens: counts?["tokens"]?.intValue ?? manifest.tokensRead)
    var tail = LineTail(files.events)
    for line in tail.take() {
      guard case .progress(let done, _, _, _, let at) = JobEvent(line) else { continue }
      if took.first == nil { took.first = (done, at) }
      took.last = (done, at)
    }
    return .success(took)
  }
}

extension Expectation {
  /// The same of a stage that differs in its seed only.
  func of(_ name: String) -> Expectation {
    var other = Expectation(
      stage: name, kind: kind, basis: basis.isEmpty || seconds == nil ? basis : "as \(stage)")
    (other.records, other.tokens, other.bytes) = (records, tokens, bytes)
    (other.memoryBytes, other.seconds) = (memoryBytes, seconds)
    return other
  }

  /// Reckons the whole from the rehearsal.
  ///
  /// - Parameters:
  ///   - scale: how many times the rehearsal's pieces the whole has.
  ///   - inputGrowth: bytes that the inputs of the whole have more than those of the rehearsal.
  mutating func take(_ took: Rehearsal.Took, _ work: Workload, scale: Double, inputGrowth: Int) {
    // Before the first piece, the pieces, and after the last.
    var (before, pieces, after) = (0.0, took.cost.seconds, 0.0)
    if let first = took.first, let last = took.last {
      let isOne = last.done <= first.done
      let perPiece =
        isOne
        ? last.at / Double(max(1, last.done))
        : (last.at - first.at) / Double(last.done - first.done)
      pieces = isOne ? last.at : min(last.at, perPiece * Double(last.done))
      before = last.at - pieces
      after = max(0, took.cost.seconds - last.at)
    }
    seconds = before + pieces * scale * work.stretch + after * Double(work.closings)
    let growth = work.filesGrow ? scale * work.stretch : 1
    bytes = Int((Double(took.bytes) * growth).rounded())
    memoryBytes = took.cost.peakBytes + (work.holdsInputs ? inputGrowth : 0)
    tokens = took.tokens.map { Int((Double($0) * scale * work.stretch).rounded()) }
  }
}
