internal import Comparison
internal import Stages
internal import Tasks
internal import Scores

extension Metric {
  /// Why a planned evaluation cannot give a value; `nil` if it can, or if that is not known yet.
  func lack(in evaluation: Outlook) -> String? {
    if ground == .teacher, let labels = evaluation.labels, labels != "teacher" {
      return
        "the test set holds no distributions of a teacher (source: \(labels)) -- give as test a "
        + "stage of kind label with source: teacher, or choose another metric"
    }
    if ground == .exact, let labels = evaluation.labels, labels != "oracle" {
      return
        "the test set holds no exact distributions (source: \(labels)) -- choose a metric that "
        + "needs none (\(Metric.list { $0.ground != .exact }))"
    }
    if scope == .choices, let families = Metric.familiesWithoutChoice(evaluation) {
      return
        "\(families) leaves no choice in its traces, every next token follows -- choose a metric "
        + "of all tokens (ce-all, nll) or of answers (\(Metric.list { $0.scope == .texts }))"
    }
    guard scope == .texts else { return nil }
    if evaluation.writes == false {
      return "the models write nothing (evaluation.generate: false)"
    }
    return evaluation.hasPrompts == true
      && (evaluation.sources ?? []).allSatisfy { $0.cells.isEmpty }
      ? "the test set holds free prompts, whose answers nobody can judge" : nil
  }

  /// The names of those metrics, for a message.
  private static func list(_ isOne: (Metric) -> Bool) -> String {
    all.filter(isOne).map(\.name).joined(separator: ", ")
  }

  /// The families of a test set, if it is known that none of them ever leaves a choice.
  private static func familiesWithoutChoice(_ evaluation: Outlook) -> String? {
    guard let sources = evaluation.sources, !sources.isEmpty,
      sources.allSatisfy({ !$0.cells.isEmpty })
    else { return nil }
    var names: [String] = []
    for cell in sources.flatMap(\.cells) {
      let parts = cell.split(separator: "/")
      guard parts.count == 2, let level = Int(parts[1]),
        let family = Families.named(String(parts[0])),
        family.levels.contains(level), family.choices(level: level) != .some
      else { return nil }
      if !names.contains(family.name) { names.append(family.name) }
    }
    return names.joined(separator: ", ")
  }
}
