public import GeometryProofs
public import Randomness

/// A generated problem with its proof.
public struct GeneratedProblem: Sendable {
  /// Points that only the proof needs are placed by auxiliary clauses.
  public var problem: GeometryProblem
  /// The proof text, as the checker reads it.
  public var proof: String
  /// The same as the lines of a record's solution, without the answer. The checker draws by the
  /// text that it reads, and it read these: a condition that holds on few drawings may pass under
  /// one name of the problem and fail under another.
  public var solution: [String]
  /// Lines of the proof.
  public var stepCount: Int
  /// Those of them that derive something: neither given nor a condition.
  public var derivedSteps: Int
  /// The longest chain of lines, each citing the one before.
  public var depth: Int
  /// Points that auxiliary clauses place.
  public var auxiliaryCount: Int
  /// Equal for problems that differ only in the names of points: 32 hexadecimal digits.
  public var form: String
}

/// Generates problems: random premises, everything that follows from them, goals with proofs.
///
/// A goal's premises are those its proof uses. Points that the proof needs and the statement does
/// not are auxiliary, if the goal cannot be proved without them; that is tried. The proof is then
/// found again from the premises kept, so nothing else of the random figure enters. What the
/// checker does not accept is dropped: a condition may hold on the random figure and on few others.
public struct ProblemGenerator {
  /// What kind of problem is wanted.
  public struct Knobs: Sendable {
    /// Clauses after the first shape.
    public var clauses = 3...6
    /// Lines of the proof that are not given.
    public var leastSteps = 4
    /// Lines of the proof text that derive something, at most.
    public var mostSteps = Int.max
    /// At most this many problems per figure.
    public var mostProblems = Int.max
    /// At most this many goals of one kind per figure.
    public var goalsOfOneKind = 2
    /// Whether every problem must need points that its statement does not name.
    public var needsAuxiliaryPoints = false
    /// Whether a problem may need such points.
    public var allowsAuxiliaryPoints = true
    /// Small figures, short proofs allowed, no auxiliary points wanted.
    public init() {}

    /// For problems that need auxiliary points: larger figures, every goal is tried.
    public static let auxiliary: Knobs = {
      var knobs = Knobs()
      knobs.clauses = 6...10
      knobs.goalsOfOneKind = 12
      knobs.needsAuxiliaryPoints = true
      return knobs
    }()
  }

  private let knobs: Knobs
  private var seen: Set<String>

  /// - Parameter excluded: forms (see `GeneratedProblem.form`) that must not be made.
  public init(_ knobs: Knobs = Knobs(), excluded: Set<String> = []) {
    self.knobs = knobs
    seen = excluded
  }

  /// The form of any problem: for decontamination.
  public static func form(of problem: GeometryProblem) -> String {
    ProblemForm(problem).text
  }

  /// The problems of one random figure that were not made before.
  public mutating func problems(_ seed: Seed) -> [GeneratedProblem] {
    var random = seed.child("count").stream()
    var sampler = Sampler(seed.child("figure").stream())
    guard sampler.draw(clauses: random.uniform(knobs.clauses)) else { return [] }
    guard
      let attempt = try? Attempt(
        sampler.problem, sampler.positions, toGoals: false, isExpired: { false }),
      attempt.closure.facts.count < 600
    else { return [] }
    var made: [GeneratedProblem] = []
    for goal in goals(of: attempt, &random) where made.count < knobs.mostProblems {
      if let problem = problem(goal, of: attempt) { made.append(problem) }
    }
    return made
  }

  private static let kinds: Set<Claim.Kind> = [
    .coll, .cyclic, .para, .perp, .cong, .eqangle, .eqratio, .midp,
  ]

  /// Facts worth asking for, a few of each kind, in random order.
  private func goals(of attempt: Attempt, _ random: inout RandomStream) -> [Claim] {
    var keys = Set<Claim>()
    var candidates: [Claim] = []
    for fact in attempt.closure.facts where fact.rule != .premise {
      // Spelled the simplest way: an `eqratio` with equal sides is a `cong`.
      guard let simple = fact.claim.statement.canonical.statement,
        let claim = Claim.claims(of: simple).first, Self.kinds.contains(claim.kind),
        Self.isWorthAsking(claim), keys.insert(claim.canonical).inserted
      else { continue }
      candidates.append(claim)
    }
    if knobs.needsAuxiliaryPoints {
      // A statement that needs every point has none left to add.
      let clauses = attempt.problem.clauses
      let dependence = Dependence(clauses)
      let all = SubProblem.mask(Array(attempt.problem.points.indices))
      func leavesSome(_ claim: Claim) -> Bool { dependence.closed(claim.mask) != all }
      candidates = candidates.filter(leavesSome)
      for claim in KnownClaims.list(attempt.closure)
      where Self.isWorthAsking(claim) && leavesSome(claim)
        && keys.insert(claim.canonical).inserted
      {
        candidates.append(claim)
      }
      let used = Traceback.points(of: candidates, in: attempt.closure)
      candidates = zip(candidates, used).filter { claim, points in
        guard let points else { return false }
        return dependence.closed(points) & ~dependence.closed(claim.mask) != 0
      }.map(\.0)
    }
    random.shuffle(&candidates)
    var count: [Claim.Kind: Int] = [:]
    return candidates.filter { claim in
      count[claim.kind, default: 0] += 1
      return count[claim.kind, default: 0] <= knobs.goalsOfOneKind
    }
  }

