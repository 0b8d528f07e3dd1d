import Exact
import GeometryProofs
import Randomness

/// Damages a proof in one place, in the ways that provers and cheats get proofs wrong.
struct ProofMutator {
  let proof: Proof

  static let kinds = [
    "swapped points", "another point", "rule's points", "wrong citation", "dropped citation",
    "another rule", "coefficient", "dropped term", "dropped condition", "predicate", "dropped step",
    "goal", "number", "branch", "dropped line", "reason", "clause", "order of steps", "supplement",
    "trivial premise",
  ]

  /// A mutant of the kind, nil where the drawn step has nothing to damage.
  func mutant(_ kind: String, using stream: inout RandomStream) -> Proof? {
    var copy = proof
    let index = stream.uniform(copy.steps.count)
    var step = copy.steps[index]
    let pointCount = copy.problem.points.count
    switch kind {
    case "swapped points":
      let (i, j) = two(step.statement.points.count, &stream)
      step.statement.points.swapAt(i, j)
    case "another point":
      step.statement.points[stream.uniform(step.statement.points.count)] = stream.uniform(
        pointCount)
    case "rule's points":
      guard case .rule(let name, var points, let from, let conditions) = step.reason else {
        return nil
      }
      if stream.uniform(2) == 0 {
        points[stream.uniform(points.count)] = stream.uniform(pointCount)
      } else {
        let (i, j) = two(points.count, &stream)
        points.swapAt(i, j)
      }
      step.reason = .rule(name: name, points: points, from: from, conditions: conditions)
    case "wrong citation":
      let count = step.reason.citations.count
      guard count > 0 else { return nil }
      step.reason = cite(
        step.reason, at: stream.uniform(count), 1 + stream.uniform(copy.steps.count))
    case "dropped citation":
      let count = step.reason.citations.count
      guard count > 0 else { return nil }
      step.reason = cite(step.reason, at: stream.uniform(count), nil)
    case "another rule":
      guard case .rule(_, let points, let from, let conditions) = step.reason else { return nil }
      let fitting = Rule.all.filter { $0.variables.count == points.count }
      step.reason = .rule(
        name: fitting[stream.uniform(fitting.count)].name, points: points, from: from,
        conditions: conditions)
    case "coefficient", "dropped term":
      guard case .algebra(let system, var terms, let lines, let branch) = step.reason,
        !terms.isEmpty
      else { return nil }
      let k = stream.uniform(terms.count)
      if kind == "dropped term" {
        terms.remove(at: k)
      } else {
        let factors = [Rational(-1), Rational(2), Rational(-2), Rational(0), Rational(3)]
        let half = try? Rational(1, over: 2)
        guard
          let changed = try? terms[k].coefficient * (factors + [half ?? .one])[stream.uniform(6)]
        else { return nil }
        terms[k].coefficient = changed
      }
      step.reason = .algebra(system, terms: terms, lines: lines, branch: branch)
    case "dropped condition":
      // The rule without its condition, and the condition's step gone.
      guard case .rule(let name, let points, let from, var conditions) = step.reason,
        !conditions.isEmpty
      else { return nil }
      conditions.remove(at: stream.uniform(conditions.count))
      step.reason = .rule(name: name, points: points, from: from, conditions: conditions)
      copy.steps[index] = step
      return copy.withoutIdleSteps
    case "predicate":
      let same = Predicate.allCases.filter {
        $0.pointCounts.contains(step.statement.points.count)
          && $0.constant == step.statement.predicate.constant
          && $0.isEquation == step.statement.predicate.isEquation
      }
      step.statement.predicate = same[stream.uniform(same.count)]
    case "dropped step":
      copy.steps.remove(at: index)
      copy.renumber { $0 > index ? max($0 - 1, 1) : $0 }
      return copy.steps.isEmpty ? nil : copy
    case "goal":
      copy.problem.goals[0].points[stream.uniform(copy.problem.goals[0].points.count)] =
        stream.uniform(pointCount)
      if stream.uniform(2) == 0 {
        copy.steps[copy.steps.count - 1].statement = copy.problem.goals[0]
      }
      return copy
    case "number":
      guard !step.statement.numbers.isEmpty else { return nil }
      let k = stream.uniform(step.statement.numbers.count)
      guard
        let changed = try? step.statement.numbers[k] * Rational(1 + stream.uniform(3))
          + Rational(stream.uniform(2))
      else { return nil }
      step.statement.numbers[k] = changed
    case "branch":
      guard case .algebra(.directions, let terms, let lines, _) = step.reason else { return nil }
      step.reason = .algebra(
        .directions, terms: terms, lines: lines, branch: [1, 2, 3, 4][stream.uniform(4)])
    case "dropped line":
      guard case .algebra(let system, let terms, var lines, let branch) = step.reason,
        !lines.isEmpty
      else { return nil }
      lines.remove(at: stream.uniform(lines.count))
      step.reason = .algebra(system, terms: terms, lines: lines, branch: branch)
    case "reason":
      let citations = step.reason.citations
      let terms = citations.map { Proof.Term(.one, $0) }
      let system = Proof.System.allCases[stream.uniform(4)]
      step.reason =
        [
          .given, .check, .line(citations), .circle(citations), .same(citations),
          .algebra(system, terms: terms, lines: [], branch: 1),
          .algebra(.directions, terms: [], lines: citations, branch: 1),
        ][stream.uniform(7)]
    case "clause":
      // The proof of one problem under the head of another.
      let c = stream.uniform(copy.problem.clauses.count)
      guard let constructions = damaged(copy.problem.clauses[c], &stream) else { return nil }
      copy.problem.clauses[c].constructions = constructions
      return copy
    case "order of steps":
      let (i, j) = two(copy.steps.count, &stream)
      guard i != j else { return nil }
      copy.steps.swapAt(i, j)
      copy.renumber { $0 == i + 1 ? j + 1 : $0 == j + 1 ? i + 1 : $0 }
      return copy
    case "supplement":
      guard step.statement.predicate == .eqangle else { return nil }
      for k in 0..<2 { step.statement.points.swapAt(4 + k, 6 + k) }
    case "trivial premise":
      guard case .rule(let name, let points, var from, let conditions) = step.reason, !from.isEmpty
      else { return nil }
      from[stream.uniform(from.count)] = nil
      step.reason = .rule(name: name, points: points, from: from, conditions: conditions)
      copy.steps[index] = step
      return copy.withoutIdleSteps
    default: return nil
    }
    copy.steps[index] = step
    return copy
  }

