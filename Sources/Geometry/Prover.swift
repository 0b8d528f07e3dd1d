public import GeometryProofs
public import Randomness

/// Proves geometry problems: diagram, closure, auxiliary points, traceback.
public struct Prover {
  /// Search settings.
  public struct Options: Sendable {
    /// Seconds for one problem, diagram included.
    public var seconds = 60.0
    /// Whether points may be added.
    public var usesAuxiliaryPoints = true
    /// Draws the diagram, and the points that are tried.
    public var seed = Seed(1)
    /// Polled often; returning true ends the search as a timeout would.
    public var isCancelled: @Sendable () -> Bool = { false }

    /// A minute, with added points.
    public init() {}
  }

  /// Seconds spent in each part.
  public struct Times: Sendable {
    /// Placing the points.
    public var drawing = 0.0
    /// Reading the figure and listing the rule instances that could fire.
    public var matching = 0.0
    /// Deducing.
    public var closing = 0.0
    /// Following the goal back to the premises.
    public var tracing = 0.0
    /// Closures of figures with added points.
    public var searching = 0.0

    /// All 0.
    public init() {}
  }

  /// The result of a search.
  public struct Outcome: Sendable {
    /// How the search ended.
    public enum Status: String, Sendable {
      case proved
      /// Nothing more follows by the rules, with any of the points tried.
      case saturated
      case outOfTime
    }
    /// How the search ended.
    public var status: Status
    /// The problem with the auxiliary points that the proof uses.
    public var problem: GeometryProblem
    /// Where the time went.
    public var times: Times
    /// Facts that the last closure reached, premises included.
    public var factCount: Int
    /// Points that the proof adds.
    public var auxiliaryCount: Int
    /// Diagrams with added points that were closed.
    public var attempts: Int
    /// One proof text for each goal; empty where the problem was not proved.
    public var proofs: [String]
    /// The first proof in words.
    public var prose: String
    var derivation: Derivation
    /// The diagram, auxiliary points included.
    package var points: [Vector]

    /// Lines of the first proof.
    public var stepCount: Int {
      guard let proof = proofs.first else { return 0 }
      let lines = proof.split(separator: "\n")
      return lines.count - 1 - (lines.firstIndex(of: "proof") ?? lines.count - 1)
    }

    /// A drawing of the problem, auxiliary points in a colour of their own.
    public var svg: String {
      Drawing.clearest(problem, otherwise: points, Seed(1).child("drawing")).svg
    }
  }

  /// The problem as it was given.
  public let problem: GeometryProblem
  let options: Options

  /// A prover of one problem; nothing is drawn before `prove`.
  public init(_ problem: GeometryProblem, _ options: Options = Options()) {
    self.problem = problem
    self.options = options
  }

  /// Looks for a proof.
  ///
  /// - Throws: `GeometryError` where the problem is wrong: it cannot be drawn, contradicts itself,
  ///   or its goal is false.
  public func prove() throws(GeometryError) -> Outcome {
    guard problem.points.count <= Attempt.mostPoints else {
      throw .tooManyPoints(problem: problem.name, count: problem.points.count)
    }
    try checkGoals()
    let watch = Stopwatch()
    let points = try draw()
    var times = Times()
    times.drawing = watch.seconds
    let (limit, isCancelled) = (options.seconds, options.isCancelled)
    let isExpired = { watch.seconds > limit || isCancelled() }
    let attempt = try Attempt(problem, points, isExpired: isExpired)
    times.matching = attempt.matching
    times.closing = attempt.closing
    if attempt.outcome == .goalReached {
      return try finish(attempt, times, attempts: 0)
    }
    var tried = 0
    if options.usesAuxiliaryPoints && attempt.outcome == .saturated {
      let start = watch.seconds
      var search = AuxiliarySearch(problem, points, attempt, options.seed.child("auxiliary"))
      let found = search.run(isExpired: isExpired)
      times.searching = watch.seconds - start
      tried = search.attempts
      if let found { return try finish(found, times, attempts: tried) }
    }
    return Outcome(
      status: attempt.outcome == .timeExpired || isExpired() ? .outOfTime : .saturated,
      problem: problem, times: times, factCount: attempt.closure.facts.count, auxiliaryCount: 0,
      attempts: tried, proofs: [], prose: "", derivation: Derivation(), points: points)
  }

