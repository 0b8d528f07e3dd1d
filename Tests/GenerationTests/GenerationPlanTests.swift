import Generation
import Testing

struct `A generation plan` {
  @Test(arguments: [("3", 3...3), ("2..4", 2...4), ("1..10", 1...10)])
  func `reads levels`(text: String, levels: ClosedRange<Int>) throws {
    #expect(try LevelRange(text).levels == levels)
  }

  @Test(arguments: ["", "a", "4..2", "1...3", "1..", "..3", "1.5"])
  func `refuses what are no levels`(text: String) {
    #expect(throws: GenerationError.badLevels(text)) { try LevelRange(text) }
  }

  @Test func `names an unknown family and a level that does not exist`() {
    let unknown = #expect(throws: GenerationError.self) {
      try GenerationPlan(
        cells: [.init(family: "sums", level: 1)], count: 1, split: nil, seed: 0)
    }
    #expect(unknown?.description.contains("sum-reduce") == true)
    #expect(throws: GenerationError.repeated(family: "sum-reduce", level: 2)) {
      try GenerationPlan(
        cells: [.init(family: "sum-reduce", level: 2), .init(family: "sum-reduce", level: 2)],
        count: 1, split: nil, seed: 0)
    }
    #expect(throws: GenerationError.noSuchLevel(family: "sum-reduce", level: 11, has: 1...10)) {
      try GenerationPlan(
        cells: [.init(family: "sum-reduce", level: 11)], count: 1, split: nil, seed: 0)
    }
  }
}