  private func two(_ count: Int, _ stream: inout RandomStream) -> (Int, Int) {
    (stream.uniform(count), stream.uniform(count))
  }

  /// A clause whose construction has two old points exchanged, or one replaced.
  private func damaged(_ clause: Clause, _ stream: inout RandomStream) -> [Construction]? {
    let old = clause.constructions.flatMap(\.points).filter { !clause.points.contains($0) }
    guard !old.isEmpty else { return nil }
    let (from, to) = (old[stream.uniform(old.count)], stream.uniform(clause.points[0]))
    return clause.constructions.map { construction in
      Construction(
        construction.name,
        construction.arguments.map { argument in
          guard case .point(let point) = argument else { return argument }
          return .point(point == from ? to : point == to ? from : point)
        })
    }
  }

  /// The reason with its `place`-th citation replaced, or dropped.
  private func cite(_ reason: Proof.Reason, at place: Int, _ step: Int?) -> Proof.Reason {
    func changed(_ steps: [Int], _ place: Int) -> [Int] {
      var copy = steps
      if let step { copy[place] = step } else { copy.remove(at: place) }
      return copy
    }
    switch reason {
    case .given, .check: return reason
    case .rule(let name, let points, var from, var conditions):
      let cited = from.indices.filter { from[$0] != nil }
      if place < cited.count {
        if let step { from[cited[place]] = step } else { from.remove(at: cited[place]) }
      } else {
        conditions = changed(conditions, place - cited.count)
      }
      return .rule(name: name, points: points, from: from, conditions: conditions)
    case .algebra(let system, var terms, var lines, let branch):
      if place < terms.count {
        if let step { terms[place].step = step } else { terms.remove(at: place) }
      } else {
        lines = changed(lines, place - terms.count)
      }
      return .algebra(system, terms: terms, lines: lines, branch: branch)
    case .line(let steps): return .line(changed(steps, place))
    case .circle(let steps): return .circle(changed(steps, place))
    case .same(let steps): return .same(changed(steps, place))
    }
  }
}

extension Proof {
  /// Changes every citation.
  mutating func renumber(_ number: (Int) -> Int) {
    for index in steps.indices {
      switch steps[index].reason {
      case .given, .check: break
      case .rule(let name, let points, let from, let conditions):
        steps[index].reason = .rule(
          name: name, points: points, from: from.map { $0.map(number) },
          conditions: conditions.map(number))
      case .algebra(let system, let terms, let lines, let branch):
        steps[index].reason = .algebra(
          system, terms: terms.map { Term($0.coefficient, number($0.step)) },
          lines: lines.map(number), branch: branch)
      case .line(let cited): steps[index].reason = .line(cited.map(number))
      case .circle(let cited): steps[index].reason = .circle(cited.map(number))
      case .same(let cited): steps[index].reason = .same(cited.map(number))
      }
    }
  }

  /// Without the steps that no later one cites, so that a mutant is not refused for these alone.
  var withoutIdleSteps: Proof {
    var copy = self
    while true {
      var isUsed = [Bool](repeating: false, count: copy.steps.count)
      for cited in copy.steps.flatMap(\.reason.citations) where cited <= isUsed.count {
        isUsed[cited - 1] = true
      }
      guard let idle = isUsed.dropLast().firstIndex(of: false) else { return copy }
      copy.steps.remove(at: idle)
      copy.renumber { $0 > idle + 1 ? $0 - 1 : $0 }
    }
  }
}
