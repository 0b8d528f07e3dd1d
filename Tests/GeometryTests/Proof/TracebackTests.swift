import Geometry
import GeometryProofs
import Testing

struct `The traceback` {
  /// A saturated closure of a problem, and its premises.
  private func saturated(_ text: String) throws -> (closure: Closure, premises: Set<Claim>) {
    let problem = try ProblemParser.parse(line: text, name: "p")
    var options = Prover.Options()
    options.usesAuxiliaryPoints = false
    let outcome = try Prover(problem, options).prove()
    var closure = Closure(figure: Figure(outcome.points))
    Matcher.prepare(&closure)
    var premises = Set<Claim>()
    for statement in problem.clauses.flatMap(\.constructions).flatMap(\.statements) {
      for claim in Claim.claims(of: statement) where premises.insert(claim.canonical).inserted {
        closure.write(claim, .premise, [])
      }
    }
    #expect(closure.run(goals: []) == .saturated)
    return (closure, premises)
  }

  static let texts = [
    "a b c = triangle a b c; d = foot d b a c; e = foot e c a b ? cyclic b c d e",
    "a b c = triangle a b c; h = orthocenter h a b c; o = circumcenter o a b c; m = midpoint m b c ? para a h o m",
    "a b c = triangle a b c; d e f i = incenter2 d e f i a b c; p = on_line p a d, on_line p b e ? coll c p f",
    "a b c = triangle a b c; i = incenter i a b c; o = circumcenter o a b c; m = on_line m a i, on_circle m o a ? cong m i m b",
  ]

  /// Parents first: no proof can run in a circle. Leaves are premises, nothing else.
  @Test(arguments: texts) func `follows every fact down to the premises`(text: String) throws {
    let (closure, premises) = try saturated(text)
    #expect(closure.facts.count > premises.count)
    for fact in closure.facts {
      let derivation = try Traceback.prove([fact.claim], in: closure)
      for (index, step) in derivation.steps.enumerated() {
        #expect(step.parents.allSatisfy { $0 < index })
        if case .premise = step.reason {
          #expect(premises.contains(step.claim.canonical))
          #expect(step.parents.isEmpty)
        } else if case .sum(_, let summands) = step.reason {
          #expect(!summands.isEmpty && summands.allSatisfy { step.parents.contains($0.step) })
        }
      }
    }
  }

  /// What no fact says but the systems imply is traced as well; what they do not imply is refused.
  @Test func `proves what is implied and refuses the rest`() throws {
    let (closure, _) = try saturated(Self.texts[0])
    let implied = Claim(.eqangle, 3, 1, 3, 2, 4, 1, 4, 2)
    #expect(closure.knows(implied))
    #expect(try !Traceback.prove([implied], in: closure).steps.isEmpty)
    let open = Claim(.cong, 0, 1, 0, 2)
    #expect(throws: Traceback.Unjustified.self) { try Traceback.prove([open], in: closure) }
    #expect(Traceback.points(of: [open], in: closure) == [nil])
  }

  @Test func `tells which points a proof speaks of`() throws {
    let text = "a b c = triangle a b c; m = midpoint m a b; n = midpoint n a c; p = midpoint p m n"
    let (closure, _) = try saturated(text + " ? para m n b c")
    let points = Traceback.points(of: [Claim(.para, 3, 4, 1, 2)], in: closure)
    #expect(points == [0b11111])
  }
}
