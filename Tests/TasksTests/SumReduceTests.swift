import Files
import Randomness
import Tasks
import Testing

struct `Sum reduction` {
  let family = SumReduce()

  @Test func `a level has two terms more than its number`() {
    var stream = Seed(3).stream()
    for level in 1...10 {
      let posed = family.pose(level: level, using: &stream)
      #expect(posed.text.split(separator: "+").count == level + 2)
      #expect(posed.knobs["terms"]?.intValue == level + 2)
      #expect(family.work(posed.text, using: &stream).lines.count == level + 2)
    }
  }

  @Test func `every pair is an equally likely next step and equal texts add up`() throws {
    let lines = try #require(family.nextLines(problem: "9+8+2+5", linesSoFar: []))
    #expect(lines.map(\.line) == ["7+2+5", "9+0+5", "9+8+7"])
    #expect(lines.allSatisfy { $0.probability == 1.0 / 3 })
    let merged = try #require(family.nextLines(problem: "0+0+0+1", linesSoFar: []))
    #expect(merged.map(\.line) == ["0+0+1"])
    #expect(merged[0].probability == 1)
    let two = try #require(family.nextLines(problem: "1+0+0+2", linesSoFar: []))
    #expect(two.map(\.line) == ["1+0+2"])
    let mixed = try #require(family.nextLines(problem: "5+0+0", linesSoFar: []))
    #expect(mixed.map(\.line) == ["5+0"])
  }

  @Test func `after one digit the answer is forced, and after the answer comes nothing`() {
    let last = family.nextLines(problem: "9+8", linesSoFar: ["7"])
    #expect(last?.map(\.line) == ["Answer: 7"])
    #expect(last?.first?.probability == 1)
    #expect(family.nextLines(problem: "9+8", linesSoFar: ["7", "Answer: 7"])?.isEmpty == true)
    #expect(family.nextLines(problem: "9+8", linesSoFar: ["8"]) == nil)
    #expect(family.nextLines(problem: "9+8", linesSoFar: ["7", "Answer: 7", "7"]) == nil)
  }

  @Test(arguments: ["", "9", "9+", "+9", "9+8+", "9++8", "12+3", "9-8", "9+8\n", "９+8"])
  func `a text it would not write is not read`(text: String) {
    #expect(family.read(text) == nil)
  }

  /// The walk draws each order with the probability that the oracle states.
  @Test func `first steps are drawn as the oracle says`() {
    var stream = Seed(11).stream()
    var counts: [String: Int] = [:]
    let draws = 30_000
    for _ in 0..<draws { counts[family.work("9+8+2+5", using: &stream).lines[0], default: 0] += 1 }
    // Binomial: sigma = sqrt(n p (1 - p)) = 82; five of them.
    for line in ["7+2+5", "9+0+5", "9+8+7"] {
      #expect(abs(counts[line, default: 0] - draws / 3) < 410)
    }
    #expect(counts.count == 3)
  }
}