  private static func isWorthAsking(_ claim: Claim) -> Bool {
    switch claim.kind {
    case .para: claim.mask.nonzeroBitCount == 4
    case .eqangle, .eqratio: claim.mask.nonzeroBitCount <= 6
    default: true
    }
  }

  /// The most general problem that the proof of a goal allows.
  ///
  /// Premises that the proof does not cite are dropped and the goal is proved again from the rest,
  /// which may need fewer still. The checker draws the new problem afresh: where a dropped premise
  /// was needed for a condition, it refuses, and the problem with that premise is taken.
  private mutating func problem(_ goal: Claim, of attempt: Attempt) -> GeneratedProblem? {
    guard let first = proof(of: goal, in: attempt), let lines = Self.written(first),
      isNear(lines.derivedSteps)
    else { return nil }
    var proofs = [first]
    while proofs.count <= Self.mostReductions, let last = proofs.last,
      let written = Self.written(last),
      let weaker = Self.withoutIdlePremises(last.attempt, written),
      let next = again(last, in: weaker)
    {
      proofs.append(next)
    }
    for (attempt, derivation) in proofs.reversed() {
      guard attempt.problem.goals.count == 1,
        derivation.steps.count(where: { if case .premise = $0.reason { false } else { true } })
          >= knobs.leastSteps
      else { continue }
      let form = ProblemForm(attempt.problem).text
      // A less general problem with the same proof would be made in its place.
      guard !seen.contains(form) else { return nil }
      if attempt.problem.clauses.contains(where: \.isAuxiliary), proofs.count > 1,
        !needsItsPoints(attempt)
      {
        continue
      }
      var named = attempt.problem
      named.name = "made-" + form.prefix(16)
      if let made = finish(named, derivation, form) {
        seen.insert(form)
        return made
      }
    }
    return nil
  }

  private static let mostReductions = 3

  /// Whether a proof of so many lines may become one of as many as are wanted: with fewer premises
  /// it changes by a few.
  private func isNear(_ derivedSteps: Int) -> Bool {
    let least = knobs.leastSteps - knobs.leastSteps / 3
    let most = knobs.mostSteps.multipliedReportingOverflow(by: 3)
    return derivedSteps >= least && (most.overflow || derivedSteps <= most.partialValue / 2)
  }

  /// A derivation holds steps that its text leaves out.
  private static func written(
    _ proof: (attempt: Attempt, derivation: Derivation)
  ) -> ProofWriter.Written? {
    let problem = proof.attempt.problem
    return try? ProofWriter.written(problem, goal: problem.goals[0], proof.derivation)
  }

  /// The problem with what the proof does not cite left out of the clauses; nil where it cites all.
  /// What an auxiliary clause says stays: a reader can draw its point.
  private static func withoutIdlePremises(_ attempt: Attempt, _ proof: ProofWriter.Written)
    -> GeometryProblem?
  {
    var weaker = attempt.problem
    weaker.name = SolutionText.name
    let used = Set(proof.premises.compactMap(\.canonical.statement))
    for (index, clause) in weaker.clauses.enumerated() where !clause.isAuxiliary {
      weaker.clauses[index] = clause.weaker(used: used)
    }
    var mentioned = proof.points.union(weaker.goals[0].points)
    for clause in weaker.clauses {
      let all = clause.constructions.flatMap(\.points)
      mentioned.formUnion(all.filter { !clause.points.contains($0) })
    }
    weaker.clauses = weaker.clauses.map { $0.keeping(mentioned) }
    return weaker.clauses == attempt.problem.clauses ? nil : weaker
  }

