internal import Files
internal import Tokenization

/// Checks somebody's labels.
package enum LabelAudit {
  /// Reads the file once, with a teacher a part of it twice, and says what is wrong with it.
  ///
  /// - Parameter format: one of `LabelFile.formats`; `nil`: told from the file.
  /// - Throws: `FileError` for a file that is not there, `Interrupted`, what opening the teacher
  ///   throws. A file that is damaged, or of no known format, is a finding.
  package static func run(
    _ path: String, format: String? = nil, given: GivenContext
  ) throws -> LabelReport {
    let source: any LabelSource
    do {
      source = try LabelFile.open(path, as: format, given: given)
    } catch let error as LabelFileError {
      return LabelReport(path: path, format: format, findings: [error.finding], figures: [:])
    } catch let error as FileError {
      guard let finding = finding(error) else { throw error }
      return LabelReport(path: path, format: format, findings: [finding], figures: [:])
    }
    return try run(source, path, given: given)
  }

  /// What a file error says of the labels; `nil` where it says only that the system refuses.
  private static func finding(_ error: FileError) -> Finding? {
    switch error {
    case .truncated: LabelFileError.truncated(path: "", reason: "\(error)").finding
    case .tooLarge, .anotherKind, .notUTF8:
      LabelFileError.damaged(path: "", reason: "\(error)").finding
    default: nil
    }
  }

  static func run(
    _ source: any LabelSource, _ path: String, given: GivenContext
  ) throws -> LabelReport {
    try examine(source, path, given: given).report
  }

  /// The report, and what the numbers of the rows are.
  static func examine(
    _ source: any LabelSource, _ path: String, given: GivenContext
  ) throws -> (report: LabelReport, evidence: Evidence?) {
    var findings = try source.ownFindings(given)
    // Damage makes all that follows meaningless.
    if findings.contains(where: { $0.name == "damaged" }) {
      return (
        LabelReport(
          path: path, format: source.format, findings: findings, figures: source.facts), nil
      )
    }
    var gathering = Gathering(source, given)
    do {
      try gathering.run()
    } catch let error as LabelFileError {
      findings.append(error.finding)
    } catch let error as FileError {
      guard let finding = finding(error) else { throw error }
      findings.append(finding)
    } catch let error where source.format == "retort" && !(error is Interrupted) {
      if findings.isEmpty {
        findings.append(
          Finding("damaged", .broken, evidence: "\(error)", fix: "label the set again"))
      }
    }
    let facts = gathering.evidence
    var proven: [Finding] = []
    if let teacher = given.teacher, facts.hasTokens {
      proven = try compare(source, teacher, facts, given)
    }
    let view = EvidenceView(facts: facts, given: conventions(of: given), proven: proven)
    if findings.isEmpty || facts.rows > 0 {
      for check in Checks.all {
        for finding in check.findings(in: view)
        where !(findings + proven).contains(where: { $0.name == finding.name }) {
          findings.append(finding)
        }
      }
    }
    return (
      LabelReport(
        path: path, format: source.format, findings: proven + findings,
        figures: figures(facts, source)), facts
    )
  }

  private static func conventions(of given: GivenContext) -> EvidenceView.Conventions {
    guard let tokenizer = given.tokenizer else { return .init() }
    let own = tokenizer.conventions
    return .init(
      paddingID: own.paddingId == own.endId ? nil : own.paddingId, beginningID: own.beginningId,
      addsBeginning: own.addsBeginning, size: tokenizer.vocabularySize)
  }

  private static func compare(
    _ source: any LabelSource, _ teacher: String, _ facts: Evidence, _ given: GivenContext
  ) throws -> [Finding] {
    struct Enough: Error {}
    var comparison = try TeacherComparison(
      teacher, facts, beginning: given.tokenizer?.conventions.beginningId, threads: given.threads)
    var index = 0
    do {
      try source.forEach { sequence in
        var sequence = sequence
        given.complete(&sequence, index)
        index += 1
        try comparison.add(sequence)
        if comparison.isFull { throw Enough() }
      }
    } catch is Enough {
    } catch is LabelFileError {
      // Said already.
    }
    return comparison.findings(facts)
  }

  private static func figures(_ facts: Evidence, _ source: any LabelSource) -> JSONObject {
    var figures: JSONObject = [
      "texts": JSON(facts.sequences), "rows": JSON(facts.rows), "targets": JSON(facts.targets),
      "vocabulary": JSON(facts.vocabulary),
    ]
    if facts.mass.count > 0, !facts.isDense { figures["mass_kept"] = JSON(facts.mass.value) }
    if facts.targets > 0 {
      figures["cross_entropy"] = JSON(facts.crossEntropy)
      figures["entropy"] = JSON(facts.entropy.value)
      figures["likeliest_came"] = JSON(Double(facts.hits) / Double(facts.targets))
      figures["cross_entropy_at_shifts"] = .object(
        JSONObject(
          Evidence.shifts.map { ("\($0)", JSON(facts.shifted[facts.shift($0)].value)) }))
    }
    for member in source.facts.members where figures[member.key] == nil {
      figures[member.key] = member.value
    }
    return figures
  }
}
