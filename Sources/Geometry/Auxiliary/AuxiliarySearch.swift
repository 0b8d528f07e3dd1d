internal import GeometryProofs
internal import Randomness

/// Looks for points whose addition lets the closure reach the goal.
///
/// Candidates are drawn by rank: the best alone first, then sets of growing size. A set that
/// succeeds is cut down: a point without which the goal is reached too is left out.
struct AuxiliarySearch {
  private let problem: GeometryProblem
  private let points: [Vector]
  private let candidates: [Candidate]
  private var random: RandomStream
  private(set) var attempts = 0

  init(_ problem: GeometryProblem, _ points: [Vector], _ base: Attempt, _ seed: Seed) {
    self.problem = problem
    self.points = points
    random = seed.stream()
    candidates = CandidateList.candidates(
      for: base.closure.figure, drawn: Self.drawnLines(base))
  }

  /// Lines of the figure that the premises or the goal speak of.
  private static func drawnLines(_ base: Attempt) -> Set<Int> {
    let figure = base.closure.figure
    var lines = Set<Int>()
    func note(_ claim: Claim) {
      let list = claim.list
      switch claim.kind {
      case .coll: lines.insert(Int(figure.line[figure.pair(list[0], list[1])]))
      case .para, .perp, .cong, .eqangle, .eqratio, .aconst, .rconst:
        for index in stride(from: 0, to: list.count, by: 2) {
          lines.insert(Int(figure.line[figure.pair(list[index], list[index + 1])]))
        }
      default: break
      }
    }
    for fact in base.closure.facts where fact.rule == .premise { note(fact.claim) }
    for goal in base.goals { note(goal) }
    // The sides of free triangles.
    for clause in base.problem.clauses where clause.points.count == 3 {
      for (i, j) in [(0, 1), (1, 2), (0, 2)] {
        lines.insert(Int(figure.line[figure.pair(clause.points[i], clause.points[j])]))
      }
    }
    return lines
  }

  mutating func run(isExpired: () -> Bool) -> Attempt? {
    let room = Attempt.mostPoints - problem.points.count
    guard !candidates.isEmpty, room > 0 else { return nil }
    for candidate in candidates.prefix(60) {
      if isExpired() { return nil }
      if let found = attempt([candidate], isExpired) { return found }
    }
    var round = 0
    while !isExpired() {
      let size = min(2 + round % 4, room, candidates.count)
      if let found = attempt(draw(size), isExpired) { return minimal(found, isExpired) }
      round += 1
      if round % 3 == 0, 60 + round / 3 < candidates.count {
        if let found = attempt([candidates[60 + round / 3]], isExpired) { return found }
      }
    }
    return nil
  }

  /// Different candidates, the better ranked the likelier.
  private mutating func draw(_ size: Int) -> [Candidate] {
    var chosen: [Int] = []
    let reach = Double(candidates.count)
    while chosen.count < size {
      let unit = random.unit()
      let index = min(candidates.count - 1, Int(reach * unit * unit * unit))
      if !chosen.contains(index) { chosen.append(index) }
    }
    return chosen.map { candidates[$0] }
  }

  private mutating func attempt(_ added: [Candidate], _ isExpired: () -> Bool) -> Attempt? {
    attempts += 1
    return attempt(added.map { ($0.clause(0), $0.position) }, isExpired)
  }

  private func attempt(
    _ added: [(clause: Clause, position: Vector)], _ isExpired: () -> Bool
  ) -> Attempt? {
    var extended = problem
    var positions = points
    for (clause, position) in added {
      let index = extended.points.count
      extended.points.append(Self.freshName(extended.points))
      extended.clauses.append(Self.renumbered(clause, to: index))
      positions.append(position)
    }
    guard let attempt = try? Attempt(extended, positions, isExpired: isExpired),
      attempt.outcome == .goalReached
    else { return nil }
    return attempt
  }

  /// The clause for the point `index`; the new point is the first argument of each construction.
  private static func renumbered(_ clause: Clause, to index: Int) -> Clause {
    Clause(
      points: [index],
      constructions: clause.constructions.map {
        Construction($0.name, [.point(index)] + Array($0.arguments.dropFirst()))
      }, isAuxiliary: true)
  }

  private static func freshName(_ names: [String]) -> String {
    var number = 0
    while names.contains("x\(number)") { number += 1 }
    return "x\(number)"
  }

  /// Without the points that are not needed.
  private func minimal(_ found: Attempt, _ isExpired: () -> Bool) -> Attempt {
    var best = found
    var added = zip(
      found.problem.clauses.dropFirst(problem.clauses.count),
      found.points.dropFirst(points.count)
    ).map { (clause: $0, position: $1) }
    var index = added.count - 1
    while index >= 0 && added.count > 1 {
      var fewer = added
      fewer.remove(at: index)
      if let attempt = attempt(fewer, isExpired) {
        best = attempt
        added = fewer
      }
      index -= 1
    }
    return best
  }
}
