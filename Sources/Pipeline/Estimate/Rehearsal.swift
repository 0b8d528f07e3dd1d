public import Files
public import Stages

/// Estimates a pipeline by running a short version of it in a temporary folder and scaling the
/// result.
///
/// Each stage defines its own short version (`Stage.workload`). The stages run one after another,
/// each in its own process with one thread, so that time and memory can be told apart. Stages that
/// differ only in their seed are run once.
public struct Rehearsal {
  private let plan: Plan
  private let options: Runner.Options
  private let stageTypes: [String: any Stage.Type]
  private let machine: @Sendable (_ multiplies: Bool) -> JSONObject

  /// - Parameters:
  ///   - stageTypes: every kind of stage, by name.
  ///   - machine: what manifests say of the machine.
  public init(
    _ plan: Plan, options: Runner.Options, stageTypes: [String: any Stage.Type],
    machine: @escaping @Sendable (_ multiplies: Bool) -> JSONObject
  ) {
    self.plan = plan
    self.options = options
    self.stageTypes = stageTypes
    self.machine = machine
  }

  /// What is known of a stage during the walk through the plan.
  private struct Seen {
    /// The stage as planned, and as rehearsed.
    var whole: Outlook
    var short: Outlook
    /// The rehearsed stage that represents it.
    var twin: String
    var expected: Expectation
    /// How many times as long its records are as those of the rehearsal.
    var lengthening = 1.0
    /// Size of the rehearsed folder; `nil` if there is none.
    var rehearsedBytes: Int?
  }

  /// Rehearses the plan and scales the results.
  ///
  /// - Parameters:
  ///   - scratch: a folder that does not exist yet; removed at the end.
  ///   - watch: called with the stage that is about to be rehearsed.
  /// - Throws: `Interrupted`, `FileError` for the scratch folder. A failed stage, and every stage
  ///   after it, is reported as unknown.
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
      guard var work else {
        entry.expected.basis = "a stage of kind \(stage.kind) does not say how much it has to do"
        continue
      }
      if let missing = zip(stage.from, inputs).first(where: { $0.1.rehearsedBytes == nil }) {
        entry.expected.basis = "its input \(missing.0) could not be rehearsed"
        continue
      }
      // Pieces with longer records take longer.
      let lengthening = inputs.map(\.lengthening).max() ?? 1
      let ownStretch = work.recordStretch ?? work.stretch
      work.stretch *= lengthening
      var with = stage.with
      for member in work.rehearsal.members { with[member.key] = member.value }
      let shorter = Self.shorter(stage, with, twins: inputs.map(\.twin), work)
      let short = try Read(shorter, shorter.with, type, plan, stageTypes, inputs.map(\.short))
      entry.short = short.outlook
      stages.append(
        short.planned(
          shorter, shorter.with, work.namesInputs ? shorter.from : inputs.map(\.twin)))
      watch(stage.name)
      switch try rehearse(stage.name, stages, in: scratch) {
      case .failure(let failure):
        entry.expected.basis = "its rehearsal failed: \(failure.reason)"
        // The progress made before the failure still gives the time.
        if let took = failure.took {
          let part = short.stage.workload(settings: short.resolved, inputs: inputs.map(\.short))
          entry.expected.take(took, work, scale: Self.scale(work, part), inputGrowth: 0)
          (entry.expected.bytes, entry.expected.tokens) = (nil, nil)
        }
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
        if work.records != nil {
          entry.lengthening = Self.lengthening(
            of: lengthening, writing: ownStretch, share: took.writtenShare ?? 1)
        }
        entry.expected.basis = "rehearsed for \(Wording.duration(took.seconds))"
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
      Timetable.Entry(
        name: $0.name, from: $0.from, seconds: $1.seconds ?? 0,
        adapts: stageTypes[$0.kind]?.adaptsThreads ?? false)
    }
    return Estimate(
      plan: plan.digest, threads: options.threads, stages: expected,
      wallSeconds: Timetable.wallSeconds(entries, threads: options.threads))
  }

  /// How many times as long a stage's records are as in the rehearsal.
  ///
  /// - Parameters:
  ///   - inputs: how many times as long its inputs' records are.
  ///   - stretch: how many times as much the stage writes.
  ///   - share: of a rehearsed record that is written; the rest is given.
  package static func lengthening(
    of inputs: Double, writing stretch: Double, share: Double
  ) -> Double { inputs * (1 + share * (stretch - 1)) }

  /// How many times as many pieces the whole has as the rehearsal.
  private static func scale(_ work: Workload, _ short: Workload?) -> Double {
    guard let whole = work.pieces, let part = short?.pieces, part > 0 else { return 1 }
    return max(1, Double(whole) / Double(part))
  }

  /// The stage with other settings. If these name its inputs, the inputs, and every text of the
  /// settings that is an input's name, are replaced by the stages that stand for them.
  private static func shorter(
    _ stage: PlannedStage, _ with: JSONObject, twins: [String], _ work: Workload
  ) -> PlannedStage {
    func made(from: [String], _ with: JSONObject) -> PlannedStage {
      PlannedStage(
        name: stage.name, kind: stage.kind, from: from, with: with, resolved: stage.resolved,
        codeVersion: stage.codeVersion, addedBy: stage.addedBy)
    }
    guard work.namesInputs else { return made(from: stage.from, with) }
    let names = Dictionary(zip(stage.from, twins)) { first, _ in first }
    // Stages that differ in their seed alone are one here, and one stage is no two replicates.
    func onePerSeed(_ elements: [JSON]) -> [JSON] {
      var seen = Set<String>()
      return elements.filter { element in
        guard var object = element.objectValue, object["seed"] != nil else { return true }
        object["seed"] = nil
        return seen.insert(JSON.object(object).text).inserted
      }
    }
    func renamed(_ json: JSON) -> JSON {
      switch json {
      case .string(let text): return .string(names[text] ?? text)
      case .array(let elements): return .array(onePerSeed(elements.map(renamed)))
      case .object(let object):
        return .object(JSONObject(object.members.map { ($0.key, renamed($0.value)) }))
      default: return json
      }
    }
    var from: [String] = []
    for twin in twins where !from.contains(twin) { from.append(twin) }
    return made(from: from, renamed(.object(with)).objectValue ?? [:])
  }

  /// Equal for stages that differ only in a seed.
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

  /// The stage of the short plan; its inputs are the rehearsed ones.
  func planned(_ stage: PlannedStage, _ with: JSONObject, _ from: [String]) -> PlannedStage {
    PlannedStage(
      name: stage.name, kind: stage.kind, from: from, with: with, resolved: resolved,
      codeVersion: stage.codeVersion, addedBy: nil)
  }
}

