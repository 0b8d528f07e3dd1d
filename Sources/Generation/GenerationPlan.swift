internal import Files
public import Records
internal import Stages
public import Tasks

/// What to generate: how many records of which families and levels, for which split.
public struct GenerationPlan: Sendable, Equatable {
  /// One family at one level; records are shared out over the cells by their weights.
  public struct Cell: Sendable, Hashable {
    /// Name of the task family.
    public var family: String
    /// One of the family's levels.
    public var level: Int
    /// Knobs set apart from the level, by name.
    public var knobs: [String: Int]
    /// Its part of all records, against the other cells'.
    public var weight = 1
    /// Rules of which no step may apply any.
    public var without: Set<String> = []
    /// Rules of which some step must apply one; empty: any.
    public var using: Set<String> = []

    /// - Parameter knobs: knobs set apart from the level, by name; whether they exist is checked by
    ///   the plan.
    public init(family: String, level: Int, knobs: [String: Int] = [:]) {
      self.family = family
      self.level = level
      self.knobs = knobs
    }

    var asksForRules: Bool { !without.isEmpty || !using.isEmpty }

    var difficulty: Difficulty { Difficulty(level: level, settings: knobs) }
  }

  /// At least one; no family twice at one level.
  public var cells: [Cell]
  /// Records wanted in total; a cell that holds fewer yields fewer.
  public var count: Int
  /// `nil`: all splits.
  public var split: Split?
  /// What every draw derives from.
  public var seed: UInt64
  /// Whether cells that hold more make up for those that hold less than their share.
  public var redistributes = false
  /// The problems that the set must not contain.
  public var apart = ApartFrom()

  /// - Throws: `GenerationError` for a family, level or knob that does not exist, for a family
  ///   named twice at one level, and if there is no cell.
  public init(cells: [Cell], count: Int, split: Split?, seed: UInt64) throws(GenerationError) {
    guard !cells.isEmpty else { throw .noFamily }
    var known: Set<[String]> = []
    for cell in cells {
      guard known.insert([cell.family, String(cell.level)]).inserted else {
        throw .repeated(family: cell.family, level: cell.level)
      }
      guard let family = Families.named(cell.family) else {
        throw .unknownFamily(cell.family, known: Families.all.map { $0.name }.sorted())
      }
      guard family.levels.contains(cell.level) else {
        throw .noSuchLevel(family: cell.family, level: cell.level, has: family.levels)
      }
      do throws(TaskError) {
        _ = try family.difficulty(level: cell.level, settings: cell.knobs)
      } catch {
        throw .badKnob(error)
      }
    }
    self.cells = cells
    self.count = count
    self.split = split
    self.seed = seed
  }

  /// Levels with at most this many problems are listed while planning: tens of milliseconds.
  static let problemsCountedAhead = 20_000

  /// The first cell known, before any draw, to hold fewer records than its share, and a description
  /// of what it holds.
  var shortCell: (index: Int, holds: String)? {
    for (index, cell) in cells.enumerated() {
      guard let family = Families.named(cell.family),
        let problems = Int(family.space(at: cell.difficulty).problems)
      else { continue }
      let share = share(of: index)
      if TraceName.countsProblems(split) {
        guard problems < share else { continue }
        return (
          index, "\(problems) problems in all splits; a validation or test set holds each once"
        )
      }
      // Every problem has a trace, and nine in ten lie in the training set.
      guard problems <= Self.problemsCountedAhead, share > problems / 2,
        let held = try? TraceCensus.names(of: family, at: cell.difficulty, split: split)?.count,
        held < share
      else { continue }
      return (
        index, "\(held) distinct records" + (split.map { " in the split \($0.rawValue)" } ?? "")
      )
    }
    return nil
  }

  /// Records wanted from cell `index`: its share by weight, with the remainder going to the first
  /// cells.
  func share(of index: Int) -> Int {
    let total = cells.reduce(0) { $0 + $1.weight }
    func whole(_ cell: Cell) -> Int {
      // At most 10^9 records and weights of at most 10^4, so the product fits.
      count * cell.weight / total
    }
    let rest = count - cells.reduce(0) { $0 + whole($1) }
    return whole(cells[index]) + (index < rest ? 1 : 0)
  }
}

