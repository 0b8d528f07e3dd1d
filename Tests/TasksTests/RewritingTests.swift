import Randomness
import Tasks
import Testing

struct `Rewriting words` {
  let family = Rewriting()

  @Test func `ends in one word, whatever is done first`() {
    for (problem, ends) in [
      ("1:ba>ab 2:aa>e 3:bbb>b; babab", "b"), ("1:ab>c; aabab", "acc"), ("1:aa>e; aaaa", "e"),
      ("1:ba>ab; bbaa", "aabb"),
    ] {
      var answers: Set<String> = []
      var traces: Set<String> = []
      family.eachSolution(of: problem) {
        answers.insert($0.answer)
        traces.insert($0.text)
      }
      #expect(answers == [ends], "\(problem)")
      #expect(traces.count > 1, "\(problem)")
    }
  }

  @Test(arguments: [
    "", "1:ab>c", "1:ab>c; ", "1:ab>c; abe", "2:ab>c; ab", "1:a>e; aa", "1:ab>ab; ab",
    "1:ab>cd; ab", "1:aa>aa; aa", "1:abcd>a; abcd", "1:ab>c 2:ab>d; ab", "1:ab>c  2:ba>d; ab",
    // Not always the same end: aba ends as ca or ad.
    "1:ab>c 2:ba>d; aba",
    // Letters moved in a circle never end.
    "1:ab>ba 2:ba>ab; ab", "1:ab>ba 2:bc>cb 3:ca>ac; abc",
    "1:ab>c; \(String(repeating: "a", count: 33))",
  ])
  func `a text it would not write is not read`(text: String) {
    #expect(family.read(text) == nil)
  }

  @Test func `every renaming and order of rules has one canonical text`() {
    let texts = [
      "1:ba>ab 2:aa>e 3:bbb>b; babab", "1:aa>e 2:bbb>b 3:ba>ab; babab",
      "1:cd>dc 2:dd>e 3:ccc>c; cdcdc",
    ]
    #expect(Set(texts.compactMap(family.canonical)).count == 1)
    var stream = Seed(2).stream()
    for level in 1...10 {
      for _ in 0..<30 {
        let posed = family.pose(level: level, using: &stream)
        #expect(family.canonical(posed.canonical) == posed.canonical)
        var letters = Array("abcd")
        stream.shuffle(&letters)
        let names = Dictionary(uniqueKeysWithValues: zip("abcd", letters))
        let renamed = String(posed.text.map { names[$0] ?? $0 })
        #expect(family.canonical(renamed) == posed.canonical, "\(posed.text) / \(renamed)")
      }
    }
  }
}