extension Rehearsal {
  /// Cost of a rehearsed stage.
  package struct Took: Sendable {
    /// Wall seconds of the whole.
    package var seconds: Double
    /// Peak memory of its process.
    package var peakBytes: Int
    /// The first report of progress: pieces done, and when, in seconds of the job's own clock.
    package var first: (done: Int, at: Double)?
    /// The last report, in the same form; `nil` if there was none.
    package var last: (done: Int, at: Double)?
    /// Size of the folder that it made.
    package var bytes = 0
    /// Of these, files that lie beside an archive however many samples it has: a readout, a
    /// tokenizer.
    package var fixedBytes = 0
    /// Records that its manifest counts; `nil` if it counts none.
    package var records: Int?
    /// Tokens that its manifest counts, else those that it says a training read.
    package var tokens: Int?
    /// Share of its records' tokens that a model wrote; `nil` where none did.
    package var writtenShare: Double?

    /// What a stage cost.
    package init(seconds: Double, peakBytes: Int) {
      self.seconds = seconds
      self.peakBytes = peakBytes
    }
  }

  struct Failed: Error {
    let reason: String
    /// Cost up to the failure, if it reported progress.
    var took: Took? = nil
  }

  /// Runs the last of `stages`; its inputs are in `scratch`.
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
        case .failed(let error):
          let took = Self.took(JobFiles(runFolder: scratch, stage: name))
          return .failure(
            Failed(reason: "\(error)", took: took?.last == nil ? nil : took))
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
    guard var took = took(files) else { return .failure(Failed(reason: "it told no cost")) }
    let counts = manifest.counts
    took.bytes = manifest.files.reduce(0) { $0 + $1.bytes }
    took.fixedBytes = manifest.bytesBesideSamples
    took.records = counts?["records"]?.intValue
    took.tokens = counts?["tokens"]?.intValue ?? manifest.tokensRead
    took.writtenShare = manifest.writtenShare
    return .success(took)
  }

  /// Time, memory and progress, read from the job's files.
  private static func took(_ files: JobFiles) -> Took? {
    guard let cost = files.readCost() else { return nil }
    var took = Took(seconds: cost.seconds, peakBytes: cost.peakBytes)
    var tail = LineTail(files.events)
    for line in tail.take() {
      guard case .progress(let done, _, _, _, let at) = JobEvent(line) else { continue }
      if took.first == nil { took.first = (done, at) }
      took.last = (done, at)
    }
    return took
  }
}
