package import Files

/// Something that is wrong with labels, or probably is: what, where, the figures that show it, and
/// what to do.
package struct Finding: Sendable, Equatable {
  /// How sure, and how bad.
  package enum Verdict: String, Sendable, CaseIterable {
    /// The figures speak against the labels, and there may be an innocent reason.
    case suspect
    /// A training on the labels learns something else than the teacher's distributions.
    case broken
  }

  /// Of the check, as `LabelChecks.md` lists them: `off-by-one`.
  package var name: String
  /// `broken` alone stands in the way of an import.
  package var verdict: Verdict
  /// Sample and row of the first case; `nil`: the whole file.
  package var place: String?
  /// The figures that show it, in one line for people.
  package var evidence: String
  /// What to do about it, in one line for people.
  package var fix: String

  /// - Parameters:
  ///   - name: of the check.
  ///   - place: sample and row of the first case; `nil`: the whole file.
  ///   - evidence: the figures, in words.
  ///   - fix: what to do, in words.
  package init(
    _ name: String, _ verdict: Verdict, at place: String? = nil, evidence: String, fix: String
  ) {
    self.name = name
    self.verdict = verdict
    self.place = place
    self.evidence = evidence
    self.fix = fix
  }

  /// `{name, verdict, where, evidence, fix}`; `where` is null for the whole file.
  package var json: JSON {
    [
      "name": JSON(name), "verdict": JSON(verdict.rawValue),
      "where": place.map { JSON($0) } ?? .null, "evidence": JSON(evidence), "fix": JSON(fix),
    ]
  }
}

/// What is known after a check of somebody's labels.
package struct LabelReport: Sendable {
  /// The file or folder, as it was given.
  package var path: String
  /// Of the reader: `retort`, `llama.cpp`, …; `nil` where none takes the file.
  package var format: String?
  /// What the teacher's own rows prove comes first; at most one of each name from the checks.
  package var findings: [Finding]
  /// Counts and means, for people.
  package var figures: JSONObject

  /// `sound`, or the worst of the findings.
  package var verdict: String {
    if findings.isEmpty { return "sound" }
    let isBroken = findings.contains { $0.verdict == .broken }
    return (isBroken ? Finding.Verdict.broken : .suspect).rawValue
  }

  /// `{path, format, verdict, findings, figures}`, as `--json` prints it.
  package var json: JSONObject {
    [
      "path": JSON(path), "format": format.map { JSON($0) } ?? .null, "verdict": JSON(verdict),
      "findings": JSON(findings) { $0.json }, "figures": .object(figures),
    ]
  }
}

/// Three decimals, for people.
func short(_ value: Double) -> String {
  let thousandths = (value * 1000).rounded()
  guard thousandths.isFinite, abs(thousandths) < 1e15 else { return "\(value)" }
  return "\(thousandths / 1000)"
}

/// `3 of 40`, `all 40`.
func share(_ part: Int, of whole: Int) -> String {
  part == whole ? "all \(whole)" : "\(part) of \(whole)"
}