/// What is wrong with a plan, or with a family's output.
public enum GenerationError: Error, Equatable, Sendable, CustomStringConvertible {
  case noFamily
  case unknownFamily(String, known: [String])
  case noSuchLevel(family: String, level: Int, has: ClosedRange<Int>)
  case badLevels(String)
  /// A file of problems to stay apart from cannot be read.
  case apartFrom(file: String, line: Int?, reason: String)
  /// A knob that does not exist, or a value that it cannot take.
  case badKnob(TaskError)
  case repeated(family: String, level: Int)
  /// Cells gave fewer records than their share.
  case shortage(counts: GenerationCounts, wanted: Int, allow: String)
  /// A trace of our own was refused: a defect of the family or the verifier, never of the user.
  case ownTraceRefused(id: String, problem: String, step: Int, reason: String)

  public var description: String {
    switch self {
    case .noFamily: "no family was named -- `retort families` lists them"
    case .unknownFamily(let name, let known):
      "no family is called \(name); there are \(known.joined(separator: ", "))"
    case .noSuchLevel(let family, let level, let has):
      "\(family) has the levels \(has.lowerBound)..\(has.upperBound), not \(level)"
    case .apartFrom(let file, let line, let reason):
      "\(file): " + (line.map { "line \($0): " } ?? "") + reason
    case .badKnob(let error): error.description
    case .badLevels(let text): "expected levels as 3 or 2..4, found \(text.prefix(60))"
    case .repeated(let family, let level):
      "\(family) level \(level) is named twice -- name each family once"
    case .shortage(let counts, let wanted, let allow):
      "\(counts.records) of \(wanted) records: "
        + counts.shortages.joined(separator: "; ")
        + " -- ask for fewer or for higher levels, or take what there is with \(allow)"
    case .ownTraceRefused(let id, let problem, let step, let reason):
      "\(id): the verifier refuses our own trace of \(problem) at step \(step): \(reason) -- this "
        + "is a defect of retort; please report it"
    }
  }
}

extension GenerationCounts {
  /// For each cell that gave less than its share: how many records, and why no more.
  public var shortages: [String] {
    func line(_ cell: GenerationPlan.Cell, _ why: String) -> String {
      "\(cell.family) level \(cell.level): \(why)"
    }
    return exhausted.map { cell in
      let count = perCell[cell] ?? 0
      return line(
        cell,
        "its space is exhausted; only \(count) distinct "
          + (count == 1 ? "record is there" : "records are there"))
    }
      + stopped.map {
        line($0, "stopped after \(Generator.repeatLimit) repeats in a row, at \(perCell[$0] ?? 0)")
      }
  }
}

/// Levels in written form: `3`, `2..4`.
public struct LevelRange: Sendable, Equatable {
  /// From the lower to the upper level, both included; no family need have them.
  public let levels: ClosedRange<Int>

  /// - Throws: `GenerationError.badLevels`.
  public init(_ text: String) throws(GenerationError) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    if parts.count == 1, let level = Int(parts[0]) {
      levels = level...level
    } else if parts.count == 3, parts[1].isEmpty, let low = Int(parts[0]), let high = Int(parts[2]),
      low <= high
    {
      levels = low...high
    } else {
      throw .badLevels(text)
    }
  }

  /// Values of the setting: `3`, `2..4`.
  static let setting = SettingDeclaration.Kind.other(
    "levels",
    schema: [
      "anyOf": [
        ["type": "integer", "minimum": 1, "maximum": 10],
        ["type": "string", "pattern": "^([1-9]|10)(\\.\\.([1-9]|10))?$"],
      ]
    ])

  /// Reads a setting: an integer or a text.
  init(json: JSON) throws(GenerationError) {
    if let level = json.intValue {
      try self.init(String(level))
    } else if let text = json.stringValue {
      try self.init(text)
    } else {
      throw .badLevels(json.text)
    }
  }
}
