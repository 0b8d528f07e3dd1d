internal import Archives
internal import Files
internal import Records
public import Stages
internal import Tasks
internal import Verifiers

/// Stage `generate`: verified problems with their reference solutions, packed.
public struct GenerateStage: Stage {
  public static let kind = "generate"
  public static let codeVersion = 1
  public static let about = "draws problems, works them, verifies every trace, packs them"

  private let plan: GenerationPlan

  public init(_ settings: inout Settings, inputs: [StageInput]) throws {
    guard inputs.isEmpty else {
      throw StageError.inputs(stage: Self.kind, expected: "none", found: inputs.map(\.name))
    }
    let cells = try Self.cells(&settings)
    let count = try settings.int("count", in: 1...1_000_000_000)
    let split = try settings.choice("split", default: WantedSplit.any)
    let seed = try settings.seed()
    plan = try GenerationPlan(
      cells: cells, count: count, split: Split(rawValue: split.rawValue), seed: seed)
  }

  private enum WantedSplit: String, CaseIterable { case train, validation, test, any }

  /// `families: {sum-reduce: {levels: 2..4}}`; a family without levels means all of them.
  private static func cells(
    _ settings: inout Settings
  ) throws(ConfigurationError) -> [GenerationPlan.Cell] {
    guard let block = settings.takeRaw("families")?.objectValue else {
      throw settings.error(
        "families", "expected a block such as {sum-reduce: {levels: 2..4}}, found none")
    }
    var cells: [GenerationPlan.Cell] = []
    var resolved: JSONObject = [:]
    for member in block.members {
      guard let family = Families.named(member.key) else {
        throw ConfigurationError(
          path: ["families", member.key],
          reason: GenerationError.unknownFamily(
            member.key, known: Families.all.map { $0.name }.sorted()
          ).description)
      }
      var inner = Settings(
        member.value.objectValue ?? [:], path: ["families", member.key])
      let levels: ClosedRange<Int>
      do throws(GenerationError) {
        levels =
          try inner.takeRaw("levels").map { raw throws(GenerationError) in
            try LevelRange(json: raw).levels
          } ?? family.levels
      } catch {
        throw inner.error("levels", error.description)
      }
      try inner.finish()
      guard family.levels.contains(levels.lowerBound), family.levels.contains(levels.upperBound)
      else {
        throw inner.error(
          "levels", "\(member.key) has \(family.levels.lowerBound)..\(family.levels.upperBound)")
      }
      cells += levels.map { GenerationPlan.Cell(family: member.key, level: $0) }
      resolved[member.key] = ["levels": JSON("\(levels.lowerBound)..\(levels.upperBound)")]
    }
    settings.resolve("families", .object(resolved))
    return cells
  }

  public func run(_ context: StageContext) throws -> StageResult {
    try ArchiveWriter.removeLeftovers(directory: context.folder, name: "data")
    var writer = try ArchiveWriter(
      directory: context.folder, name: "data", options: .init(threads: context.threads))
    let counts = try Generator(plan).run(threads: context.threads) { records, counts in
      try context.checkInterruption()
      for record in records { try writer.append(ArchiveSample(record: record)) }
      context.progress.report(
        done: counts.records, of: plan.count, unit: "records",
        note: Self.repeats(counts))
    }
    let summary = try writer.finish()
    var details: JSONObject = [
      "verified": true, "split": JSON(plan.split?.rawValue ?? WantedSplit.any.rawValue),
      "counts": .object(json(of: counts)),
    ]
    details["checkers"] = .array(
      Set(plan.cells.map(\.family)).sorted().compactMap(Verifiers.named).map {
        ["name": JSON($0.family), "version": JSON($0.version)]
      })
    for member in summary.manifestKeys.members { details[member.key] = member.value }
    let repeats = counts.duplicates == 0 ? "" : ", " + Self.repeats(counts)
    let short = counts.exhausted.map { "\($0.family) level \($0.level)" }
    let shortage = short.isEmpty ? "" : "; space exhausted: " + short.joined(separator: ", ")
    return StageResult(
      content: summary.content.hex, details: details, files: summary.files.map(\.path),
      summary: "\(counts.records.counted("record")), every trace verified\(repeats)\(shortage)")
  }

  private static func repeats(_ counts: GenerationCounts) -> String {
    counts.duplicates == 0 ? "" : counts.duplicates.counted("repeat") + " dropped"
  }

  private func json(of counts: GenerationCounts) -> JSONObject {
    var byFamily: JSONObject = [:]
    for cell in plan.cells {
      var levels = byFamily[cell.family]?.objectValue ?? [:]
      levels[String(cell.level)] = JSON(counts.perCell[cell] ?? 0)
      byFamily[cell.family] = .object(levels)
    }
    return [
      "records": JSON(counts.records), "drawn": JSON(counts.drawn),
      "duplicates": JSON(counts.duplicates), "by_family": .object(byFamily),
      "exhausted": JSON(counts.exhausted) { JSON("\($0.family)/\($0.level)") },
    ]
  }
}
