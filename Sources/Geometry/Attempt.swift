internal import GeometryProofs

/// One closure of one diagram.
struct Attempt {
  static let mostPoints = 60

  let problem: GeometryProblem
  let points: [Vector]
  private(set) var closure: Closure
  let goals: [Claim]
  private(set) var outcome: Closure.Outcome
  private(set) var matching: Double
  private(set) var closing: Double

  /// - Parameter toGoals: whether to stop at the problem's goals; else it runs to saturation.
  init(
    _ problem: GeometryProblem, _ points: [Vector], toGoals: Bool = true, isExpired: () -> Bool
  ) throws(GeometryError) {
    self.problem = problem
    self.points = points
    let watch = Stopwatch()
    let premises = Self.premises(of: problem)
    var closure = Closure(figure: Figure(points), primes: Self.primes(of: premises))
    Matcher.prepare(&closure)
    matching = watch.seconds
    for premise in premises { closure.write(premise, .premise, []) }
    goals = problem.goals.flatMap { Claim.claims(of: $0) }
    outcome =
      toGoals && goals.isEmpty
      ? .saturated : closure.run(goals: toGoals ? goals : [], isExpired: isExpired)
    closing = watch.seconds - matching
    if outcome == .contradiction, let claim = closure.contradiction {
      throw .contradiction(
        problem: problem.name, statement: claim.statement.text(problem.points))
    }
    self.closure = closure
  }

  /// What the clauses give, each claim once.
  private static func premises(of problem: GeometryProblem) -> [Claim] {
    var seen = Set<Claim>()
    var result: [Claim] = []
    for clause in problem.clauses {
      for construction in clause.constructions {
        for statement in construction.statements {
          for claim in Claim.claims(of: statement) where seen.insert(claim.canonical).inserted {
            result.append(claim)
          }
        }
      }
    }
    return result
  }

  /// The primes that the premises' ratios need, and the first few.
  private static func primes(of premises: [Claim]) -> [Int] {
    var primes: Set<Int> = [2, 3, 5, 7]
    for claim in premises where claim.kind == .rconst || claim.kind == .r2const {
      for part in [Int(claim.numerator), Int(claim.denominator)] {
        var rest = part
        var divisor = 2
        while divisor * divisor <= rest {
          while rest % divisor == 0 {
            primes.insert(divisor)
            rest /= divisor
          }
          divisor += 1
        }
        if rest > 1 { primes.insert(rest) }
      }
    }
    return primes.sorted()
  }
}
