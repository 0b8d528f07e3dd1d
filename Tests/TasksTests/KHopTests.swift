import Randomness
import Tasks
import Testing

struct `Chained look-ups` {
  let family = KHop()
  let problem =
    "Ada boss Ben; Ben boss Cleo; Cleo boss Ada; Ada idol Cleo; Cleo idol Ben; Ben idol Ada; Ben boss idol?"

  @Test(arguments: [
    "Ben idol Ada; Ben boss Cleo; Cleo boss Ada; Ada idol Cleo; Ada boss Ben; Cleo idol Ben; Ben boss idol?",
    "Kit boss Zoe; Zoe boss Pia; Pia boss Kit; Kit idol Pia; Pia idol Zoe; Zoe idol Kit; Zoe boss idol?",
    "Ada heir Ben; Ben heir Cleo; Cleo heir Ada; Ada boss Cleo; Cleo boss Ben; Ben boss Ada; Ben heir boss?",
  ])
  func `that differ by names and order are one`(other: String) throws {
    let canonical = try #require(family.canonical(problem))
    #expect(family.canonical(other) == canonical)
  }

  @Test func `that ask something else are two`() throws {
    let other = problem.replacing("Ben boss idol?", with: "Ben boss boss?")
    #expect(try #require(family.canonical(problem)) != #require(family.canonical(other)))
  }

  @Test(arguments: [
    "", "?", "Ben boss?", "Ada boss Ada; Ben boss Ben; Ada boss?",
    "Ada boss Ben; Ben boss Ada; Ada boss?",
    "Ada boss Ben; Ben boss Cleo; Cleo boss Ben; Ada boss?",
  ])
  func `that are no complete table are not read`(text: String) {
    #expect(family.canonical(text) == nil)
  }

  /// The 44 permutations of five without fixed points, so 44 * 5 / 5! renamings at least.
  @Test func `have no more duplicates than renamings allow`() throws {
    let difficulty = try family.difficulty(
      level: 1, settings: ["hops": 1, "people": 5, "relations": 1])
    let space = family.space(at: difficulty)
    #expect(abs(space.collision - 120.0 / (44 * 5)) < 1e-12)
  }
}
