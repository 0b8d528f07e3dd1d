internal import Files
internal import Geometry
internal import GeometryProofs
internal import Randomness

/// One problem's proof and the checker's verdict on it.
struct ProblemReport {
  let problem: GeometryProblem
  private(set) var outcome: Prover.Outcome?
  private var reason = ""
  private(set) var isChecked = false
  /// Seconds of the search alone, without the check.
  private(set) var seconds = 0.0

  var isProved: Bool { outcome?.status == .proved }
  var drawing: String? { outcome?.svg }

  init(_ problem: GeometryProblem, seconds limit: Double, auxiliary: Bool, seed: Seed) {
    self.problem = problem
    var options = Prover.Options()
    options.seconds = limit
    options.usesAuxiliaryPoints = auxiliary
    options.seed = seed
    options.isCancelled = { Interruption.requested }
    let clock = ContinuousClock()
    let start = clock.now
    do {
      let outcome = try Prover(problem, options).prove()
      self.outcome = outcome
      switch outcome.status {
      case .proved: break
      case .saturated: reason = "saturated: nothing more follows by the rules"
      case .outOfTime: reason = "out of time after \(outcome.attempts) sets of added points"
      }
    } catch {
      reason = "\(error)"
    }
    seconds = (clock.now - start) / .seconds(1)
    guard let outcome, outcome.status == .proved else { return }
    let verdicts = outcome.proofs.map { Self.verdict(on: $0, of: problem) }
    // Requires a proof for every goal: no proof, or one twice, would otherwise pass as checked.
    let isComplete = Set(outcome.proofs).count == problem.goals.count && !verdicts.isEmpty
    isChecked = isComplete && verdicts.allSatisfy(\.isAccepted)
    if let bad = verdicts.first(where: { !$0.isAccepted }) {
      reason = "the checker refuses the proof that was found: " + bad.text
    } else if !isComplete {
      reason = "\(outcome.proofs.count) proofs for \(problem.goals.count.counted("goal"))"
    }
  }

  struct Verdict {
    var isAccepted: Bool
    var text: String
  }

  /// - Parameter problem: what the proof must prove; nil to trust the proof's own statement.
  static func verdict(on proof: String, of problem: GeometryProblem? = nil) -> Verdict {
    switch ProofChecker.check(proof, of: problem) {
    case .accepted(let report):
      let scope =
        report.isUnconditional
        ? "" : ", on \(report.diagrams) of \(report.drawingsTried) drawings: its conditions choose"
      return Verdict(
        isAccepted: true, text: "accepted: \(report.derivedSteps) steps derived\(scope)")
    case .rejected(let line, _, let reason):
      return Verdict(isAccepted: false, text: "rejected at line \(line): \(reason)")
    }
  }

  /// Milliseconds of the parts of the search; all 0 where the problem was refused.
  private var milliseconds: JSONObject {
    let times = outcome?.times ?? Prover.Times()
    return [
      "drawing": JSON(times.drawing * 1000), "matching": JSON(times.matching * 1000),
      "closing": JSON(times.closing * 1000), "tracing": JSON(times.tracing * 1000),
      "searching": JSON(times.searching * 1000),
    ]
  }

  var json: JSONObject {
    [
      "problem": JSON(problem.name), "proved": JSON(isProved), "checked": JSON(isChecked),
      "seconds": JSON(seconds), "steps": JSON(outcome?.stepCount ?? 0),
      "auxiliary": JSON(outcome?.auxiliaryCount ?? 0), "reason": JSON(reason),
      "milliseconds": .object(milliseconds),
    ]
  }

  func text(formal: Bool) -> String {
    // A proof that the checker rejects is never shown as a proof.
    guard let outcome, isProved, isChecked else {
      return "\(problem.name): not proved: \(reason)"
    }
    if formal {
      // The printed line's own line end closes the last proof.
      return String(outcome.proofs.joined(separator: "\n").dropLast())
    }
    var lines = [problem.name, outcome.problem.text, ""]
    lines.append(outcome.prose)
    lines.append("")
    let added =
      outcome.auxiliaryCount == 0
      ? ""
      : outcome.auxiliaryCount == 1
        ? ", one point added" : ", \(outcome.auxiliaryCount) points added"
    let milliseconds = (seconds * 10_000).rounded() / 10
    lines.append("Proved in \(milliseconds) ms\(added); checked.")
    lines.append("")
    return lines.joined(separator: "\n")
  }
}
