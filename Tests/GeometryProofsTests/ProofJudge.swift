import GeometryProofs
import Randomness

/// Judges proofs by meaning: a step is good if its statement holds on random figures of which
/// nothing is known but what it cites. It looks up no rule and adds no equation.
struct ProofJudge {
  enum Opinion: Equatable {
    case sound
    /// A step that does not follow, counted from 1.
    case unsound(step: Int)
    /// No figures were found for a step.
    case unknown(step: Int)
  }

  private var known: [String: Bool?] = [:]

  mutating func opinion(_ proof: Proof) -> Opinion {
    guard let last = proof.steps.last?.statement.canonical,
      last == proof.problem.goals[0].canonical, last.statement != nil
    else { return .unsound(step: proof.steps.count) }
    var unknown: Int?
    for (index, step) in proof.steps.enumerated() {
      guard step.reason.citations.allSatisfy({ $0 <= index }),
        step.statement.predicate.isCondition == (step.reason == .check)
          || step.statement.predicate.isCondition && step.reason == .given
      else { return .unsound(step: index + 1) }
      switch follows(step, in: proof) {
      case true?: break
      case false?: return .unsound(step: index + 1)
      case nil: unknown = unknown ?? index + 1
      }
    }
    return unknown.map { .unknown(step: $0) } ?? .sound
  }

  private mutating func follows(_ step: Proof.Step, in proof: Proof) -> Bool? {
    switch step.reason {
    case .check: return true
    case .given:
      // Some clause entails it.
      var isOpen = false
      for construction in proof.problem.clauses.flatMap(\.constructions) {
        let facts = construction.statements
        if facts.contains(where: { $0.canonical == step.statement.canonical }) { return true }
        guard Set(step.statement.points).isSubset(of: facts.flatMap(\.points)) else { continue }
        switch entail(facts, construction.requirements, step.statement, branch: 1, proof) {
        case true?: return true
        case nil: isOpen = true
        case false?: break
        }
      }
      return isOpen ? nil : false
    case .algebra(_, _, _, let branch):
      return entail(cited(step, proof), [], step.statement, branch: branch, proof)
    default: return entail(cited(step, proof), [], step.statement, branch: 1, proof)
    }
  }

  private func cited(_ step: Proof.Step, _ proof: Proof) -> [Statement] {
    step.reason.citations.map { proof.steps[$0 - 1].statement }
  }

  private mutating func entail(
    _ cited: [Statement], _ requirements: [Statement], _ conclusion: Statement, branch: Int,
    _ proof: Proof
  ) -> Bool? {
    let all = cited + requirements
    let key =
      (all + [conclusion]).map { $0.text(proof.problem.points) }.joined(separator: ";")
      + " \(branch)"
    if let answer = known[key] { return answer }
    // Only the points that are spoken of.
    let names = Array(Set((all + [conclusion]).flatMap(\.points))).sorted()
    let place = { names.firstIndex(of: $0) ?? 0 }
    let (facts, target) = (all.map { $0.mapped(place) }, conclusion.mapped(place))
    let sames = proof.steps.filter { $0.statement.predicate == .same }.map(\.statement.points)
    var apart: [(Int, Int)] = []
    for i in names.indices {
      for j in names.indices
      where j > i && !sames.contains(where: { Set($0) == [names[i], names[j]] }) {
        apart.append((i, j))
      }
    }
    let solver = FigureSolver(
      pointCount: names.count, facts: facts.filter { !$0.predicate.isCondition },
      conditions: facts.filter(\.predicate.isCondition), apart: apart)
    var stream = Seed(21).child(key).stream()
    var figures = 0
    for _ in 0..<400 where figures < 6 {
      guard let points = solver.figure(using: &stream) else { continue }
      let miss = signedResiduals(target, points).map(abs).max() ?? 1
      // On another branch the step says nothing; of a line, seen from any of its corners.
      if branch > 1 {
        let corners = target.predicate == .coll ? target.points.indices : 0..<1
        let widest =
          corners.flatMap { first in
            let turned = Array(target.points[first...] + target.points[..<first])
            return signedResiduals(
              Statement(target.predicate, turned, numbers: target.numbers), points)
          }.map(abs).max() ?? 1
        if widest > 1 / Double(branch) { continue }
      }
      figures += 1
      if !(miss < 1e-4) {
        known[key] = .some(false)
        return false
      }
    }
    let answer: Bool? = figures >= 3 ? true : nil
    known[key] = .some(answer)
    return answer
  }
}
