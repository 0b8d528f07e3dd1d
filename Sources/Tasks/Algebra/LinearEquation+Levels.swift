import Randomness

extension LinearEquation {
  /// What a level of the family draws from, and the number of its problems.
  struct Level {
    enum Form { case product, leftOnly, bothSides }

    var form: Form
    var coefficient: Int
    var constant: Int
    /// Bound of the solution, if it is drawn.
    var solution = 0
    var fractions = false

    static func of(_ difficulty: Difficulty) -> Level {
      precondition(
        (1...10).contains(difficulty.level), "linear-equation has no level \(difficulty.level)")
      var level = table[difficulty.level - 1]
      level.coefficient = difficulty["coefficient_bound"] ?? level.coefficient
      level.constant = difficulty["constant_bound"] ?? level.constant
      return level
    }

    private static let table: [Level] = [
      .init(form: .product, coefficient: 20, constant: 0, solution: 50),
      .init(form: .leftOnly, coefficient: 12, constant: 50, solution: 20),
      .init(form: .bothSides, coefficient: 5, constant: 20),
      .init(form: .bothSides, coefficient: 9, constant: 50),
      .init(form: .bothSides, coefficient: 20, constant: 99),
      .init(form: .bothSides, coefficient: 9, constant: 20, fractions: true),
      .init(form: .bothSides, coefficient: 12, constant: 50, fractions: true),
      .init(form: .bothSides, coefficient: 25, constant: 99, fractions: true),
      .init(form: .bothSides, coefficient: 99, constant: 500, fractions: true),
      .init(form: .bothSides, coefficient: 999, constant: 9999, fractions: true),
    ]

    /// Draws uniformly: at levels 1 and 2 over (a, b, solution), above over all (a, b, c, d) within
    /// the bounds that have one solution (an integer unless `fractions`) and are not bare. Others
    /// are drawn again, which leaves the rest uniform.
    func draw(using stream: inout RandomStream) -> Problem {
      while true {
        let a = stream.uniform(-coefficient...coefficient)
        let b = stream.uniform(-constant...constant)
        switch form {
        case .product, .leftOnly:
          let x = stream.uniform(-solution...solution)
          let isWanted = a != 0 && (form == .product ? a != 1 : b != 0)
          if isWanted { return .init(a: a, b: b, c: 0, d: a * x + b) }
        case .bothSides:
          let c = stream.uniform(-coefficient...coefficient)
          let d = stream.uniform(-constant...constant)
          let problem = Problem(a: a, b: b, c: c, d: d)
          if a != c, fractions || (d - b) % (a - c) == 0, !problem.isBare { return problem }
        }
      }
    }

    /// Largest constant on either side.
    var constantBound: Int { constant + coefficient * solution }

    /// Whether `draw` can give this problem.
    func poses(_ problem: Problem) -> Bool {
      let (a, b, c, d) = (problem.a, problem.b, problem.c, problem.d)
      guard a != c, max(abs(a), abs(c)) <= coefficient, abs(b) <= constant else { return false }
      let isWhole = (d - b) % (a - c) == 0
      switch form {
      case .product, .leftOnly:
        return c == 0 && isWhole && abs((d - b) / a) <= solution
          && (form == .product ? a != 1 : b != 0)
      case .bothSides: return abs(d) <= constant && (fractions || isWhole) && !problem.isBare
      }
    }

    /// Calls `body` with all problems that `draw` can give; false, without any call, if there are
    /// too many.
    func eachProblem(_ body: (Problem) throws -> Void) rethrows -> Bool {
      // Both ways of writing a problem have their own records.
      guard Int(space.problems).map({ 2 * $0 <= TaskListing.problemLimit }) ?? false else {
        return false
      }
      for a in -coefficient...coefficient {
        for b in -constant...constant {
          switch form {
          case .product, .leftOnly:
            for x in -solution...solution {
              let problem = Problem(a: a, b: b, c: 0, d: a * x + b)
              if poses(problem) { try body(problem) }
            }
          case .bothSides:
            for c in -coefficient...coefficient {
              for d in -constant...constant {
                let problem = Problem(a: a, b: b, c: c, d: d)
                if poses(problem) { try body(problem) }
              }
            }
          }
        }
      }
      return true
    }

    /// Levels 1 and 2 never hold an equation and its swapped twin. Above, the set is closed under
    /// swapping and no equation is its own twin (a ≠ c), so each problem has two drawn forms.
    var space: ProblemSpace {
      let count: Int
      let note: String
      switch form {
      case .product:
        count = (2 * coefficient - 1) * (2 * solution + 1)
        note = "ax=d, |a| up to \(coefficient), integer solutions up to \(solution); uniform"
      case .leftOnly:
        count = 2 * coefficient * 2 * constant * (2 * solution + 1)
        note =
          "ax+b=d, |a| up to \(coefficient), |b| up to \(constant), integer solutions up to "
          + "\(solution); uniform"
      case .bothSides:
        count = equationsWithBothSides / 2
        note =
          "ax+b=cx+d up to swapping, coefficients up to \(coefficient), constants up to "
          + "\(constant), \(fractions ? "rational" : "integer") solutions; uniform"
      }
      return ProblemSpace(
        problems: count, collision: 1 / Double(count), collisionIsExact: true,
        heaviest: 1 / Double(count), note: note)
    }

    /// The (a, b, c, d) of `bothSides`: for each difference m = a - c the pairs (a, c) times the
    /// pairs (b, d) whose difference m divides; less `x=v` and `v=x`.
    private var equationsWithBothSides: Int {
      var count = 0
      for m in 1...2 * coefficient {
        let coefficients = 2 * (2 * coefficient + 1 - m)
        var constants = 2 * constant + 1
        if fractions {
          constants *= constants
        } else {
          for k in stride(from: m, through: 2 * constant, by: m) {
            constants += 2 * (2 * constant + 1 - k)
          }
        }
        count += coefficients * constants
      }
      return count - 2 * (2 * constant + 1)
    }
  }
}