  private func checkGoals() throws(GeometryError) {
    func refuse(_ goal: String, _ reason: String) -> GeometryError {
      .goalUnusable(problem: problem.name, goal: goal, reason: reason)
    }
    if problem.goals.isEmpty { throw refuse("", "is missing; write it after a question mark") }
    for goal in problem.goals {
      let text = goal.text(problem.points)
      switch goal.canonical {
      case .trivial: throw refuse(text, "is true of any points")
      case .degenerate:
        throw refuse(text, "names a point twice where it needs different ones")
      case .statement: break
      }
      if Claim.claims(of: goal).isEmpty || (goal.predicate == .circle && goal.points.count > 4) {
        throw refuse(text, "is of a kind that this engine does not derive")
      }
    }
  }

  private func finish(
    _ attempt: Attempt, _ times: Times, attempts: Int
  ) throws(GeometryError) -> Outcome {
    var times = times
    let watch = Stopwatch()
    var derivation: Derivation
    do {
      derivation = try Traceback.prove(attempt.goals, in: attempt.closure)
    } catch {
      throw .unjustified(
        problem: problem.name, claim: error.claim.statement.text(attempt.problem.points))
    }
    times.tracing = watch.seconds
    derivation = Self.shortened(derivation, attempt)
    var proofs: [String] = []
    for goal in attempt.problem.goals {
      do {
        proofs.append(try ProofWriter.text(attempt.problem, goal: goal, derivation))
      } catch {
        throw .unjustified(problem: problem.name, claim: error.step)
      }
    }
    return Outcome(
      status: .proved, problem: attempt.problem, times: times,
      factCount: attempt.closure.facts.count,
      auxiliaryCount: attempt.problem.points.count - problem.points.count, attempts: attempts,
      proofs: proofs, prose: Prose(names: attempt.problem.points).text(derivation),
      derivation: derivation, points: attempt.points)
  }

  /// The proof found again from the points that it uses alone, as long as that makes it shorter.
  private static func shortened(_ derivation: Derivation, _ attempt: Attempt) -> Derivation {
    var best = derivation
    var count = attempt.problem.points.count
    while true {
      let goals = attempt.goals.reduce(0) { $0 | $1.mask }
      let used = SubProblem.closed(best.points | goals, attempt.problem.clauses)
      guard used.nonzeroBitCount < count else { return best }
      count = used.nonzeroBitCount
      let part = SubProblem(
        of: attempt.problem, attempt.points, keeping: used, goals: attempt.problem.goals,
        name: { "p\($0)" })
      guard let solved = try? Attempt(part.problem, part.positions, isExpired: { false }),
        solved.outcome == .goalReached,
        let found = try? Traceback.prove(solved.goals, in: solved.closure),
        found.steps.count < best.steps.count
      else { return best }
      best = found.mapped(part.original)
    }
  }

  private func draw() throws(GeometryError) -> [Vector] {
    do {
      let builder = DiagramBuilder(problem: problem)
      var points = try builder.build(options.seed.child("diagram"))
      for attempt in 0..<8 where Figure(points).isAmbiguous {
        points = try builder.build(options.seed.child("diagram").child("again").child(attempt))
      }
      return points
    } catch {
      switch error {
      case .cannotDraw(let clause):
        throw .cannotDraw(problem: problem.name, clause: problem.text(problem.clauses[clause]))
      case .goalFalse(let goal):
        throw .goalFalse(problem: problem.name, goal: problem.goals[goal].text(problem.points))
      }
    }
  }
}

/// Seconds since it was made.
struct Stopwatch {
  private let start = ContinuousClock.now

  var seconds: Double {
    let elapsed = (ContinuousClock.now - start).components
    return Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18
  }
}
