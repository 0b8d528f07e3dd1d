internal import Exact
internal import GeometryProofs
internal import Randomness

/// Draws a problem: coordinates for its points that satisfy every clause.
struct DiagramBuilder {
  /// Tries of the whole diagram before the builder gives up.
  static let diagramTries = 300
  private static let clauseTries = 6
  /// Two points may not come nearer than this part of the diagram's size.
  private static let nearest = 0.02
  /// No point may lie further out than this multiple of it.
  private static let furthest = 12.0
  /// A condition must hold by this margin: a triangle that is nearly a line draws nothing well.
  private static let margin = 1e-3
  /// Every statement of a clause must hold this well.
  private static let exactness = 1e-9

  let problem: GeometryProblem

  enum Failure: Error {
    /// The clause that most tries stopped at.
    case cannotDraw(clause: Int)
    case goalFalse(goal: Int)
  }

  /// A diagram of all clauses on which the premises hold and the goals too.
  ///
  /// - Throws: `cannotDraw` with the clause that stopped most tries; `goalFalse` where diagrams
  ///   were drawn and a goal failed on each.
  func build(_ seed: Seed, withGoals: Bool = true) throws(Failure) -> [Vector] {
    var stops = [Int](repeating: 0, count: problem.clauses.count)
    var falseGoal: Int?
    var drawn = 0
    for attempt in 0..<Self.diagramTries {
      var random = seed.child(attempt).stream()
      switch draw(&random) {
      case .success(let points):
        drawn += 1
        guard withGoals else { return points }
        let diagram = points.map { Position($0.x, $0.y) }
        guard
          let bad = problem.goals.firstIndex(where: {
            !($0.residual(on: diagram) < 1e-7)
          })
        else { return points }
        falseGoal = bad
        if drawn > 60 { throw .goalFalse(goal: bad) }
      case .failure(let stop):
        stops[stop.clause] += 1
      }
    }
    if let falseGoal { throw .goalFalse(goal: falseGoal) }
    throw .cannotDraw(clause: stops.indices.max(by: { stops[$0] < stops[$1] }) ?? 0)
  }

  private struct Stop: Error { var clause: Int }

  private func draw(_ random: inout RandomStream) -> Result<[Vector], Stop> {
    var points = [Vector](repeating: Vector(x: 0, y: 0), count: problem.points.count)
    var isPlaced = [Bool](repeating: false, count: problem.points.count)
    for (index, clause) in problem.clauses.enumerated() {
      var isDone = false
      for _ in 0..<Self.clauseTries where !isDone {
        isDone = Self.place(clause, &points, &isPlaced, &random)
      }
      guard isDone else { return .failure(Stop(clause: index)) }
    }
    return .success(points)
  }

  /// Draws one clause onto what is there; false where this draw of its free parameters fails.
  static func place(
    _ clause: Clause, _ points: inout [Vector], _ isPlaced: inout [Bool],
    _ random: inout RandomStream
  ) -> Bool {
    let scale = Self.scale(points, isPlaced)
    var placed: [Vector]
    var made = clause.points
    if let given = Self.given(clause) {
      placed = given
    } else {
      var loci: [Locus] = []
      placed = []
      for construction in clause.constructions {
        let diagram = points.map { Position($0.x, $0.y) }
        for requirement in construction.requirements
        where !(requirement.margin(on: diagram) > Self.margin) {
          return false
        }
        let old = construction.points.filter { !clause.points.contains($0) }.map { points[$0] }
        let number = construction.number.map { Double($0.numerator) / Double($0.denominator) }
        switch Recipes.place(construction.name, old, number: number ?? 0, &random) {
        case .impossible: return false
        case .locus(let locus): loci.append(locus)
        case .points(let fixed):
          // In the order of the construction's arguments, which may be another than the clause's.
          made = construction.points.filter { clause.points.contains($0) }
          placed = fixed
        }
      }
      if loci.count == 1 && placed.isEmpty {
        placed = [loci[0].sample(near: scale, &random)]
      } else if loci.count > 1 {
        let meets = Locus.meet(loci[0], loci[1]).filter { candidate in
          Self.isClear(candidate, of: points, isPlaced, scale)
        }
        guard !meets.isEmpty else { return false }
        placed = [meets[random.uniform(meets.count)]]
      }
    }
    guard placed.count == made.count else { return false }
    for (point, position) in zip(made, placed) {
      guard position.x.isFinite, position.y.isFinite,
        Self.isClear(position, of: points, isPlaced, scale)
      else {
        for made in clause.points { isPlaced[made] = false }
        return false
      }
      points[point] = position
      isPlaced[point] = true
    }
    let diagram = points.map { Position($0.x, $0.y) }
    for construction in clause.constructions {
      for statement in construction.statements {
        let holds =
          statement.predicate.isCondition
          ? statement.margin(on: diagram) > Self.margin
          : statement.residual(on: diagram) < Self.exactness
        guard holds else {
          for made in clause.points { isPlaced[made] = false }
          return false
        }
      }
    }
    return true
  }

  private static func given(_ clause: Clause) -> [Vector]? {
    var result: [Vector] = []
    for coordinate in clause.coordinates {
      guard let coordinate else { return nil }
      result.append(Vector(x: coordinate.x, y: coordinate.y))
    }
    return result
  }

  /// The size of what is drawn: the mean distance from the middle.
  private static func scale(_ points: [Vector], _ isPlaced: [Bool]) -> Double {
    var middle = Vector(x: 0, y: 0)
    var count = 0.0
    for index in points.indices where isPlaced[index] {
      middle = middle + points[index]
      count += 1
    }
    guard count > 1 else { return 1 }
    middle = (1 / count) * middle
    var sum = 0.0
    for index in points.indices where isPlaced[index] { sum += (points[index] - middle).length }
    return sum / count
  }

  private static func isClear(
    _ candidate: Vector, of points: [Vector], _ isPlaced: [Bool], _ scale: Double
  ) -> Bool {
    for index in points.indices where isPlaced[index] {
      let distance = (points[index] - candidate).length
      if distance < nearest * scale || distance > furthest * scale { return false }
    }
    return true
  }
}
