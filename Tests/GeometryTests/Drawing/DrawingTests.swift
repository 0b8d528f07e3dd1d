import Geometry
import GeometryProofs
import Testing

struct `A drawing` {
  private func drawing(_ text: String) throws -> String {
    let problem = try ProblemParser.parse(line: text, name: "a <b> & c")
    return try Prover(problem).prove().svg
  }

  /// The picture must show what is asked, apart from what is given.
  @Test func `names every point and marks the goal`() throws {
    let svg = try drawing(
      "a b c = triangle a b c; o = circumcenter o a b c; m = midpoint m a b ? perp o m a b")
    for name in ["a", "b", "c", "o", "m"] { #expect(svg.contains(">\(name)</text>")) }
    #expect(svg.contains("#2b6cb0"))
    #expect(svg.contains("<circle"))
    #expect(!svg.contains("nan") && !svg.contains("inf"))
  }

  @Test func `shows added points in a colour of their own`() throws {
    let svg = try drawing(
      "a b = segment a b; c = s_angle b a c 30; d = mirror d b c; e = foot e d a b ? cong d e a c"
    )
    #expect(svg.contains("fill=\"#c05621\">x0</text>"))
    #expect(svg.contains("stroke-dasharray"))
  }

  @Test func `escapes what XML would read`() throws {
    let svg = try drawing("a b c = triangle a b c; d = midpoint d a b ? coll a d b")
    #expect(svg.contains("<title>a &lt;b> &amp; c</title>"))
  }
}
