internal import Exact
internal import Randomness

/// Layer 3: every fact and every condition on random drawings in about 100 bits.
///
/// A drawing counts if the clauses' own statements hold on it to 23 digits, their requirements and
/// the proof's conditions hold with a margin, and different points are apart. On three such
/// drawings every step must hold to 22 digits.
struct DiagramChecker {
  private let proof: Proof
  private let sames: [Int]
  private let seed: Seed

  private static let wanted = 3
  private static let mostTried = 200
  private static let mostDrawn = 2000
  /// A fact holds up to rounding.
  static let tolerance = 1e-22
  /// A fact that misses by more is false; between the two the drawing is too badly conditioned.
  static let falsehood = 1e-10
  static let leastMargin = 1e-6
  static let leastDistance = 1e-4

  typealias Drawing = [Position<DoubleDouble>]

  init(_ proof: Proof, sames: [Int], seed: String) {
    self.proof = proof
    self.sames = sames
    self.seed = Seed(0).child("geometry-checker").child("drawings").child(seed)
  }

  /// - Returns: how many drawings passed, and how many of the given clauses were tried.
  /// - Throws: the step that is false, or the condition that never holds.
  func check() throws(CheckFailure) -> (diagrams: Int, tried: Int) {
    let (given, added) = (
      proof.problem.clauses.filter { !$0.isAuxiliary }, proof.problem.clauses.filter(\.isAuxiliary)
    )
    let shared = SharedStream(seed.stream())
    let builder = DiagramBuilder(
      problem: proof.problem, sames: sames,
      pen: DiagramPen<DoubleDouble>(
        random: { shared.stream.coordinate() }, coin: { shared.stream.uniform(2) == 0 }),
      pick: { shared.stream.uniform($0) })
    let nothing = [Position<DoubleDouble>?](repeating: nil, count: proof.problem.points.count)
    var (diagrams, tried, drawn) = (0, 0, 0)
    var failures: [Obstacle: Int] = [:]
    while diagrams < Self.wanted, tried < Self.mostTried, drawn < Self.mostDrawn {
      drawn += 1
      guard let base = builder.drawing(given, onto: nothing), fault(base, given) == nil else {
        continue
      }
      tried += 1
      let whole: Drawing
      switch extend(base, by: added, builder) {
      case .success(let drawing): whole = drawing
      case .failure(let stop):
        failures[.clause(given.count + stop.clause), default: 0] += 1
        continue
      }
      if let failing = failedCondition(on: whole) {
        failures[.condition(failing), default: 0] += 1
        continue
      }
      switch try judge(whole) {
      case .holds: diagrams += 1
      case .unclear: tried -= 1
      }
    }
    if diagrams >= Self.wanted { return (diagrams, tried) }
    guard tried > 0 else {
      throw CheckFailure(
        step: nil, reason: "no drawing: the given clauses are degenerate, contradictory or unclear")
    }
    switch failures.max(by: { ($0.value, $1.key) < ($1.value, $0.key) })?.key {
    case .clause(let clause):
      throw CheckFailure(
        clause: clause,
        reason: "the auxiliary points have no place on \(tried - diagrams) of \(tried) drawings")
    case .condition(let step):
      throw CheckFailure(
        step: step, reason: "the condition holds on too few drawings: \(diagrams) of \(tried)")
    case nil: throw CheckFailure(step: nil, reason: "too few drawings: \(diagrams)")
    }
  }

  /// What keeps a drawing of the given clauses from being a drawing of the proof.
  private enum Obstacle: Hashable, Comparable {
    /// An auxiliary clause, counted from 0 among all, that has no place for its points.
    case clause(Int)
    /// A step, counted from 1, that does not hold.
    case condition(Int)
  }

  private struct Stop: Error {
    /// Of the added clauses, counted from 0.
    let clause: Int
  }

  /// Places the auxiliary points; some choices of free ones may be unlucky.
  private func extend(
    _ base: [Position<DoubleDouble>?], by added: [Clause], _ builder: DiagramBuilder<DoubleDouble>
  ) -> Result<Drawing, Stop> {
    if added.isEmpty { return .success(base.compactMap { $0 }) }
    // The clause named is the furthest that some try came to.
    var furthest = 0
    for _ in 0..<20 {
      let (places, placed) = builder.placing(added, onto: base)
      let stop = placed < added.count ? placed : fault(places, added)
      guard let stop else { return .success(places.compactMap { $0 }) }
      furthest = max(furthest, stop)
    }
    return .failure(Stop(clause: furthest))
  }

