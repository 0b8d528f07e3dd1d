import Randomness
import Tasks
import Testing

struct `Polynomial tasks` {
  let family = Polynomial()

  @Test func `terms may be multiplied in any order, and either sign tried first`() throws {
    let terms = try #require(family.nextLines(problem: "expand (2x-3)*(x+1)", linesSoFar: []))
    #expect(
      terms.map(\.line) == ["2x*(x+1)=2x^2+2x; sum 2x^2+2x", "-3*(x+1)=-3x-3; sum -3x-3"])
    let signs = try #require(family.nextLines(problem: "factor x^2-x-2", linesSoFar: []))
    #expect(signs.map(\.line) == ["x=1: 1,0,-2", "x=-1: 1,-2,0"])
  }

  @Test func `factors of the same degree may be swapped`() {
    #expect(family.canonical("expand (x+2)*(x+1)") == family.canonical("expand (x+1)*(x+2)"))
    #expect(family.canonical("factor x^2-x-2") == "factor x^2-x-2")
  }

  @Test(arguments: [
    "", "factor x", "factor 2x^2-1", "factor x^2+x", "expand (x^2)*(x)", "divide x by 2x-1",
    "factor x^2+1x+1", "factor x^2 +1", "expand (x)(x)", "divide x^2+1000 by x-1",
  ])
  func `a text it would not write is not read`(text: String) { #expect(family.read(text) == nil) }

  @Test func `some polynomials keep a quadratic without roots, others split`() {
    var stream = Seed(4).stream()
    var kinds: Set<Bool> = []
    for _ in 0..<100 {
      let text = family.pose(
        at: Difficulty(level: 4, settings: ["form": 3]), using: &stream
      ).text
      kinds.insert(family.work(text, using: &stream).answer.contains("x^2"))
    }
    #expect(kinds == [true, false])
  }
}
