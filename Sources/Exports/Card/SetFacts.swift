internal import Files
internal import Records
internal import Tasks

/// Counts over the records of all splits, for the card.
struct SetFacts {
  struct Family {
    var records = 0
    /// Records of each level and split.
    var cells: [Int: [String: Int]] = [:]
    /// Distinct problems of each level.
    var problems: [Int: Set<String>] = [:]
    var steps = 0
    var bytes = 0
    /// Records by knob and value.
    var knobs: [String: [String: Int]] = [:]
    /// Records by name, version and level of the checker.
    var checkers: [String: Int] = [:]
  }

  private(set) var families: [String: Family] = [:]
  private(set) var records = 0
  /// Records whose id was seen before.
  private(set) var repeatedTraces = 0
  /// Distinct problems in all.
  var problems: Int { contents.count }
  /// Problems in more than one split.
  private(set) var shared = 0

  private var ids: Set<String> = []
  private var contents: [String: String] = [:]

  mutating func add(_ record: Record, split: String) {
    records += 1
    if !ids.insert(record.id).inserted { repeatedTraces += 1 }
    switch contents[record.content] {
    case nil: contents[record.content] = split
    case split, Self.several: break
    default:
      shared += 1
      contents[record.content] = Self.several
    }
    var family = families[record.family] ?? Family()
    family.records += 1
    family.cells[record.level, default: [:]][split, default: 0] += 1
    family.problems[record.level, default: []].insert(record.content)
    family.steps += record.steps
    family.bytes += record.problem.utf8.count + record.solution.utf8.count
    for knob in record.knobs.members {
      family.knobs[knob.key, default: [:]][knob.value.text, default: 0] += 1
    }
    let checker =
      record.checker.map { "\($0.name) \($0.version), \($0.level.rawValue)" } ?? "nothing"
    family.checkers[checker, default: 0] += 1
    families[record.family] = family
  }

  /// No split has this name.
  private static let several = "/"

  /// Distinct problems of a level against the problems that there are, in per cent; `nil` where
  /// they are not counted.
  func coverage(of name: String, level: Int) -> Double? {
    guard let family = Families.named(name), family.levels.contains(level),
      let space = Double(family.space(level: level).problems), space > 0,
      let found = families[name]?.problems[level]?.count
    else { return nil }
    return 100 * Double(found) / space
  }
}