  /// The first of the clauses whose statements or requirements do not hold, or whose points lie too
  /// near to others; nil where the drawing is sound.
  private func fault(_ drawing: [Position<DoubleDouble>?], _ clauses: [Clause]) -> Int? {
    let origin = Position(DoubleDouble(0), DoubleDouble(0))
    let places = drawing.map { $0 ?? origin }
    let known = drawing.indices.filter { drawing[$0] != nil }
    var extent = 0.0
    for point in known { extent = max(extent, (places[point] - places[known[0]]).square.high) }
    guard extent.isFinite, extent > 0 else { return 0 }
    for (rank, i) in known.enumerated() {
      for j in known[(rank + 1)...] where sames[i] != sames[j] {
        let distance = (places[i] - places[j]).square.high
        guard distance >= Self.leastDistance * Self.leastDistance * extent else {
          return clauses.firstIndex { $0.points.contains(j) } ?? max(0, clauses.count - 1)
        }
      }
    }
    return clauses.firstIndex { clause in
      !clause.constructions.allSatisfy { isSatisfied($0, places) }
    }
  }

  private func isSatisfied(_ construction: Construction, _ places: Drawing) -> Bool {
    for statement in construction.requirements + construction.statements {
      guard
        statement.predicate.isCondition
          ? statement.margin(on: places) >= Self.leastMargin
          : statement.residual(on: places) < Self.tolerance / 10
      else { return false }
    }
    return construction.hasItsShape(places)
  }

  /// The first step that is a condition, or a branch, that this drawing does not satisfy.
  private func failedCondition(on drawing: Drawing) -> Int? {
    for (index, step) in proof.steps.enumerated() {
      if step.statement.predicate.isCondition {
        guard step.statement.margin(on: drawing) >= Self.leastMargin else { return index + 1 }
      } else if case .algebra(.directions, _, _, let branch) = step.reason, branch > 1 {
        guard Self.isOnBranch(step.statement, branch, drawing) else { return index + 1 }
      }
    }
    return nil
  }

  /// Whether a divided equality of directions is the true one of its branches: the others are at
  /// least 1/branch of half a turn away, in a line at the corner where the directions are compared.
  private static func isOnBranch(_ fact: Statement, _ branch: Int, _ drawing: Drawing) -> Bool {
    let corners = fact.predicate == .coll ? fact.points.indices : 0..<1
    return corners.allSatisfy { first in
      let points = Array(fact.points[first...] + fact.points[..<first])
      let turned = Statement(fact.predicate, points, numbers: fact.numbers)
      return turned.residual(on: drawing) < 1 / Double(branch)
    }
  }

  private enum Judgement { case holds, unclear }

  private func judge(_ drawing: Drawing) throws(CheckFailure) -> Judgement {
    for (index, step) in proof.steps.enumerated() where !step.statement.predicate.isCondition {
      let error = step.statement.residual(on: drawing)
      if error > Self.falsehood || error.isNaN {
        throw CheckFailure(step: index + 1, reason: "it is false on a drawing, by \(error)")
      }
      guard error < Self.tolerance else { return .unclear }
      if step.statement.predicate == .cyclic || step.statement.predicate == .circle {
        // Points of a line are on no circle.
        let three = Array(step.statement.points.suffix(3))
        guard Statement(.ncoll, three).margin(on: drawing) >= Self.leastMargin else {
          throw CheckFailure(step: index + 1, reason: "its points are on a line, not on a circle")
        }
      }
    }
    return .holds
  }
}

extension Construction {
  /// What a free shape promises beyond statements: angles below 90 degrees, or convexity.
  func hasItsShape(_ at: [Position<DoubleDouble>]) -> Bool {
    let p = points
    switch name {
    case "acute_triangle":
      return (0..<3).allSatisfy { i in
        let (a, b, c) = (at[p[i]], at[p[(i + 1) % 3]], at[p[(i + 2) % 3]])
        return (b - a).dot(c - a).high > 0
      }
    case "quadrangle", "pentagon", "trapezoid", "r_trapezoid", "rectangle", "eq_quadrangle",
      "eqdia_quadrangle":
      let n = p.count
      let turns = (0..<n).map { i in
        let (a, b, c) = (at[p[i]], at[p[(i + 1) % n]], at[p[(i + 2) % n]])
        return (b - a).cross(c - b).high
      }
      return turns.allSatisfy { $0 > 0 } || turns.allSatisfy { $0 < 0 }
    case "triangle":
      return Statement(.ncoll, p).margin(on: at) > 1e-3
    default: return true
    }
  }
}
