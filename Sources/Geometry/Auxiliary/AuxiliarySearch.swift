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
  /// Pairs of points on the lines that premises and goal speak of.
  private let drawnPairs: [(Int, Int)]
  /// Per first point, the candidates of the figure with it.
  private var suggested: [Int: [Candidate]] = [:]
  private let themes: [[Int]]

  init(_ problem: GeometryProblem, _ points: [Vector], _ base: Attempt, _ seed: Seed) {
    self.problem = problem
    self.points = points
    random = seed.stream()
    let figure = base.closure.figure
    let drawn = Self.drawnLines(base)
    candidates = CandidateList.candidates(for: figure, drawn: drawn)
    themes = Self.themes(of: candidates)
    drawnPairs = drawn.sorted().map { line in
      let members = Figure.members(of: figure.lineMask[line])
      return (members[0], members[1])
    }
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

  /// Singles in order of rank; then, by turns, sets of the figure's candidates, pairs whose second
  /// point is suggested by the figure with the first, and singles further down.
  mutating func run(isExpired: () -> Bool) -> Attempt? {
    let room = Attempt.mostPoints - problem.points.count
    guard !candidates.isEmpty, room > 0 else { return nil }
    var next = 0
    while next < min(Self.firstSingles, candidates.count) {
      if isExpired() { return nil }
      if let found = attempt([candidates[next]], isExpired) { return found }
      next += 1
    }
    var round = 0
    while !isExpired() {
      let found: Attempt?
      switch round % 5 {
      case 0:
        found = attempt(draw(min(2 + round / 5 % 4, room, candidates.count)), isExpired)
      case 1 where room > 1:
        found = nested(room, isExpired)
      case 2 where !themes.isEmpty, 3 where !themes.isEmpty:
        found = attempt(themed(min(2 + round / 5 % 3, room)), isExpired)
      default:
        found = next < candidates.count ? attempt([candidates[next]], isExpired) : nil
        next += 1
      }
      if let found { return minimal(found, isExpired) }
      round += 1
    }
    return nil
  }

  private static let firstSingles = 80
  /// Candidates that further points are built on, and those kept for each: they stay in memory.
  private static let firstPoints = 150
  private static let secondPoints = 300
  /// Pairs tried for one first point.
  private static let pairsOfOne = 2

  /// A first point, and points that the figure with it suggests and that are made from it.
  private mutating func nested(_ room: Int, _ isExpired: () -> Bool) -> Attempt? {
    let first = ranked(min(candidates.count, Self.firstPoints))
    if suggested[first] == nil {
      let figure = Figure(points + [candidates[first].position])
      let drawn = drawnPairs.map { Int(figure.line[figure.pair($0.0, $0.1)]) }
      suggested[first] = Array(
        CandidateList.candidates(for: figure, drawn: Set(drawn))
          .filter { $0.constructions.contains { $0.points.contains(points.count) } }
          .prefix(Self.secondPoints))
    }
    guard let seconds = suggested[first], !seconds.isEmpty else { return nil }
    for _ in 0..<Self.pairsOfOne {
      if isExpired() { return nil }
      var chosen = [candidates[first], seconds[ranked(seconds.count)]]
      if room > 2 && random.uniform(2) == 0 { chosen.append(seconds[ranked(seconds.count)]) }
      if (chosen[1].position - chosen[chosen.count - 1].position).length == 0 {
        chosen.removeSubrange(2...)
      }
      if let found = attempt(chosen, isExpired) { return found }
    }
    return nil
  }

  /// Points of one kind that share a line, a point or a centre: feet on one line, feet of one
  /// point.
  private mutating func themed(_ size: Int) -> [Candidate] {
    var members = themes[random.uniform(themes.count)]
    random.shuffle(&members)
    return members.prefix(size).map { candidates[$0] }
  }

  /// Candidates that one construction makes with one argument, or one line, in common.
  private static func themes(of candidates: [Candidate]) -> [[Int]] {
    var groups: [String: [Int]] = [:]
    for (index, candidate) in candidates.enumerated() where candidate.constructions.count == 1 {
      let (name, points) = candidate.constructions[0]
      switch name {
      case "foot", "reflect":
        groups["\(name) of \(points[0])", default: []].append(index)
        groups["\(name) on \(points[1]) \(points[2])", default: []].append(index)
      case "midpoint":
        for point in points { groups["midpoint \(point)", default: []].append(index) }
      case "mirror":
        groups["mirror \(points[1])", default: []].append(index)
      default: break
      }
    }
    return groups.sorted { $0.key < $1.key }.map(\.value).filter { $0.count > 1 }
  }

  /// A random index below `count`, with a bias towards small ones.
  private mutating func ranked(_ count: Int) -> Int {
    let unit = random.unit()
    return min(count - 1, Int(Double(count) * unit * unit * unit))
  }

  /// Distinct candidates, with a bias towards the best ranked.
  private mutating func draw(_ size: Int) -> [Candidate] {
    var chosen: [Int] = []
    while chosen.count < size {
      let index = ranked(candidates.count)
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

  /// The attempt without the points that it does not need.
  private func minimal(_ found: Attempt, _ isExpired: () -> Bool) -> Attempt {
    var best = found
    var added = zip(
      found.problem.clauses.dropFirst(problem.clauses.count),
      found.points.dropFirst(points.count)
    ).map { (clause: $0, position: $1) }
    var index = added.count - 1
    while index >= 0 && added.count > 1 {
      let removed = points.count + index
      let isUsed = added.indices.contains { other in
        other != index
          && added[other].clause.constructions.contains { $0.points.contains(removed) }
      }
      if !isUsed {
        var fewer = added
        fewer.remove(at: index)
        for other in fewer.indices {
          fewer[other].clause = Self.shifted(fewer[other].clause, above: removed)
        }
        if let attempt = attempt(fewer, isExpired) {
          best = attempt
          added = fewer
        }
      }
      index -= 1
    }
    return best
  }

  /// The clause after the point `removed` is gone.
  private static func shifted(_ clause: Clause, above removed: Int) -> Clause {
    Clause(
      points: clause.points.map { $0 > removed ? $0 - 1 : $0 },
      constructions: clause.constructions.map { construction in
        Construction(
          construction.name,
          construction.arguments.map { argument in
            if case .point(let point) = argument, point > removed {
              .point(point - 1)
            } else {
              argument
            }
          })
      }, isAuxiliary: true)
  }
}
