import Randomness
import Tasks
import Testing

struct `Products of permutations` {
  let family = PermutationProduct()

  @Test func `the example has two traces, which end alike`() {
    var traces: [String] = []
    family.eachSolution(of: "S4: 2143 2341 4123") { traces.append($0.text) }
    #expect(traces == ["3214 4123\n2143\nAnswer: 2143", "2143 1234\n2143\nAnswer: 2143"])
  }

  @Test(arguments: [
    "", "S4:", "S4: 2143", "S4: 2143 234", "S4: 2143 2344", "S6: 123456 123456", "S2: 12 12",
    "S4: 2143  2341", "S4:2143 2341", "S4: 2143 2341 ", "S4: 2143 0123", "S3: 213 2341",
  ])
  func `a text it would not write is not read`(text: String) {
    #expect(family.read(text) == nil)
  }

  /// Every list of three permutations of three points: as many canonical texts as Burnside counts.
  @Test func `as many canonical texts as Burnside counts`() throws {
    let words = ["123", "132", "213", "231", "312", "321"]
    var texts: Set<String> = []
    for a in words {
      for b in words {
        for c in words { texts.insert(family.canonical("S3: \(a) \(b) \(c)") ?? "") }
      }
    }
    let difficulty = try family.difficulty(level: 1, settings: ["points": 3, "factors": 3])
    #expect(family.space(at: difficulty).problems == String(texts.count))
    #expect(!texts.contains("") && texts.allSatisfy { family.canonical($0) == $0 })
  }
}
