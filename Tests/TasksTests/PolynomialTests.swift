import Files
import Randomness
import Tasks
import Testing

struct `Polynomial tasks` {
  let family = Polynomial()

  @Test func `terms may be multiplied and candidates tried in any order`() throws {
    let terms = try #require(family.nextLines(problem: "expand (2x-3)*(x+1)", linesSoFar: []))
    #expect(
      terms.map(\.line) == ["2x*(x+1)=2x^2+2x; sum 2x^2+2x", "-3*(x+1)=-3x-3; sum -3x-3"])
    let signs = try #require(family.nextLines(problem: "factor x^2-x-2", linesSoFar: []))
    #expect(signs.map(\.line) == ["x=1: 1,0,-2", "x=-1: 1,-2,0", "x=2: 1,1,0", "x=-2: 1,-3,4"])
    // Half of the choices are of the least size, the other half are any.
    let shares: [Double] = [0.375, 0.375, 0.125, 0.125]
    #expect(signs.map(\.probability) == shares)
  }

  @Test func `factors of the same degree may be swapped`() {
    #expect(family.canonical("expand (x+2)*(x+1)") == family.canonical("expand (x+1)*(x+2)"))
    #expect(family.canonical("factor x^2-x-2") == "factor x^2-x-2")
  }

  @Test(arguments: [
    "", "factor x", "factor 2x^2-2", "factor 100x^2-1", "factor -x^2+1", "factor x^2+x",
    "expand (x^2)*(x)", "divide x by 2x-1",
    "factor x^2+1x+1", "factor x^2 +1", "expand (x)(x)", "divide x^2+1000 by x-1",
  ])
  func `a text it would not write is not read`(text: String) { #expect(family.read(text) == nil) }

  @Test func `fractions are candidates where the first coefficient has divisors`() throws {
    let tries = try #require(family.nextLines(problem: "factor 2x^2-x-3", linesSoFar: []))
    #expect(
      tries.map(\.line) == [
        "x=1: 2,1,-2", "x=-1: 2,-3,0", "x=3: 2,5,12", "x=-3: 2,-7,18", "x=1/2: 2,0,-3",
        "x=-1/2: 2,-2,-2", "x=3/2: 2,2,0", "x=-3/2: 2,-4,3",
      ])
    let last = try #require(
      family.nextLines(problem: "factor 2x^2-x-3", linesSoFar: ["x=3/2: 2,2,0"]))
    #expect(last.map(\.line) == ["Answer: (2x-3)*(x+1)"])
  }

  @Test func `a knob bounds the bottoms of roots`() throws {
    for leading in 1...4 {
      let difficulty = try family.difficulty(
        level: 8, settings: ["form": 3, "leading": leading])
      var stream = Seed(5).stream()
      var greatest = 0
      for _ in 0..<200 {
        let problem = try #require(family.read(family.pose(at: difficulty, using: &stream).text))
        let known = try #require(family.knobs(of: problem, at: difficulty))
        #expect(known["leading"]?.intValue == leading)
        let answer = family.work(family.canonicalText(problem), using: &stream).answer
        for factor in answer.split(separator: "*") {
          let digits = factor.dropFirst().prefix { $0.isNumber }
          greatest = max(greatest, Int(digits) ?? 1)
        }
      }
      #expect(greatest == leading)
    }
  }

  @Test func `slips try a number again, and the inverse of a candidate`() throws {
    var state = try #require(family.read("factor 2x^2-x-3"))
    state = family.step(state, 0).state
    let slips = family.slips(state, 2 * 7 - 1)
    let lines = Dictionary(slips.map { ($0.kind, $0.line) }) { first, _ in first }
    #expect(lines["tried-again"] == "x=1: 2,1,-2")
    #expect(lines["inverted-candidate"] == "x=-2/3: 2,-7/3,-13/9")
  }

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