  /// A proof from the fewest points: without those that only a proof needs; with them, where that
  /// fails, less those that it can do without.
  private func proof(of goal: Claim, in whole: Attempt) -> (
    attempt: Attempt, derivation: Derivation
  )? {
    let (problem, positions, clauses) = (whole.problem, whole.points, whole.problem.clauses)
    let stated = SubProblem.closed(goal.mask, clauses)
    if let found = solve(goal, problem, positions, keeping: stated, stated: stated) {
      return knobs.needsAuxiliaryPoints ? nil : found
    }
    guard knobs.allowsAuxiliaryPoints,
      let used = Traceback.points(of: [goal], in: whole.closure)[0]
    else { return nil }
    var chosen = SubProblem.closed(used | goal.mask, clauses)
    guard var found = solve(goal, problem, positions, keeping: chosen, stated: stated) else {
      return nil
    }
    for index in clauses.indices.reversed() {
      let mask = SubProblem.mask(clauses[index].points)
      guard chosen & mask != 0, stated & mask == 0,
        let fewer = Self.without(mask, chosen, clauses),
        let again = solve(goal, problem, positions, keeping: fewer, stated: stated)
      else { continue }
      chosen = fewer
      found = again
    }
    return found
  }

  /// The goal proved again from fewer premises, with the points that the last proof speaks of.
  private func again(
    _ proof: (attempt: Attempt, derivation: Derivation), in weaker: GeometryProblem
  ) -> (attempt: Attempt, derivation: Derivation)? {
    guard let goal = proof.attempt.goals.first else { return nil }
    let dependence = Dependence(weaker.clauses)
    return solve(
      goal, weaker, proof.attempt.points,
      keeping: dependence.closed(proof.derivation.points | goal.mask),
      stated: dependence.closed(goal.mask))
  }

  /// Whether the goal is out of reach without the auxiliary points, and without any one of them.
  /// Fewer premises should prove no more than all did, but a search may end elsewhere: it is tried.
  private func needsItsPoints(_ attempt: Attempt) -> Bool {
    let problem = attempt.problem
    guard let goal = attempt.goals.first else { return false }
    let dependence = Dependence(problem.clauses)
    let stated = dependence.closed(goal.mask)
    let all = SubProblem.mask(Array(problem.points.indices))
    let fewer =
      [stated]
      + problem.clauses.filter(\.isAuxiliary).compactMap {
        Self.without(SubProblem.mask($0.points), all, problem.clauses)
      }
    return !Set(fewer).contains {
      solve(goal, problem, attempt.points, keeping: $0, stated: stated) != nil
    }
  }

  private func finish(
    _ problem: GeometryProblem, _ derivation: Derivation, _ form: String
  ) -> GeneratedProblem? {
    guard let text = try? ProofWriter.text(problem, goal: problem.goals[0], derivation) else {
      return nil
    }
    let solution = SolutionText.lines(ofProof: text)
    let steps = solution.drop { $0.hasPrefix("auxiliary ") }
    let derived = steps.count { !$0.hasSuffix(" : given") && !$0.hasSuffix(" : check") }
    var stated = problem
    stated.clauses.removeAll(where: \.isAuxiliary)
    let record = SolutionText(of: stated, lines: solution).proof
    guard derived <= knobs.mostSteps, ProofChecker.check(record, of: stated).isAccepted else {
      return nil
    }
    return GeneratedProblem(
      problem: problem, proof: text, solution: solution,
      stepCount: steps.count, derivedSteps: derived, depth: derivation.depth,
      auxiliaryCount: problem.clauses.filter(\.isAuxiliary).reduce(0) { $0 + $1.points.count },
      form: form)
  }

  // MARK: Sets of points

  /// Without the points and what depends on them; nil where nothing is left out.
  private static func without(
    _ removed: UInt64, _ points: UInt64, _ clauses: [Clause]
  ) -> UInt64? {
    var gone = removed
    for clause in clauses
    where clause.constructions.contains(where: { SubProblem.mask($0.points) & gone != 0 }) {
      gone |= SubProblem.mask(clause.points)
    }
    return points & gone == 0 ? nil : points & ~gone
  }

  /// Proves the goal from the clauses of some points alone, on the same diagram.
  private func solve(
    _ goal: Claim, _ problem: GeometryProblem, _ positions: [Vector], keeping points: UInt64,
    stated: UInt64
  ) -> (attempt: Attempt, derivation: Derivation)? {
    let part = SubProblem(
      of: problem, positions, keeping: points, goals: [goal.statement], stated: stated,
      name: Sampler.name)
    guard let solved = try? Attempt(part.problem, part.positions, isExpired: { false }),
      solved.outcome == .goalReached,
      let derivation = try? Traceback.prove(solved.goals, in: solved.closure)
    else { return nil }
    return (solved, derivation)
  }
}

extension Derivation {
  /// The longest chain of steps, each resting on the one before.
  var depth: Int {
    var depths = [Int](repeating: 1, count: steps.count)
    for (index, step) in steps.enumerated() {
      for parent in step.parents { depths[index] = max(depths[index], depths[parent] + 1) }
    }
    return depths.last ?? 0
  }
}
