/// What the checker says of a proof.
public enum ProofVerdict: Sendable, Equatable {
  case accepted(ProofReport)
  /// The first bad line of the text, counted from 1, and what is wrong with it. `step` is the
  /// number of the step on that line, nil for a line before the steps.
  case rejected(line: Int, step: Int?, reason: String)

  /// Whether the proof was accepted.
  public var isAccepted: Bool { if case .accepted = self { true } else { false } }
}

/// What an accepted proof rests on.
public struct ProofReport: Sendable, Equatable {
  /// Steps that derive something: neither given nor a condition.
  public var derivedSteps: Int
  /// Clauses that the proof adds to the problem.
  public var auxiliaryClauses: Int
  /// Drawings on which every step was tested, to 22 digits.
  public var diagrams: Int
  /// Drawings of the given clauses that were tried; more than `diagrams` means that a condition, or
  /// an auxiliary point, fails on some drawings: the proof covers the others only.
  public var drawingsTried: Int
  /// Whether every drawing of the given clauses satisfied every condition.
  public var isUnconditional: Bool { drawingsTried == diagrams }
  /// Random instances over the finite field on which the steps were tested as identities; 0 where
  /// the construction has none there.
  public var fieldInstances: Int
  /// Steps that hold only in the drawn order, and so are no identities of the field.
  public var realOnlySteps: Int
}

/// The independent judge of proofs. It reads the text and nothing else, searches for nothing, and
/// shares no code with what finds proofs.
///
/// Three layers, all of which must pass (`Checker.md`): every step is an instance of its rule or an
/// exact sum; every step is an identity over a finite field, where order plays no part in it; every
/// step and condition holds on at least three random drawings in 100 bits.
public enum ProofChecker {
  /// Judges the text of a proof.
  ///
  /// - Parameter problem: the problem it must prove, clauses and one of the goals; nil to take the
  ///   proof's own.
  public static func check(_ text: String, of problem: GeometryProblem? = nil) -> ProofVerdict {
    let proof: Proof
    do {
      proof = try ProofText.parse(text)
    } catch {
      return .rejected(line: error.line, step: nil, reason: error.words)
    }
    if let problem, let difference = difference(proof.problem, problem) {
      return .rejected(line: 2, step: nil, reason: difference)
    }
    do {
      let steps = try StepChecker(proof).check()
      let field = try FieldChecker(proof, orderly: steps.orderly, sames: steps.sames, seed: text)
        .check()
      let drawn = try DiagramChecker(proof, sames: steps.sames, seed: text).check()
      return .accepted(
        ProofReport(
          derivedSteps: proof.steps.count { $0.reason != .given && $0.reason != .check },
          auxiliaryClauses: proof.problem.clauses.count(where: \.isAuxiliary),
          diagrams: drawn.diagrams, drawingsTried: drawn.tried,
          fieldInstances: field.instances, realOnlySteps: field.realOnly))
    } catch {
      let line =
        error.step.map { ProofText.line(ofStep: $0, in: proof) }
        ?? error.clause.map { ProofText.line(ofClause: $0) } ?? 2
      return .rejected(line: line, step: error.step, reason: error.reason)
    }
  }

  /// What a proof's problem lacks to be the asked one.
  private static func difference(_ proven: GeometryProblem, _ asked: GeometryProblem) -> String? {
    var given = proven
    given.clauses.removeAll(where: \.isAuxiliary)
    given.goals = []
    var expected = asked
    expected.clauses.removeAll(where: \.isAuxiliary)
    expected.goals = []
    guard given.text == expected.text else {
      return "the given clauses are not the problem's: expected '\(expected.text)'"
    }
    // Names may have moved: compare the goal by its text after the symmetries.
    func forms(_ problem: GeometryProblem) -> [String] {
      let order = problem.points.sorted()
      let rank = problem.points.map { order.firstIndex(of: $0) ?? 0 }
      return problem.goals.map {
        $0.mapped { rank[$0] }.canonical.statement?.text(order) ?? "nothing"
      }
    }
    guard forms(proven).allSatisfy(forms(asked).contains) else {
      return "the goal is not the problem's"
    }
    return nil
  }
}

/// Why a step is refused.
struct CheckFailure: Error {
  /// Counted from 1; nil for a fault of a clause, or of the proof as a whole.
  let step: Int?
  /// Counted from 0; nil for a fault of a step, or of the proof as a whole.
  let clause: Int?
  let reason: String

  init(step: Int?, reason: String) {
    self.step = step
    clause = nil
    self.reason = reason
  }

  init(clause: Int, reason: String) {
    step = nil
    self.clause = clause
    self.reason = reason
  }
}
