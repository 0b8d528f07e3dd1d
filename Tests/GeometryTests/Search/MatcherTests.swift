import Geometry
import GeometryProofs
import Testing

struct `The matcher` {
  static let problems: [(text: String, rules: [RuleID])] = [
    (
      "a b c = triangle a b c; h = orthocenter h a b c; d = foot d a b c; e = foot e b c a ? perp c h a b",
      [.orthocenter]
    ),
    (
      "a b c = triangle a b c; m = midpoint m b c; n = midpoint n a c; o = circumcenter o a b c ? para m n a b",
      [.midpoint, .midpointHalf, .mediatorSides, .isoscelesAngles]
    ),
    (
      "a b c = triangle a b c; i = incenter i a b c; d = on_line d a i, on_line d b c ? eqratio d b d c a b a c",
      [.incenter, .bisectorRatio, .bisectorAngles]
    ),
    (
      "a b = segment a b; o = midpoint o a b; c = on_circle c o a; d = on_circle d o a ? cyclic a b c d",
      [.hypotenuseMidpoint, .radiusOfCircle, .centerOfChords]
    ),
    (
      "a b c = triangle a b c; d = on_line d b c; e = on_line e c a; f = on_line f a b, on_line f d e ? coll d e f",
      [.menelaus, .menelausConverse]
    ),
    (
      "a b c = triangle a b c; p = free p; d = on_line d a p, on_line d b c; e = on_line e b p, on_line e c a; f = on_line f c p, on_line f a b ? coll c p f",
      [.ceva]
    ),
    (
      "a b c = triangle a b c; f = foot f c a b; p = on_line p c f; d = on_line d a p, on_line d b c; e = on_line e b p, on_line e c a ? eqangle f d f c f c f e",
      [.harmonicBisector, .harmonicPerpendicular]
    ),
    (
      "a b = segment a b; c = on_line c a b; p q = segment p q; r = on_line r p q; x = on_line x a q, on_line x p b; y = on_line y a r, on_line y p c; z = on_line z b r, on_line z q c ? coll x y z",
      [.pappus]
    ),
    (
      "a b c = triangle a b c; d = on_line d a b; e = on_line e a c, eqdistance e c b d; m = midpoint m b c; n = midpoint n d e ? eqangle b d m n m n c e",
      [.midlineOfEqualSegments]
    ),
    (
      "a b c = triangle a b c; i = incenter i a b c; f = foot f a b i; g = foot g a c i ? para f g b c",
      [.feetOnBisectors]
    ),
    (
      "a b = segment a b; c = on_bline c a b; d = on_tline d b a b; e = intersection_lt e c d a a b ? cong e c c d",
      [.axisBetweenPerpendiculars]
    ),
  ]

  private func prepared(_ text: String) throws -> (closure: Closure, diagram: [Position<Double>]) {
    var options = Prover.Options()
    options.usesAuxiliaryPoints = false
    let outcome = try Prover(ProblemParser.parse(line: text, name: "p"), options).prove()
    var closure = Closure(figure: Figure(outcome.points))
    Matcher.prepare(&closure)
    return (closure, outcome.points.map { Position($0.x, $0.y) })
  }

  /// A rule that the matcher does not list for a figure that calls for it can never fire.
  @Test(arguments: problems.indices) func `lists the rules that a figure calls for`(index: Int)
    throws
  {
    let closure = try prepared(Self.problems[index].text).closure
    let listed = Set((closure.applications + closure.lateApplications).map(\.rule))
    for rule in Self.problems[index].rules { #expect(listed.contains(rule), "\(rule)") }
  }

  /// The diagram proposes: an instance with a part that is false in the figure would be asked of
  /// the systems as if it could hold.
  @Test(arguments: problems.indices) func `lists nothing that the figure contradicts`(index: Int)
    throws
  {
    let (closure, diagram) = try prepared(Self.problems[index].text)
    for application in closure.applications + closure.lateApplications {
      let claims = application.claims
      for claim in claims.premises + claims.conclusions {
        let residual = claim.statement.residual(on: diagram)
        #expect(residual < 1e-6, "\(application.rule): \(claim.statement)")
      }
      for claim in claims.sides {
        #expect(
          claim.statement.margin(on: diagram) > 0, "\(application.rule): \(claim.statement)")
      }
    }
  }

  @Test func `lists nothing for a triangle of which nothing is known`() throws {
    var closure = Closure(
      figure: Figure([Vector(x: 0, y: 0), Vector(x: 1, y: 0), Vector(x: 0.3, y: 0.7)]))
    Matcher.prepare(&closure)
    #expect(closure.applications.isEmpty && closure.lateApplications.isEmpty)
  }
}
