import Files
import Stages
import Testing
import Training

/// `memory`: the number of samples that go through the model at once, chosen by arithmetic.
struct `A training within a budget of memory` {
  /// One set, whose trainings stand beside each other.
  private struct Learnt {
    let sets: TinySets
    let inputs: [StageInput]

    init() throws {
      sets = try TinySets()
      inputs = [try sets.labelled(), try sets.order(48)]
    }
  }

  private func run(
    _ sets: Learnt, _ memory: JSON?, _ name: String, _ with: JSONObject = [:]
  ) throws -> [Double] {
    var run = TinyRun(inputs: sets.inputs)
    run.with = ["log_every": 1]
    if let memory { run.with["memory"] = memory }
    for member in with.members { run.with[member.key] = member.value }
    let out = sets.sets.place.path + "/" + name
    _ = try run(out)
    return try TinyRun.metrics(in: out).compactMap { $0["loss"]?.doubleValue }
  }

  private func least(_ sets: Learnt) throws -> Int {
    let error = #expect(throws: TrainingError.self) { try run(sets, "1MiB", "little") }
    let words = try #require(error?.description)
    #expect(words.contains("memory: 1MiB is not enough"))
    let digits = try #require(
      words.split(separator: " ").first { $0.hasSuffix("MiB") && $0 != "1MiB" })
    return try #require(Int(digits.dropLast(3)))
  }

  /// The least that is named is enough, and one less is not.
  @Test func `names the least that it can do with`() throws {
    let sets = try Learnt()
    let least = try least(sets)
    #expect(least > 64)
    _ = try run(sets, JSON("\(least)MiB"), "least")
    #expect(throws: TrainingError.self) { try run(sets, JSON("\(least - 1)MiB"), "less") }
  }

  /// The loss does not depend on how many samples fit: 1e-4 after twelve steps, as for
  /// `micro_batch`.
  @Test func `is that of the whole batch, but for rounding`() throws {
    let sets = try Learnt()
    let whole = try run(sets, nil, "whole")
    #expect(try run(sets, "4GiB", "large") == whole)
    #expect(try run(sets, 4_294_967_296, "bytes") == whole)
    let least = try least(sets)
    let parts = try run(sets, JSON("\(least)MiB"), "parts")
    for (a, b) in zip(whole, parts) { #expect(abs(a - b) < 1e-4) }
  }

  @Test(arguments: ["4GiB", "900 MiB", "4.5GB", "4000000000B", "1TiB"])
  func `is read as people write sizes`(size: String) throws {
    var settings = Settings([
      "model": ["hidden_size": 8], "steps": 4, "batch": 1, "memory": JSON(size),
    ])
    #expect(try TrainingSettings(&settings).memory ?? 0 > 900_000_000)
  }

  @Test(
    arguments: ["4", "GiB", "-1GiB", "4 gib", "4GiBs", "1e3GiB", "", "0B", "4..5GiB"] as [JSON])
  func `is refused where it is no size`(size: JSON) {
    var settings = Settings(["model": ["hidden_size": 8], "steps": 4, "batch": 1, "memory": size])
    #expect(throws: ConfigurationError.self) { try TrainingSettings(&settings) }
  }

  @Test func `chooses the micro-batch alone`() {
    var settings = Settings([
      "model": ["hidden_size": 8], "steps": 4, "batch": 4, "memory": "4GiB", "micro_batch": 2,
    ])
    #expect(throws: ConfigurationError.self) { try TrainingSettings(&settings) }
  }
}
