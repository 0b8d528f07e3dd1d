internal import Files
internal import Stages

/// Where a model comes from, as the manifests around it say: the stage that made it and, in a run
/// folder, the stages before and after it, tied by the digests of their contents.
public struct ModelLineage: Sendable {
  /// The stage that made the model.
  public let own: LineageStage
  /// All finished stages of the run, by folder; `own` alone outside of one.
  private let all: [LineageStage]

  /// - Parameter folder: of the model: a stage's folder, or `model` in it.
  /// - Returns: `nil` for a model in no stage's folder.
  public init?(of folder: String) {
    let folder =
      Paths.last(of: folder) == StoredModel.folderName ? Paths.parent(of: folder) : folder
    guard let own = LineageStage(folder) else { return nil }
    self.own = own
    let stages = Paths.parent(of: folder)
    guard Paths.last(of: stages) == "stages" else {
      all = [own]
      return
    }
    let names = ((try? Folder.names(in: stages)) ?? []).sorted()
    all = names.compactMap { LineageStage(stages + "/" + $0) }
  }

  private func stage(content: String) -> LineageStage? {
    all.first { $0.manifest.content == content }
  }

  /// The stage of that name.
  public func stage(named name: String) -> LineageStage? { all.first { $0.name == name } }

  /// The set that a training learnt from.
  public var learnt: LineageStage? {
    (own.inputs(.labels) + own.inputs(.set)).lazy.compactMap { stage(content: $0) }.first
  }

  /// The checkpoint that a training started from; `nil`: it was drawn.
  public func start(of stage: LineageStage) -> LineageStage? {
    let models = stage.inputs(.model)
    guard let place = stage.configuration["model"]?["from"]?.intValue,
      models.indices.contains(place - 1)
    else { return nil }
    return self.stage(content: models[place - 1])
  }

  /// Who made the distributions: a living teacher, else the one that labelled the set.
  public var teacher: LineageStage? {
    var models = own.inputs(.model)
    if let start = start(of: own) { models.removeAll { $0 == start.manifest.content } }
    if let living = models.first { return stage(content: living) }
    guard let learnt, learnt.source == "teacher" else { return nil }
    return learnt.inputs(.model).lazy.compactMap { stage(content: $0) }.first
  }

  /// The sets of texts beneath what was learnt, each once.
  public var texts: [LineageStage] {
    guard let learnt else { return [] }
    var found: [LineageStage] = []
    var open = [learnt]
    while let stage = open.popLast() {
      let sets = (stage.inputs(.set) + stage.inputs(.labels)).compactMap { self.stage(content: $0) }
      if sets.isEmpty, !found.contains(where: { $0.folder == stage.folder }) { found.append(stage) }
      // No content is made from itself, so this ends.
      open += sets.filter { $0.folder != stage.folder }
    }
    return found.sorted { $0.name < $1.name }
  }

  /// The evaluations of a model, with the names of their test sets.
  public func evaluations(of stage: LineageStage) -> [(stage: LineageStage, set: String?)] {
    all.filter { $0.isEvaluation && $0.inputs(.model) == [stage.manifest.content] }.map { found in
      (
        found,
        (found.inputs(.set) + found.inputs(.labels)).lazy
          .compactMap { self.stage(content: $0) }.first?.name
      )
    }
  }

  /// A training's part in a comparison.
  public struct Role: Sendable, Equatable {
    /// Names of the comparison and of the arm.
    public let comparison, arm: String
    /// Training seed.
    public let seed: Int
    /// Name of the training.
    public let stage: String
  }

  /// All trainings of the comparison that this one is a part of, and the name of the pipeline.
  public var roles: (pipeline: String?, all: [Role]) {
    for report in all {
      let roles = (report.configuration["roles"]?.arrayValue ?? []).compactMap { role -> Role? in
        guard role["role"] == "training", let stage = role["input"]?.stringValue,
          let comparison = role["comparison"]?.stringValue, let arm = role["arm"]?.stringValue,
          let seed = role["seed"]?.intValue
        else { return nil }
        return Role(comparison: comparison, arm: arm, seed: seed, stage: stage)
      }
      if let mine = roles.first(where: { $0.stage == own.name }) {
        return (
          report.configuration["pipeline"]?.stringValue,
          roles.filter { $0.comparison == mine.comparison }
        )
      }
    }
    return (nil, [])
  }
}
