public import Records
internal import Verifiers

/// Judges texts and written tokens as solutions of problems, from their bytes alone.
///
/// All verdicts come from here (making problems, sampling a teacher, evaluating a student,
/// `retort verify` and rewards), so that they cannot disagree.
public struct Judge: Sendable {
  /// How closely a text is judged.
  public enum Rule: Sendable, Equatable {
    /// Every line, by the family's grammar.
    case steps
    /// The answer that a free text states, if the family has a rule for such texts; else steps.
    case answer
    /// As strictly as the record claims: its `checker.level`.
    case asRecorded
  }

  /// How closely texts are judged.
  public let rule: Rule

  /// - Parameter rule: what a text must satisfy.
  public init(_ rule: Rule = .steps) { self.rule = rule }

  /// Judges a text as a solution of a problem. Total: any bytes get a judgement.
  ///
  /// - Parameter claimed: the level that the record claims; used only by `.asRecorded`.
  public func judge(
    family: String, problem: Span<UInt8>, solution: Span<UInt8>,
    claimed: Record.Checker.Level? = nil
  ) -> Judgement {
    if Record.freeFamilies.contains(family) { return Judgement(.unchecked) }
    guard let verifier = Verifiers.named(family) else { return Judgement(.unknownFamily) }
    let readsAnswers =
      switch rule {
      case .steps: false
      case .answer: true
      case .asRecorded: claimed == .answer
      }
    if readsAnswers, let verdict = verifier.judgeAnswer(problem: problem, text: solution) {
      return Judgement(Self.outcome(verdict), by: Self.checker(verifier, .answer))
    }
    let outcome: Judgement.Outcome =
      switch verifier.verify(problem: problem, solution: solution) {
      case .accepted(let answer): .accepted(answer: answer)
      case .rejected(let step, let reason): .rejected(step: step, reason: reason, fault: .trace)
      }
    return Judgement(outcome, by: Self.checker(verifier, .steps))
  }

  /// Judges a text as a solution of a record's problem.
  public func judge(_ solution: Span<UInt8>, for record: Record) -> Judgement {
    judge(
      family: record.family, problem: record.problem.utf8.span, solution: solution,
      claimed: record.checker?.level)
  }

  /// Judges a record's own solution.
  public func judge(_ record: Record) -> Judgement {
    judge(record.solution.utf8.span, for: record)
  }

  /// Whether there is a verifier for the family.
  public static func knows(_ family: String) -> Bool { Verifiers.named(family) != nil }

  /// Whether answers of the family's free texts can be judged, regardless of their steps.
  public static func readsAnswers(family: String, problem: Span<UInt8>) -> Bool {
    Verifiers.named(family)?.judgeAnswer(problem: problem, text: [UInt8]().span) != nil
  }

  private static func checker(
    _ verifier: any Verifier, _ level: Record.Checker.Level
  ) -> Record.Checker {
    Record.Checker(
      name: verifier.family, version: verifier.version, verdict: .accepted, level: level)
  }

  private static func outcome(_ verdict: AnswerVerdict) -> Judgement.Outcome {
    switch verdict {
    case .right(let answer): .accepted(answer: answer)
    case .wrong(let step, _, let reason):
      .rejected(step: step, reason: reason, fault: .wrongAnswer)
    case .missing(let step, let reason):
      .rejected(step: step, reason: reason, fault: .missingAnswer)
    case .unclear(let step, let reason):
      .rejected(step: step, reason: reason, fault: .unclearAnswer)
    }
  }
}
