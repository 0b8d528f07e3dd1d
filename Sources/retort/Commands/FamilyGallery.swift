internal import Randomness
internal import Records
internal import Tasks
internal import Verifiers

/// `Corpora/gallery.md`: real samples of every family, drawn with seed 1.
enum FamilyGallery {
  /// Markdown, the same for the same families.
  static func text() throws -> String {
    let families = Tasks.Families.all.sorted { $0.name < $1.name }
    var lines = [
      "# What the families look like", "",
      "Written by `retort families --gallery`; drawn with seed 1, every solution accepted by the",
      "family's verifier. `retort families NAME` has grammar and rules, `Sources/Verifiers` the pages.",
      "", "| family | what it is | rules |", "|---|---|---|",
    ]
    for family in families {
      let rules = Verifiers.named(family.name)?.rules ?? []
      lines.append(
        "| [\(family.name)](#\(family.name)) | \(family.about) | \(rules.joined(separator: ", ")) |"
      )
    }
    for family in families { lines += try section(of: family) }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func section(of family: any ProblemFamily) throws -> [String] {
    var lines = ["", "## \(family.name)", "", family.about]
    let levels = [
      family.levels.lowerBound, (family.levels.lowerBound + family.levels.upperBound) / 2,
      family.levels.upperBound,
    ]
    for level in levels {
      lines += try sample(of: family, level: level, settings: [:], title: "Level \(level)")
    }
    if family.knobs.contains(.verbose) {
      lines += try sample(
        of: family, level: family.levels.lowerBound + 1, settings: ["verbose": 1],
        title: "Level \(family.levels.lowerBound + 1), verbose")
    }
    return lines
  }

  /// Lines of one sample, long solutions in part.
  private static func sample(
    of family: any ProblemFamily, level: Int, settings: [String: Int], title: String
  ) throws -> [String] {
    let record = try draw(family, level: level, settings: settings, seed: Seed(1), index: 0)
    let (problem, solution) = (Array(record.problem.utf8), Array(record.solution.utf8))
    guard let verifier = Verifiers.named(family.name),
      verifier.verify(problem: problem, solution: solution).isAccepted
    else { throw Failure.data("\(family.name): the verifier refuses our own trace") }
    let steps = record.solution.split(separator: "\n", omittingEmptySubsequences: false)
    let shown =
      steps.count <= limit
      ? steps.map(String.init)
      : steps.prefix(limit - 4).map(String.init)
        + ["... \(steps.count - limit + 2) lines more ..."] + steps.suffix(2).map(String.init)
    return ["", "\(title):", "", "```text", record.problem, ""] + shown + ["```"]
  }

  /// Lines of a solution that are shown whole.
  private static let limit = 24
}
