public import Files
public import Stages

/// A stage of the plan: complete except for the content of its inputs.
public struct PlannedStage: Sendable, Equatable {
  /// The stage's name in the plan: as in the file, or as expansion made it.
  public let name: String
  /// The kind of stage: `generate`.
  public let kind: String
  /// Names of the inputs, in order.
  public let from: [String]
  /// The settings as given.
  public let with: JSONObject
  /// Every setting, defaults written out; goes into the key.
  public let resolved: JSONObject
  /// The kind's `codeVersion`; goes into the key.
  public let codeVersion: Int
  /// What added the stage, if the file does not name it.
  public let addedBy: String?

  /// The stage's key, once the content of its inputs is known.
  public func key(inputs: [String]) -> StageKey {
    StageKey(kind: kind, codeVersion: codeVersion, configuration: resolved, inputs: inputs)
  }

  /// The folder for a key, relative to the run folder.
  public func folder(_ key: StageKey) -> String { "stages/\(name)-\(key.short)" }
}

/// A pipeline that is ready to run: expanded, ordered, every setting of every stage checked.
public struct Plan: Sendable, Equatable {
  /// The pipeline's name.
  public let pipeline: String
  /// What the file says the pipeline does; for people.
  public let about: String
  /// Seed of the stages whose settings give none.
  public let seed: UInt64
  /// Each stage after all its inputs; otherwise in the order of the file.
  public let stages: [PlannedStage]

  init(pipeline: String, about: String, seed: UInt64, stages: [PlannedStage]) {
    self.pipeline = pipeline
    self.about = about
    self.seed = seed
    self.stages = stages
  }

  /// The stage of that name; `nil` if there is none.
  public subscript(_ name: String) -> PlannedStage? { stages.first { $0.name == name } }

  /// Expands and checks a pipeline; runs nothing and reads no run folder.
  ///
  /// - Parameter stageTypes: every kind of stage, by name.
  /// - Throws: `PipelineError` with everything found wrong.
  public init(_ file: PipelineFile, stageTypes: [String: any Stage.Type]) throws(PipelineError) {
    let drafts = try Graph.ordered(
      try Expansion.expand(file, StageProducts(stageTypes)), file: file.file)
    let kinds = stageTypes.keys.sorted()
    let unknown = drafts.filter { stageTypes[$0.kind] == nil }
    if !unknown.isEmpty {
      throw PipelineError(
        unknown.map { draft in
          PipelineProblem(
            file: file.file, place: draft.kindPlace,
            message: "\(draft.label): unknown kind \(draft.kind)"
              + "\(Nearness.hint(draft.kind, among: kinds)); kinds: "
              + kinds.joined(separator: ", "))
        })
    }
    let checker = SettingsCheck(
      file: file.file, seed: file.seed, stageTypes: stageTypes, drafts: drafts)
    self.init(
      pipeline: file.name, about: file.about, seed: file.seed, stages: try checker.planned())
  }
}

/// Builds every stage with unfinished inputs, to find faults in its settings.
private struct SettingsCheck {
  let file: String
  let seed: UInt64
  let stageTypes: [String: any Stage.Type]
  let drafts: [Draft]

  func planned() throws(PipelineError) -> [PlannedStage] {
    let kinds = Dictionary(uniqueKeysWithValues: drafts.map { ($0.name, $0.kind) })
    var resolved: [String: JSONObject] = [:]
    var completed: [String: JSONObject] = [:]
    var read: [String: OutlookCheck.Read] = [:]
    var problems: [PipelineProblem] = []
    // Orders made for a training come last: they take missing settings from the training.
    for draft in drafts.filter({ $0.ordersFor == nil }) + drafts.filter({ $0.ordersFor != nil }) {
      guard let type = stageTypes[draft.kind] else { continue }
      var with = draft.with
      if let training = draft.ordersFor {
        guard let settings = resolved[training] else { continue }
        for key in ["steps", "batch", "seed"] where with[key] == nil { with[key] = settings[key] }
      }
      let inputs = draft.from.map {
        let kind = kinds[$0] ?? ""
        return StageInput(
          name: $0, kind: kind, makes: stageTypes[kind]?.makes ?? [], finished: nil)
      }
      var settings = Settings(with, pipelineSeed: seed, locate: locations(in: draft))
      do {
        let stage = try type.init(&settings, inputs: inputs)
        try settings.finish()
        resolved[draft.name] = settings.resolved
        // A stage that runs later, or elsewhere, must find its files without the pipeline file.
        for location in settings.locations {
          with.replace(location.key[...], by: location.value)
        }
        read[draft.name] = OutlookCheck.Read(stage: stage, resolved: settings.resolved)
        completed[draft.name] = with
      } catch {
        problems.append(problem(error, in: draft))
      }
    }
    if problems.isEmpty {
      problems = OutlookCheck.objections(drafts, read).map { problem($0.error, in: $0.draft) }
    }
    guard problems.isEmpty else { throw PipelineError(SettingsCheck.sorted(problems)) }
    return drafts.map { draft in
      PlannedStage(
        name: draft.name, kind: draft.kind, from: draft.from, with: completed[draft.name] ?? [:],
        resolved: resolved[draft.name] ?? [:],
        codeVersion: stageTypes[draft.kind]?.codeVersion ?? 0, addedBy: draft.addedBy)
    }
  }

  /// Relative paths start at the pipeline file's folder, or for `--set` at the working directory.
  private func locations(in draft: Draft) -> @Sendable ([String], String) -> String {
    let (source, folder) = (draft.source, Paths.parent(of: file))
    return { key, path in
      let isOverride = source.place(of: key).override != nil
      return Paths.absolute(path, from: isOverride ? "." : folder)
    }
  }

  private func problem(_ error: any Error, in draft: Draft) -> PipelineProblem {
    let place: Place
    switch error {
    case let error as ConfigurationError: place = draft.source.place(of: error.path)
    case let error as InputError:
      place = draft.fromPlace(draft.from.firstIndex(of: error.input) ?? draft.from.count)
    case is StageError: place = draft.fromPlace(draft.from.count)
    default: place = draft.place
    }
    let message = "\(error)"
    return PipelineProblem(
      file: file, place: place,
      message: message.hasPrefix(draft.name + ":") ? message : "\(draft.label): \(message)")
  }

  /// Sorts by line; reports a fault once if one line expands to several stages.
  private static func sorted(_ problems: [PipelineProblem]) -> [PipelineProblem] {
    var seen: Set<String> = []
    func position(_ problem: PipelineProblem) -> (Int, Int) {
      (problem.place?.line ?? 0, problem.place?.column ?? 0)
    }
    return problems.enumerated()
      .sorted { a, b in
        let (x, y) = (position(a.element), position(b.element))
        return x == y ? a.offset < b.offset : x < y
      }
      .map(\.element)
      .filter {
        let words = $0.message.split(separator: ":", maxSplits: 1).last ?? ""
        return seen.insert("\(position($0))\(words)").inserted
      }
  }
}
