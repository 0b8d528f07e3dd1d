import Files
import Generation
import Stages
import Testing
import Verifiers

struct `A mixture of families` {
  @Test func `shares records by weight, and evenly where none is given`() throws {
    var plan = try GenerationPlan(
      cells: [
        .init(family: "sum-reduce", level: 3), .init(family: "sum-reduce", level: 4),
        .init(family: "column-addition", level: 3),
      ], count: 100, split: nil, seed: 1)
    func counts() throws -> [Int] {
      let counts = try Generator(plan).run(threads: 1) { _, _ in }
      return plan.cells.map { counts.perCell[$0] ?? 0 }
    }
    #expect(try counts() == [34, 33, 33])
    plan.cells[2].weight = 3
    #expect(try counts() == [20, 20, 60])
    plan.cells[0].weight = 2
    #expect(try counts() == [34, 16, 50])
  }

  @Test func `leaves out what applies a rule that is held out`() throws {
    var plan = try GenerationPlan(
      cells: [.init(family: "sum-reduce", level: 3)], count: 20, split: nil, seed: 1)
    plan.cells[0].using = ["add-pair"]
    #expect(try Generator(plan).run(threads: 1) { _, _ in }.records == 20)
    // Each of its steps adds a pair, so nothing is left, and that is said.
    plan.cells[0].without = ["add-pair"]
    let counts = try Generator(plan).run(threads: 1) { _, _ in }
    #expect(counts.records == 0 && counts.stopped == plan.cells)
    #expect(counts.otherRules >= 20_000)
  }

  private func stage(_ block: JSONObject) throws -> JSONObject {
    var settings = Settings(["families": .object(["sum-reduce": .object(block)]), "count": 5])
    _ = try GenerateStage(&settings, inputs: [])
    try settings.finish()
    return try #require(settings.resolved["families"]?["sum-reduce"]?.objectValue)
  }

  @Test func `is set in a family's block, and only then part of the stage's key`() throws {
    #expect(try stage([:]).keys == ["levels"])
    let set = try stage(["weight": 4, "without": ["add-pair"]])
    #expect(set["weight"] == 4 && set["without"] == ["add-pair"])
    let error = #expect(throws: ConfigurationError.self) { try stage(["without": ["divide"]]) }
    #expect(error.map { "\($0)" }?.contains("add-pair") == true)
  }
}
