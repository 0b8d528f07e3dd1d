internal import Comparison
internal import Files
internal import Pipeline
internal import ReportPage

extension Inspection {
  /// Inspects a run's folder: reads every file of its finished stages and of its report.
  ///
  /// - Throws: `RunError.damaged`, which names the damage; `RunError`, `FileError`.
  init(run folder: String) throws {
    let status = try RunStatus.read(folder, trustSize: false)
    let digest = try status.digest()
    let finished = status.count(.finished)
    var facts: [(String, JSON)] = [
      ("pipeline", JSON(status.pipeline)), ("stages", JSON(status.stages.count)),
      ("finished", JSON(finished)), ("digest", JSON(digest.hex)),
    ]
    let missing = status.stages.filter { $0.state != .finished }.map(\.name)
    if !missing.isEmpty { facts.append(("not_finished", JSON(missing) { JSON($0) })) }
    if let report = status.report { facts.append(("report", JSON(report))) }
    self.init(kind: "folder of a run", facts)
    isComplete = missing.isEmpty
  }

  /// Inspects a report's folder: every number and the page are computed again from its facts.
  ///
  /// - Throws: `ComparisonError` for changed content, and for a guard that refuses.
  init(report folder: String) throws {
    let checks = try Report.check(folder)
    self.init(
      kind: "report of a comparison",
      [
        ("checks", JSON(checks.count)), ("flags", JSON(checks.count { $0.state == .flag })),
        ("more", JSON("retort compare check \(folder)")),
      ])
  }
}
