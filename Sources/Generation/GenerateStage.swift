internal import Archives
internal import Files
internal import Records
internal import Sets
public import Stages
internal import Tasks
internal import Verifiers

/// Stage `generate`: verified problems with their reference solutions, packed into a set.
///
/// A training set holds distinct traces, a validation or test set distinct problems. Fewer records
/// than asked for are an error unless `allow_fewer` says otherwise.
public struct GenerateStage: Stage {
  public static let kind = "generate"
  public static let codeVersion = 5
  public static let about = "draws problems, works them, verifies every trace, packs them"
  public static let needs: [StageNeed] = []
  public static let makes: [StageProduct] = [.set]

  private let plan: GenerationPlan
  /// Families of the plan whose records also come in words.
  private let telling: [String: any ProblemFamily]
  private let allowsFewer: Bool

  public init(_ settings: inout Settings, inputs: [StageInput]) throws {
    _ = try StageInputs(inputs, for: Self.needs, of: Self.kind)
    let cells = try Self.cells(&settings)
    let count = try settings.int("count", in: 1...1_000_000_000, "records in all")
    let split = try settings.choice(
      "split", default: WantedSplit.any, "which of the three splits, or any")
    let seed = try settings.seed()
    allowsFewer = try settings.bool(
      "allow_fewer", default: false, "take what there is where families hold fewer than count")
    let redistributes = try settings.bool(
      "redistribute", default: false,
      "levels that hold more make up for those that hold less than their share")
    let apartFrom = try settings.optionalLocations(
      "apart_from", "a .jsonl file of records or a file of geometry problems",
      "files of problems that the set must not hold, however they are written")
    try settings.endOfReading()
    var wanted: GenerationPlan
    do {
      wanted = try GenerationPlan(
        cells: cells, count: count, split: Split(rawValue: split.rawValue), seed: seed)
    } catch {
      throw settings.error("families", error.description)
    }
    wanted.redistributes = redistributes
    do {
      wanted.apart = try ApartFrom(apartFrom)
    } catch let error as GenerationError {
      throw settings.error("apart_from", error.description)
    }
    plan = wanted
    if !apartFrom.isEmpty {
      // Digests of what the files hold replace the paths.
      settings.resolve("apart_from", plan.apart.key)
    }
    let names = Set(cells.map(\.family))
    telling = Dictionary(
      uniqueKeysWithValues: Families.all.filter { $0.isToldInWords && names.contains($0.name) }.map
      {
        ($0.name, $0)
      })
    if !allowsFewer, !redistributes, let short = plan.shortCell {
      throw settings.error(
        "count",
        "\(plan.share(of: short.index)) of the \(count) records would be of "
          + "\(plan.cells[short.index].family) level \(plan.cells[short.index].level), which has "
          + "\(short.holds) -- ask for fewer, or set allow_fewer: true, or redistribute: true")
    }
  }

  private enum WantedSplit: String, CaseIterable { case train, validation, test, any }

  /// `families: {column-addition: {levels: 2..4, digits: 6}}`; a family without levels means all of
  /// them, knobs without a value follow the level.
  private static func cells(
    _ settings: inout Settings
  ) throws(ConfigurationError) -> [GenerationPlan.Cell] {
    let raw = settings.takeRaw(
      "families", .names(Families.all.map { $0.name }.sorted()), default: .required,
      "the families that problems are drawn from, in even shares",
      example: .object(JSONObject(Families.all.map { ($0.name, [:]) })))
    guard let block = raw?.objectValue, !block.members.isEmpty else {
      throw settings.error(
        "families",
        "expected a block such as {sum-reduce: {levels: 2..4}}, found "
          + (raw.map { String($0.text.prefix(60)) } ?? "none"))
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
      guard let given = member.value.objectValue else {
        throw ConfigurationError(
          path: ["families", member.key],
          reason: "expected a block such as {levels: 2..4}, or {} for all levels, found "
            + String(member.value.text.prefix(60)))
      }
      var pattern = GenerationPlan.Cell(family: member.key, level: 1)
      let (levels, knobs) = try settings.entry("families", member.key, as: "<family>", given) {
        inner throws(ConfigurationError) in
        let levels = try Self.levels(of: family, &inner)
        pattern.weight = try inner.int(
          "weight", default: 1, in: 1...10_000,
          "records of each of its levels, against those of other families' levels")
        pattern.without = try Self.rules(
          "without", of: family, &inner,
          "rules that no step may apply: what a test set of held-out rules leaves to it")
        pattern.using = try Self.rules(
          "using", of: family, &inner, "rules of which some step must apply one")
        let knobs = try inner.only(under: member.key) { own throws(ConfigurationError) in
          try Self.knobs(of: family, &own)
        }
        return (levels, knobs)
      }
      pattern.knobs = knobs
      cells += levels.map { level in
        var cell = pattern
        cell.level = level
        return cell
      }
      var block: JSONObject = ["levels": JSON("\(levels.lowerBound)..\(levels.upperBound)")]
      if pattern.weight != 1 { block["weight"] = JSON(pattern.weight) }
      for (key, rules) in [("without", pattern.without), ("using", pattern.using)]
      where !rules.isEmpty { block[key] = JSON(rules.sorted()) { JSON($0) } }
      for knob in family.knobs { block[knob.name] = knobs[knob.name].map { JSON($0) } }
      resolved[member.key] = .object(block)
    }
    settings.resolve("families", .object(resolved))
    return cells
  }

