internal import ArgumentParser
internal import Files
internal import Tasks
internal import Verifiers

/// `retort families`.
struct Families: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Lists the task families: levels, what the verifier checks, grammar, example, space.",
    discussion: """
      Examples:
        retort families
        retort families sum-reduce      the whole of one: grammar, example, space
        retort families --json | jq '.[].name'
      """)

  @Argument(help: "Families to show whole.") var names: [String] = []
  @Flag(help: "Print a JSON array.") var json = false

  mutating func run() throws {
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
          "level": JSON(level), "problems": JSON(space.problems),
          "collision": JSON(space.collision), "note": JSON(space.note),
        ]
      },
    ]
  }

  private static func show(
    _ family: any ProblemFamily, _ verifier: any Verifier, on output: inout StandardOutput
  ) {
    output.write(line: "\(family.name): \(family.about)")
    output.write(text: "\nChecks: \(verifier.checks)")
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
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return text
  }
}
