internal import GeometryProofs

/// A problem about some of another's points, on the same diagram.
struct SubProblem {
  let problem: GeometryProblem
  let positions: [Vector]
  /// Per point, the one of the whole problem.
  let original: [Int]

  /// - Parameters:
  ///   - points: with every point that a clause of one of them uses or makes (`closed`).
  ///   - stated: clauses that make none of these become auxiliary.
  init(
    of whole: GeometryProblem, _ positions: [Vector], keeping points: UInt64,
    goals: [Statement], stated: UInt64 = .max, name: (Int) -> String
  ) {
    let kept = Figure.members(of: points)
    var newIndex = [Int](repeating: -1, count: whole.points.count)
    for (index, point) in kept.enumerated() { newIndex[point] = index }
    var reduced = GeometryProblem(
      name: whole.name, points: kept.indices.map(name), clauses: [], goals: [])
    for clause in whole.clauses where Self.mask(clause.points) & points != 0 {
      reduced.clauses.append(
        Clause(
          points: clause.points.map { newIndex[$0] },
          constructions: clause.constructions.map { construction in
            Construction(
              construction.name,
              construction.arguments.map { argument in
                if case .point(let point) = argument { .point(newIndex[point]) } else { argument }
              })
          }, isAuxiliary: Self.mask(clause.points) & stated == 0))
    }
    reduced.goals = goals.map { goal in goal.mapped { newIndex[$0] } }
    problem = reduced
    self.positions = kept.map { positions[$0] }
    original = kept
  }

  static func mask(_ points: [Int]) -> UInt64 {
    points.reduce(0) { $0 | 1 << UInt64($1) }
  }

  /// With every point that a clause of one of them uses or makes.
  static func closed(_ points: UInt64, _ clauses: [Clause]) -> UInt64 {
    Dependence(clauses).closed(points)
  }
}

/// What each clause makes and uses, for many questions about one problem.
struct Dependence {
  /// Of the last clause first.
  private let clauses: [(made: UInt64, used: UInt64)]

  init(_ clauses: [Clause]) {
    self.clauses = clauses.reversed().map { clause in
      let used = clause.constructions.reduce(0) { $0 | SubProblem.mask($1.points) }
      return (SubProblem.mask(clause.points), used)
    }
  }

  /// With every point that a clause of one of them uses or makes.
  func closed(_ points: UInt64) -> UInt64 {
    clauses.reduce(points) { $0 & $1.made == 0 ? $0 : $0 | $1.used }
  }
}

extension Derivation {
  /// The points that its steps speak of.
  var points: UInt64 { steps.reduce(0) { $0 | $1.claim.mask } }

  /// The same steps about other points.
  func mapped(_ point: [Int]) -> Derivation {
    func moved(_ claim: Claim) -> Claim {
      var result = claim
      for index in 0..<8 where claim.points[index] != 0xFF {
        result.points[index] = UInt8(point[claim[index]])
      }
      return result
    }
    var result = self
    for index in steps.indices {
      result.steps[index].claim = moved(steps[index].claim)
      result.steps[index].sides = steps[index].sides.map(moved)
      result.steps[index].premises = steps[index].premises.map(moved)
    }
    return result
  }
}
