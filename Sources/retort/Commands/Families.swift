internal import ArgumentParser
internal import Auditing
internal import Files
internal import Randomness
internal import Tasks
internal import Verifiers

/// `retort families`.
struct Families: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "families",
    abstract: "Lists the task families: levels, what the verifier checks, grammar, example, space.",
    discussion: """
      Examples:
        retort families
        retort families sum-reduce      the whole of one: grammar, example, space
        retort families --json | jq '.[].name'
        retort families box-tracking --shortcuts   how often an answer can be had without work
        retort families --gallery                  samples of all, as Corpora/gallery.md has them
      """)

  @Argument(help: "Families to show whole.") var names: [String] = []
  @Flag(help: "Print a JSON array.") var json = false
  @Flag(help: "Print samples of every family as Markdown.") var gallery = false
  @Flag(help: "Measure how often guessers answer, per level, against the family's bound.")
  var shortcuts = false

  func validate() throws {
    if gallery, !names.isEmpty || json || shortcuts {
      throw ValidationError("--gallery is of all families, and Markdown alone")
    }
  }

  mutating func run() throws {
    if gallery {
      var output = StandardOutput()
      output.write(text: try FamilyGallery.text().dropLast().description)
      output.flush()
      return
    }
    let known = Tasks.Families.all
    for name in names where !known.contains(where: { $0.name == name }) {
      throw Failure.usage(
        "no family is called \(name); there are "
          + known.map { $0.name }.sorted().joined(separator: ", "))
    }
    let shown = names.isEmpty ? known : known.filter { names.contains($0.name) }
    let rows = shown.sorted { $0.name < $1.name }.compactMap { family in
      Verifiers.named(family.name).map { (family, $0) }
    }
    var output = StandardOutput()
    if shortcuts { return try printShortcuts(of: rows.map(\.0), on: &output) }
    if json {
      output.write(json: JSON(rows, Self.json), pretty: true)
    } else if names.isEmpty {
      for (family, verifier) in rows {
        output.write(line: family.name)
        output.write(line: "  \(family.about)")
        output.write(line: "  checks: \(verifier.checks)")
        let last = family.levels.upperBound
        output.write(
          line: "  levels \(family.levels.lowerBound)..\(last); level \(family.levels.lowerBound) "
            + "holds \(Self.grouped(family.space(level: family.levels.lowerBound).problems)) problems, "
            + "level \(last) \(Self.grouped(family.space(level: last).problems))")
        output.write(line: "  example: \(verifier.example.problem)")
        output.write(line: "")
      }
    } else {
      for (family, verifier) in rows { Self.show(family, verifier, on: &output) }
    }
  }

  /// A line for each level: the bound, and the guessers that do best. Exit code 1 if one passes it.
  private func printShortcuts(
    of families: [any ProblemFamily], on output: inout StandardOutput
  ) throws {
    var rows: [JSON] = []
    var isOver = false
    for family in families where family is any WalkFamily {
      for level in family.levels {
        try Interruption.check()
        let found = try Shortcuts(of: family, level: level, asked: 200, known: 400, seed: Seed(11))
        isOver = isOver || (found.best?.atLeast ?? 0) > found.bound
        if json {
          rows.append(found.json)
        } else {
          let best = found.guessers.prefix(3).map {
            "\($0.name) \(Int(($0.share * 100).rounded())) %"
          }
          output.write(
            line: "\(family.name) level \(level): at most \(Int((found.bound * 100).rounded())) %; "
              + best.joined(separator: ", "))
        }
      }
    }
    if json { output.write(json: .array(rows), pretty: true) }
    output.flush()
    if isOver { throw Failure.data() }
  }

  private static func json(_ row: (family: any ProblemFamily, verifier: any Verifier)) -> JSON {
    let (family, verifier) = row
    return [
      "name": JSON(family.name),
      "levels": [JSON(family.levels.lowerBound), JSON(family.levels.upperBound)],
      "knobs": JSON(family.knobNames) { JSON($0) },
      "checks": JSON(verifier.checks), "grammar": JSON(verifier.grammar),
      "example": [
        "family": JSON(family.name), "problem": JSON(verifier.example.problem),
        "solution": JSON(verifier.example.solution),
      ],
      "space": JSON(Array(family.levels)) { level in
        let space = family.space(level: level)
        return [
          "level": JSON(level),
          "problems": space.problems == ProblemSpace.uncounted ? .null : JSON(space.problems),
          "collision": JSON(space.collision), "note": JSON(space.note),
        ]
      },
      "rules": JSON(verifier.rules) { JSON($0) },
    ]
  }

  private static func show(
    _ family: any ProblemFamily, _ verifier: any Verifier, on output: inout StandardOutput
  ) {
    output.write(line: "\(family.name): \(family.about)")
    output.write(text: "\nChecks: \(verifier.checks)")
    if !verifier.rules.isEmpty {
      output.write(text: "\nRules: \(verifier.rules.joined(separator: ", "))")
    }
    output.write(text: "\nKnobs (generate --knob NAME=VALUE, or in a pipeline's families block):")
    for knob in family.knobs {
      let bounds =
        knob.bounds.map { "\($0.lowerBound) to \($0.upperBound)" } ?? "follows from the problem"
      output.write(line: "  \(knob.name): \(knob.meaning) (\(bounds))")
    }
    output.write(text: "\nGrammar (EBNF):\n\(verifier.grammar)")
    if let grammar = verifier.freeTextGrammar {
      output.write(
        text: "\nGrammar of free texts, whose answer alone is judged (EBNF):\n\(grammar)")
    }
    output.write(text: "\nExample:\n\(verifier.example.problem)\n")
    output.write(text: verifier.example.solution)
    output.write(text: "\nProblems per level:")
    let rows = family.levels.map { (level: String($0), space: family.space(level: $0)) }
    let width = rows.map { Self.grouped($0.space.problems).count }.max() ?? 0
    for row in rows {
      let count = Self.grouped(row.space.problems)
      output.write(
        line: String(repeating: " ", count: 4 - row.level.count) + row.level
          + String(repeating: " ", count: 2 + width - count.count) + count
          + "  \(row.space.note)")
    }
  }

  /// `1000000` as `1,000,000`; counts of problems are beyond 64 bits.
  private static func grouped(_ digits: String) -> String {
    if digits == ProblemSpace.uncounted { return digits }
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return text
  }
}