  /// The knobs that the file sets.
  private static func knobs(
    of family: any ProblemFamily, _ settings: inout Settings
  ) throws(ConfigurationError) -> [String: Int] {
    var knobs: [String: Int] = [:]
    for knob in family.knobs {
      guard let bounds = knob.bounds else { continue }
      knobs[knob.name] = try settings.optionalInt(
        knob.name, in: bounds, knob.meaning + "; follows the level where it is not given")
    }
    return knobs
  }

  /// A list of rules that the family's verifier names.
  private static func rules(
    _ key: String, of family: any ProblemFamily, _ settings: inout Settings, _ meaning: String
  ) throws(ConfigurationError) -> Set<String> {
    let known = Verifiers.named(family.name)?.rules ?? []
    let raw = settings.takeRaw(
      key,
      .other("rules", schema: ["type": "array", "items": ["type": "string"]]),
      default: .words("any"), meaning)
    guard let raw else { return [] }
    guard let list = raw.arrayValue else {
      throw settings.error(key, "expected a list of rules, found \(raw.text.prefix(60))")
    }
    var rules: Set<String> = []
    for entry in list {
      guard let rule = entry.stringValue, known.contains(rule) else {
        throw settings.error(
          key,
          known.isEmpty
            ? "\(family.name) names no rules"
            : "\(family.name) has the rules \(known.joined(separator: ", ")); found "
              + entry.text.prefix(60))
      }
      rules.insert(rule)
    }
    return rules
  }

  private static func levels(
    of family: any ProblemFamily, _ settings: inout Settings
  ) throws(ConfigurationError) -> ClosedRange<Int> {
    let raw = settings.takeRaw(
      "levels", LevelRange.setting, default: .words("all that the family has"),
      "how hard, from 1 to 10: one level (3), or the first and the last (2..4)")
    guard let raw else { return family.levels }
    let levels: ClosedRange<Int>
    do throws(GenerationError) {
      levels = try LevelRange(json: raw).levels
    } catch {
      throw settings.error("levels", error.description)
    }
    guard family.levels.contains(levels.lowerBound), family.levels.contains(levels.upperBound)
    else {
      throw settings.error(
        "levels", "\(family.name) has \(family.levels.lowerBound)..\(family.levels.upperBound)")
    }
    return levels
  }

  public func run(_ context: StageContext) throws -> StageResult {
    var writer = try SetWriter(in: context.folder, threads: context.threads)
    let counts = try Generator(plan).run(threads: context.threads) { records, counts in
      try context.checkInterruption()
      for record in records {
        try writer.append(ArchiveSample(record: record, fields: fields(of: record)))
      }
      context.progress.report(
        done: counts.records, of: plan.count, unit: "records",
        note: Self.repeats(counts))
    }
    let shortages = counts.shortages
    guard allowsFewer || counts.records == plan.count else {
      throw GenerationError.shortage(
        counts: counts, wanted: plan.count, allow: "allow_fewer: true")
    }
    guard counts.records > 0 else {
      throw StageError.data("no record at all: " + shortages.joined(separator: "; "))
    }
    let summary = try writer.finish()
    var manifest = SetManifest(isVerified: true)
    manifest.split = plan.split?.rawValue ?? WantedSplit.any.rawValue
    manifest.counts = json(of: counts)
    var more: JSONObject = [:]
    more["checkers"] = .array(
      Set(plan.cells.map(\.family)).sorted().compactMap(Verifiers.named).map {
        ["name": JSON($0.family), "version": JSON($0.version)]
      })
    if !plan.apart.isEmpty {
      more["apart_from"] = [
        "problems": JSON(plan.apart.contents.count), "dropped": JSON(counts.excluded),
      ]
    }
    if plan.cells.contains(where: \.asksForRules) {
      more["rules"] = [
        "dropped": JSON(counts.otherRules),
        "cells": JSON(plan.cells.filter(\.asksForRules)) { cell in
          [
            "family": JSON(cell.family), "level": JSON(cell.level),
            "without": JSON(cell.without.sorted()) { JSON($0) },
            "using": JSON(cell.using.sorted()) { JSON($0) },
          ]
        },
      ]
    }
    let repeats = counts.duplicates == 0 ? "" : ", " + Self.repeats(counts)
    let shortage =
      shortages.isEmpty
      ? ""
      : (counts.records < plan.count ? " of \(plan.count) asked for" : "")
        + " (\(shortages.joined(separator: "; ")))"
    return summary.result(
      manifest, more,
      summary: "\(counts.records.counted("record"))\(shortage), every trace verified\(repeats)")
  }

  /// Members beside the record: its family's account of it in words. All samples of a set have the
  /// same fields.
  private func fields(of record: Record) -> [(name: String, bytes: [UInt8])] {
    guard telling.isEmpty == false else { return [] }
    let words = telling[record.family]?.words(for: record)
    return [
      (name: "text", bytes: Array((words?.text ?? "").utf8)),
      (name: "steps", bytes: JSON.array(words?.steps ?? []).serialized()),
    ]
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
      "wanted": JSON(plan.count),
      "exhausted": JSON(counts.exhausted) { JSON("\($0.family)/\($0.level)") },
      "stopped": JSON(counts.stopped) { JSON("\($0.family)/\($0.level)") },
    ]
  }
}
