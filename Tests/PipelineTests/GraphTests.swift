import Pipeline
import Testing

struct `The graph of a pipeline's stages` {
  private static func plan(_ stages: [String]) throws -> Plan {
    try Scene.plan(
      "pipeline: p\nseed: 1\nstages:\n" + stages.map { "  - \($0)\n" }.joined())
  }

  private static func fault(_ stages: [String]) -> String {
    do {
      _ = try plan(stages)
      return "no fault"
    } catch {
      return "\(error)"
    }
  }

  /// Whoever reads `status` finds the stages where the file has them.
  @Test func `keeps the order of the file where inputs allow it`() throws {
    let plan = try Self.plan([
      "{name: late, kind: mix, from: [middle, first]}", "{name: first, kind: numbers}",
      "{name: middle, kind: mix, from: [first]}", "{name: other, kind: numbers}",
    ])
    #expect(plan.stages.map(\.name) == ["first", "middle", "late", "other"])
  }

  @Test func `puts every stage after its inputs, in a chain written backwards`() throws {
    let count = 60
    let stages = (0..<count).reversed().map { place in
      place == 0
        ? "{name: s0, kind: numbers}" : "{name: s\(place), kind: mix, from: [s\(place - 1)]}"
    }
    #expect(try Self.plan(stages).stages.map(\.name) == (0..<count).map { "s\($0)" })
  }

  @Test func `names the stages of a cycle, and none that only wait for it`() {
    let fault = Self.fault([
      "{name: before, kind: mix, from: [a]}", "{name: a, kind: mix, from: [c]}",
      "{name: b, kind: mix, from: [a]}", "{name: c, kind: mix, from: [b]}",
    ])
    #expect(fault.contains("a <- c <- b <- a"), "\(fault)")
    #expect(!fault.contains("before"), "\(fault)")
  }

  @Test func `names a stage that waits for itself`() {
    let fault = Self.fault(["{name: a, kind: mix, from: [a]}"])
    #expect(fault.contains("cycle: a <- a"), "\(fault)")
  }

  @Test func `says which input is not there, and which may have been meant`() {
    let fault = Self.fault([
      "{name: numbers, kind: numbers}", "{name: a, kind: mix, from: [number]}",
    ])
    #expect(fault.contains("no stage number -- did you mean numbers?"), "\(fault)")
    #expect(fault.contains(":5:"), "\(fault)")
  }

  @Test func `refuses a name that is used twice, with the line of the first`() {
    let fault = Self.fault(["{name: a, kind: numbers}", "{name: a, kind: numbers}"])
    #expect(fault.contains("two stages are called a"), "\(fault)")
    #expect(fault.contains("line 4"), "\(fault)")
  }
}
