import Geometry
import GeometryProofs
import Testing

struct `A weaker clause` {
  private static let constructions = [
    "midpoint x a b", "mirror x a b", "foot x a b c", "reflect x a b c", "circumcenter x a b c",
    "orthocenter x a b c", "incenter x a b c", "excenter x a b c", "parallelogram x a b c",
    "intersection_ll x a b c d", "eq_triangle x a b", "on_line x a b, on_circle x c d",
    "on_bline x a b, on_pline x c a d", "on_circum x a b c",
  ]

  private func clause(_ text: String) throws -> (problem: GeometryProblem, clause: Clause) {
    let line = "a b c = triangle a b c; d = free d; x = \(text) ? cong a b c d"
    let problem = try ProblemParser.parse(line: line, name: "p")
    return (problem, try #require(problem.clauses.last))
  }

  private func canonical(_ clause: Clause) -> Set<Statement> {
    Set(clause.constructions.flatMap(\.statements).compactMap(\.canonical.statement))
  }

  /// It must give what is asked for, and nothing that the whole clause does not give: a premise
  /// that is stronger than the one it replaces would make another problem.
  @Test(arguments: constructions) func `gives what is used and nothing that was not given`(
    text: String
  ) throws {
    let (problem, whole) = try clause(text)
    for statement in canonical(whole) {
      let weaker = whole.weaker(used: [statement])
      #expect(weaker.points == whole.points)
      #expect(canonical(weaker).contains(statement))
      #expect((1...2).contains(weaker.constructions.count))
      // Drawn as a whole, every statement of the weaker clause holds.
      var asked = problem
      asked.goals = [statement]
      var options = Prover.Options()
      options.usesAuxiliaryPoints = false
      let points = try Prover(asked, options).prove().points.map { Position($0.x, $0.y) }
      for said in canonical(weaker) {
        #expect(said.residual(on: points) < 1e-8, "\(text): \(said.text(problem.points))")
      }
    }
  }

  @Test(arguments: constructions) func `is free if nothing is used, and itself if all is`(
    text: String
  ) throws {
    let (_, whole) = try clause(text)
    #expect(whole.weaker(used: []).constructions.map(\.name) == ["free"])
    let all = canonical(whole)
    #expect(all.isSubset(of: canonical(whole.weaker(used: all))))
  }

  @Test(arguments: [
    ("foot x a b c", "coll x b c", "on_line x b c"),
    ("foot x a b c", "perp x a b c", "on_tline x a b c"),
    ("midpoint x a b", "cong x a x b", "on_bline x a b"),
    ("midpoint x a b", "midp x a b", "midpoint x a b"),
    ("on_line x a b, on_circle x c d", "cong c x c d", "on_circle x c d"),
    ("incenter x a b c", "eqangle a b a x a x a c", "angle_bisector x b a c"),
  ])
  func `keeps one locus of two`(text: String, used: String, expected: String) throws {
    let (problem, whole) = try clause(text)
    let statement = try Statement.parse(used.split(separator: " ")) { name in
      problem.points.firstIndex(of: String(name))
    }
    let form = try #require(statement.canonical.statement)
    #expect(problem.text(whole.weaker(used: [form])) == "x = " + expected)
  }

  @Test(arguments: [
    ("a b c d = quadrangle a b c d", [1], "b = free b"),
    ("a b c d = quadrangle a b c d", [0, 2, 3], "a c d = triangle a c d"),
    ("a b c = triangle a b c", [0, 2], "a c = segment a c"),
    ("a b c = triangle a b c", [0, 1, 2], "a b c = triangle a b c"),
    ("a b c = triangle a b c", [], "a b c = triangle a b c"),
    ("a b c = r_triangle a b c", [1], "a b c = r_triangle a b c"),
  ])
  func `of a free shape keeps the points that something mentions`(
    text: String, mentioned: [Int], expected: String
  ) throws {
    let problem = try ProblemParser.parse(line: text + " ? cong a b a c", name: "p")
    #expect(problem.text(problem.clauses[0].keeping(Set(mentioned))) == expected)
  }

  /// The shape of which a proof uses nothing becomes a plain one.
  @Test func `makes a special triangle a plain one`() throws {
    let line = "a b c = r_triangle a b c ? cong a b a c"
    let clause = try #require(ProblemParser.parse(line: line, name: "p").clauses.first)
    #expect(clause.weaker(used: []).constructions.map(\.name) == ["triangle"])
    let right = try #require(clause.constructions[0].statements[0].canonical.statement)
    #expect(clause.weaker(used: [right]).constructions.map(\.name) == ["r_triangle"])
  }
}
