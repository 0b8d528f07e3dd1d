import Tasks
import Testing

struct `Mysteries` {
  let family = Mystery()
  let problem = "Ada 2, Ben 1; mud: Ada 1/4, Ben 3/4; alibi: Ada 1/2, Ben 1/6"

  @Test(arguments: [
    "Ada 2, Ben 1; alibi: Ada 1/2, Ben 1/6; mud: Ada 1/4, Ben 3/4",
    "Zoe 2, Kit 1; mud: Zoe 1/4, Kit 3/4; alibi: Zoe 1/2, Kit 1/6",
    "Ben 1, Ada 2; mud: Ben 3/4, Ada 1/4; alibi: Ben 1/6, Ada 1/2",
  ])
  func `that differ by names and order are one`(other: String) throws {
    let canonical = try #require(family.canonical(problem))
    #expect(family.canonical(other) == canonical)
  }

  @Test(arguments: [
    "Ada 3, Ben 1; mud: Ada 1/4, Ben 3/4; alibi: Ada 1/2, Ben 1/6",
    "Ada 2, Ben 1; mud: Ada 3/4, Ben 1/4; alibi: Ada 1/2, Ben 1/6",
  ])
  func `that differ by a number are two`(other: String) throws {
    #expect(try #require(family.canonical(problem)) != #require(family.canonical(other)))
  }

  @Test(arguments: [
    "", "Ada 2", "Ada 1, Ben 1; mud: Ada 1/4, Ben 1/4", "Ada 2, Ben 1; mud: Ada 2/4, Ben 3/4",
    "Ada 2, Ben 1; odds: Ada 1/4, Ben 3/4", "Ada 2, Ada 1; mud: Ada 1/4, Ada 3/4",
    "Ada 2, Ben 1; mud: Ada 1/4, Eve 3/4", "Ada 2, Ben 1;mud: Ada 1/4, Ben 3/4",
  ])
  func `without one culprit or in another form are not read`(text: String) {
    #expect(family.canonical(text) == nil)
  }
}
