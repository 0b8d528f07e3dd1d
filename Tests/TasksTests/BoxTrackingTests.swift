import Randomness
import Tasks
import Testing

struct `Box tracking` {
  let family = BoxTracking()

  @Test func `the example is worked as the format says`() {
    var stream = Seed(1).stream()
    let solution = family.work(
      "A={cup,key} B={} C={pen}; move cup to B; swap A C; where is pen?", using: &stream)
    #expect(solution.text == "A={key} B={cup}\nA={pen} C={key}\nAnswer: A")
    #expect(solution.answer == "A")
  }

  @Test func `an answer follows the object through a swap of its own box`() {
    var stream = Seed(1).stream()
    let solution = family.work("A={cup} B={key}; swap A B; where is cup?", using: &stream)
    #expect(solution.text == "A={key} B={cup}\nAnswer: B")
  }

  @Test func `without operations the answer stands alone`() {
    var stream = Seed(1).stream()
    #expect(family.work("A={} B={key}; where is key?", using: &stream).text == "Answer: B")
  }

  @Test(arguments: [
    "A={cup,key} B={}; move cup to A; where is key?",  // already there
    "A={key,cup} B={}; where is key?",  // not alphabetical
    "A={cup} B={cup}; where is cup?",
    "A={cup} B={}; swap B A; where is cup?",
    "A={cup} B={}; swap A A; where is cup?",
    "A={cup} B={}; move cup to C; where is cup?",
    "A={cup} B={}; where is pen?",
    "A={cup}; where is cup?",
    "A={cup} C={}; where is cup?",
    "A={cup}  B={}; where is cup?",
    "A={c} B={}; where is c?",
    "A={} B={}; where is cup?",
    "A={cup} B={}; where is cup",
    "", "?", "; ", "A", "A={; where is ?",
  ])
  func `a text it would not write is not read`(text: String) {
    #expect(family.read(text) == nil)
    #expect(family.nextLines(problem: text, linesSoFar: []) == nil)
  }

  /// Renaming must not change the content, or one problem could stand in two splits.
  @Test func `every renaming of a problem has its canonical text`() throws {
    let renamed = [
      "A={cup,key} B={} C={pen}; move cup to B; swap A C; where is pen?",
      "A={} B={bell,sock} C={pen}; move sock to A; swap B C; where is pen?",
      "A={xx} B={yy,zz} C={}; move zz to C; swap A B; where is xx?",
    ]
    let canonical = Set(renamed.compactMap(family.canonical))
    #expect(canonical.count == 1)
    let text = try #require(canonical.first)
    #expect(family.canonical(text) == text)
    #expect(
      family.canonical("A={cup,key} B={} C={pen}; move cup to B; swap A C; where is cup?") != text)
    #expect(
      family.canonical("A={cup,key} B={} C={pen}; move cup to B; swap A B; where is pen?") != text)
  }
}
