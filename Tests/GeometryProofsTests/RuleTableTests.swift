import GeometryProofs
import Randomness
import Testing

/// Rules against random figures that satisfy their premises and nothing else.
struct `The rules of proofs` {
  /// Figures tested and figures on which a conclusion fails.
  private func fuzz(
    _ rule: Rule, without dropped: Int? = nil, figures wanted: Int, starts: Int,
    merging: Bool, seed: Seed
  ) -> (figures: Int, failures: Int) {
    var stream = seed.stream()
    var (figures, failures) = (0, 0)
    for start in 0..<starts where figures < wanted {
      // Variables of different groups may stand for one point: merge some at random.
      var names = Array(rule.variables.indices)
      if merging, start % 2 == 1 {
        for _ in 0..<(1 + stream.uniform(2)) {
          let (i, j) = (stream.uniform(names.count), stream.uniform(names.count))
          let merged = names.map { $0 == names[j] ? names[i] : $0 }
          if rule.groups.allSatisfy({ group in Set(group.map { merged[$0] }).count == group.count })
          {
            names = merged
          }
        }
      }
      let facts = rule.premises.map { $0.mapped { names[$0] } }.filter { $0.canonical != .trivial }
      var conditions = rule.conditions
      if let dropped { conditions.remove(at: dropped) }
      conditions = conditions.map { $0.mapped { names[$0] } }
      guard facts.allSatisfy({ $0.canonical != .degenerate }),
        conditions.allSatisfy({ $0.canonical != .degenerate })
      else { continue }
      let solver = FigureSolver(
        pointCount: names.count, facts: facts, conditions: conditions,
        apart: rule.groups.flatMap { group in
          group.flatMap { i in group.filter { $0 > i }.map { (names[i], names[$0]) } }
        })
      guard let points = solver.figure(using: &stream) else { continue }
      let conclusions = rule.conclusions.map { $0.mapped { names[$0] } }.compactMap(
        \.canonical.statement)
      guard !conclusions.isEmpty else { continue }
      figures += 1
      let worst = conclusions.flatMap { signedResiduals($0, points) }.map(abs).max() ?? 0
      if !(worst < 1e-4) { failures += 1 }
    }
    return (figures, failures)
  }

  /// A failure here is a false rule: the checker would accept proofs of false statements.
  @Test(arguments: Rule.all.map(\.name))
  func `hold on random solutions of their premises`(name: String) throws {
    let rule = try #require(Rule.named[name])
    let found = fuzz(
      rule, figures: 24, starts: 900, merging: true, seed: Seed(11).child("rules").child(name))
    #expect(found.failures == 0, "\(name): \(found)")
    #expect(found.figures >= 8, "\(name): \(found)")
  }

  /// Where a condition can be dropped without a failure, either the rule asks too much or these
  /// tests see too little; for the rules found false as published they must see it.
  @Test(arguments: [
    ("equal-chords-crossed", 0), ("equal-chords-mirrored", 0), ("isosceles-trapezoid", 0),
    ("centre-by-two-chords", 0), ("bisector-meets-axis", 1), ("parallelogram-centre", 0),
    ("parallel-by-ratio", 1), ("parallel-by-division", 0), ("ratio-on-line", 0),
    ("side-angle-side", 0), ("side-angle-side-reversed", 0), ("side-side-side", 0),
    ("side-side-side-reversed", 0), ("side-side-angle", 1), ("concyclic-by-power", 1),
    ("segment-sum", 0), ("one-divider", 0), ("menelaus-converse", 1), ("menelaus-converse", 2),
    ("ceva-converse", 1), ("ceva-converse", 2),
  ])
  func `fail without their conditions`(name: String, condition: Int) throws {
    let rule = try #require(Rule.named[name])
    let found = fuzz(
      rule, without: condition, figures: 60, starts: 1500, merging: true,
      seed: Seed(12).child("rules").child(name))
    #expect(found.failures > 0, "\(name): \(found)")
  }

  @Test func `have one name each and conclusions of their variables`() {
    #expect(Set(Rule.all.map(\.name)).count == Rule.all.count)
    for rule in Rule.all {
      #expect(!rule.conclusions.isEmpty && !rule.premises.isEmpty)
      let used = Set((rule.premises + rule.conditions).flatMap(\.points))
      let free = Set(rule.conclusions.flatMap(\.points)).subtracting(used)
      // Only the median law speaks of a point that its premises do not.
      #expect(free.isEmpty || rule.name == "median-law", "\(rule.name)")
      for condition in rule.conditions { #expect(condition.predicate.isCondition) }
    }
  }
}
