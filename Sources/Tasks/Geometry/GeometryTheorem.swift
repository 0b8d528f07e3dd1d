public import Files
internal import Geometry
public import GeometryProofs
public import Randomness
public import Records

/// Random premises in the plane and a consequence of them, with a proof.
///
///     a b c = triangle a b c; d = foot d b a c; e = foot e c a b ? cyclic b c d e
///       ->  1. perp d b a c : given / … / Answer: cyclic b c d e
///
/// The answer is the goal, since a proof task has no other. Levels 1 to 9 are defined by the number
/// of steps that derive something (`derived_steps`: from 1 or 2 up to 25 and more) without
/// auxiliary points; level 10 needs points that the problem does not name. Two problems that differ
/// only in the names of points are one.
public struct GeometryTheorem: ProblemFamily {
  /// Premises and a goal; the work is no walk, so nothing else is kept.
  public typealias Problem = GeometryProblem

  public static let name = "geometry"

  public init() {}

  public var about: String {
    "A theorem of plane geometry is proved from constructions, each step with its reason."
  }

  public var knobs: [Knob] {
    [
      .measured("points", "points that the problem names"),
      .measured("clauses", "clauses that place them"),
      .measured("derived_steps", "steps of the reference proof that derive something"),
      .measured("depth", "longest chain of its steps, each citing the one before"),
      .measured("auxiliary_points", "points that it adds"),
    ]
  }

  /// Numbers of derived steps of a level.
  static func steps(level: Int) -> ClosedRange<Int> {
    let ranges = [1...2, 3...4, 5...6, 7...8, 9...10, 11...13, 14...17, 18...24, 25...200, 3...400]
    return ranges[min(max(level, 1), 10) - 1]
  }

  static func needsAuxiliaryPoints(level: Int) -> Bool { level == 10 }

  private static func generator(level: Int) -> ProblemGenerator {
    let steps = steps(level: level)
    var wanted = needsAuxiliaryPoints(level: level) ? ProblemGenerator.Knobs.auxiliary : .init()
    wanted.leastSteps = steps.lowerBound
    wanted.mostSteps = steps.upperBound
    wanted.mostProblems = 1
    wanted.allowsAuxiliaryPoints = needsAuxiliaryPoints(level: level)
    if level < 10 {
      // Small figures give short proofs, large ones long proofs.
      wanted.clauses = [1...3, 1...4, 2...4, 2...5, 3...5, 3...6, 3...6, 4...7, 5...8][level - 1]
    }
    return ProblemGenerator(wanted)
  }

  /// Draws figures until one gives a problem of the level: on one core about a hundredth of a
  /// second, tenths of a second at level 10.
  public func pose(
    at difficulty: Difficulty, using stream: inout RandomStream
  ) -> PosedProblem {
    let level = difficulty.level
    while true {
      var generator = Self.generator(level: level)
      for made in generator.problems(Seed(stream.next())) {
        guard Self.steps(level: level).contains(made.derivedSteps),
          (made.auxiliaryCount > 0) == Self.needsAuxiliaryPoints(level: level)
        else { continue }
        var statement = made.problem
        statement.clauses.removeAll(where: \.isAuxiliary)
        guard let problem = read(statement.text) else { continue }
        guard let knobs = Self.knobs(of: problem, lines: made.solution) else { continue }
        let solution = Solution(steps: made.solution, answer: Self.answer(problem))
        return PosedProblem(
          text: problem.text, knobs: knobs, canonical: canonicalText(problem), solution: solution)
      }
    }
  }

  static func answer(_ problem: GeometryProblem) -> String {
    problem.goals[0].text(problem.points)
  }

  private static func knobs(
    of problem: GeometryProblem, lines: some Collection<String>
  ) -> JSONObject? {
    guard let proof = try? ProofText.parse(SolutionText(of: problem, lines: Array(lines)).proof)
    else { return nil }
    return [
      "points": JSON(problem.points.count), "clauses": JSON(problem.clauses.count),
      "derived_steps": JSON(proof.derivedSteps), "depth": JSON(proof.depth),
      "auxiliary_points": JSON(proof.auxiliaryPoints),
    ]
  }

  /// The knobs that the problem alone shows; its level shows in a proof.
  public func knobs(of problem: GeometryProblem, at difficulty: Difficulty) -> JSONObject? {
    ["points": JSON(problem.points.count), "clauses": JSON(problem.clauses.count)]
  }

  /// For a reference solution, measured on its proof; for another solution, its statement about the
  /// reference.
  public func knobs(of record: Record) -> JSONObject? {
    guard let problem = read(record.problem) else { return nil }
    guard record.origin == .reference else { return record.knobs }
    let lines = record.solution.split(separator: "\n").map(String.init)
    guard let knobs = Self.knobs(of: problem, lines: lines.dropLast()),
      let derived = knobs["derived_steps"]?.intValue,
      let auxiliary = knobs["auxiliary_points"]?.intValue,
      Self.steps(level: record.level).contains(derived),
      (auxiliary > 0) == Self.needsAuxiliaryPoints(level: record.level)
    else { return nil }
    return knobs
  }

  /// Not counted.
  public func space(at difficulty: Difficulty) -> ProblemSpace {
    let steps = Self.steps(level: difficulty.level)
    return ProblemSpace(
      problems: ProblemSpace.uncounted, collision: 1, collisionIsExact: false, heaviest: 1,
      note: "not counted; theorems up to renaming of points whose reference proof has "
        + "\(steps.lowerBound) to \(steps.upperBound) derived steps"
        + (Self.needsAuxiliaryPoints(level: difficulty.level) ? " and auxiliary points" : ""))
  }

  public var countsProblems: Bool { true }
  public var isToldInWords: Bool { true }

  public func read(_ text: String) -> GeometryProblem? { try? SolutionText.problem(text) }

  /// 32 hexadecimal digits that all renamings of a problem share.
  public func canonicalText(_ problem: GeometryProblem) -> String {
    ProblemGenerator.form(of: problem)
  }

  /// The canonical form of each goal of each problem in a file with two lines per problem, in
  /// either dialect.
  ///
  /// - Throws: `ProblemError`, which names line and token.
  public static func canonicalTexts(ofProblemFile text: String) throws -> [String] {
    try ProblemParser.parse(file: text).flatMap { problem in
      problem.goals.map { goal in
        var single = problem
        single.goals = [goal]
        return ProblemGenerator.form(of: single)
      }
    }
  }

  /// Proves a problem; if no proof is found within ten seconds, there are no steps.
  public func work(_ problem: String, using stream: inout RandomStream) -> Solution {
    guard let read = read(problem) else {
      preconditionFailure("geometry does not write this problem: \(problem.prefix(200))")
    }
    var options = Prover.Options()
    options.seconds = 10
    options.seed = Seed(stream.next())
    let proof = try? Prover(read, options).prove().proofs.first
    return Solution(
      steps: proof.map { SolutionText.lines(ofProof: $0) } ?? [], answer: Self.answer(read))
  }

  public func words(for record: Record) -> RecordWords? {
    guard let problem = read(record.problem) else { return nil }
    let lines = record.solution.split(separator: "\n").map(String.init)
    let text = SolutionText(of: problem, lines: Array(lines.dropLast())).proof
    guard let proof = try? ProofText.parse(text) else { return nil }
    return RecordWords(
      text: ProofWords(proof).text,
      steps: proof.steps.enumerated().map { index, step in
        [
          "n": JSON(index + 1), "kind": JSON(step.reason.kind),
          "cites": JSON(step.reason.citations) { JSON($0) }, "label": 1,
        ]
      })
  }
}
