import GeometryProofs
import Testing

struct `Constructions` {
  /// Old points that each construction can start from; a few need special ones.
  private func start(_ entry: ConstructionEntry) -> String {
    switch entry.name {
    case "e5128": "p1 p2 p3 = r_triangle p2 p1 p3; p4 = on_circle p4 p3 p2"
    case "2l1c": "p1 p2 = segment p1 p2; p4 = on_bline p4 p1 p2; p3 = on_circle p3 p4 p1"
    default:
      "p1 p2 p3 = triangle p1 p2 p3; "
        + (4...8).map { "p\($0) = free p\($0)" }.joined(separator: "; ")
    }
  }

  private func problem(_ entry: ConstructionEntry) throws -> GeometryProblem {
    var (old, new, words) = (0, 0, [entry.name])
    for parameter in entry.parameters {
      switch parameter {
      case .newPoint:
        new += 1
        words.append("n\(new)")
      case .point:
        old += 1
        words.append("p\(old)")
      case .number(.angle): words.append("75o")
      case .number(.ratio): words.append("2/3")
      }
    }
    let names = (1...new).map { "n\($0)" }.joined(separator: " ")
    let clause = names + " = " + words.joined(separator: " ")
    return try ProblemParser.parse(
      line: old == 0 ? clause + "; z = free z; y = free y" : start(entry) + "; " + clause,
      name: entry.name)
  }

  /// Each line of the table is drawn by the checker, over the reals and over the field, and every
  /// statement it promises holds there: a wrong letter in the table or in the drawing fails here.
  @Test(arguments: ConstructionEntry.all.keys.sorted())
  func `keep what they promise`(name: String) throws {
    let entry = try #require(ConstructionEntry.all[name])
    var problem = try problem(entry)
    let construction = try #require(
      problem.clauses.flatMap(\.constructions).first { $0.name == name })
    let facts = construction.statements.filter { !$0.predicate.isCondition }
    for fact in facts.isEmpty ? [Statement(.cong, [0, 1, 0, 2])] : facts {
      problem.goals = [fact]
      let text = ProofText.print(
        Proof(problem: problem, steps: [Proof.Step(fact, .given)]))
      let verdict = ProofChecker.check(text)
      if facts.isEmpty {
        // A free shape says nothing: the step is refused for that, after it was read.
        guard case .rejected(_, 1?, let reason) = verdict else {
          Issue.record("\(verdict)")
          return
        }
        #expect(reason == "no clause says so")
        continue
      }
      guard case .accepted(let report) = verdict else {
        Issue.record("\(fact.text(problem.points)): \(verdict)")
        return
      }
      #expect(report.isUnconditional)
      // A third of an angle has no place in the field, nor a point of a segment drawn by lengths.
      #expect(report.fieldInstances == 2 || ["trisect", "e5128"].contains(name), "\(report)")
    }
  }
}
