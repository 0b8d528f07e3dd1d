import Files
import Foundation
import Testing

@Suite(.serialized) struct `What a pipeline will take` {
  private static let pipeline = Program.pipeline("tiny")

  private static func estimate(_ more: [String] = []) throws -> [JSON] {
    let outcome = try Program.run(["plan", pipeline, "--json", "--quiet"] + more)
    try #require(outcome.status == 0, "\(outcome.errors)")
    return try #require(try JSON.parse(outcome.output).arrayValue)
  }

  private static func stage(_ name: String, _ all: [JSON]) throws -> JSON {
    try #require(all.first { $0["stage"]?.stringValue == name })
  }

  /// Counts and bytes follow from the settings; only times differ from one day to the next.
  @Test func `is told for each stage, and twice the work is twice as much`() throws {
    let all = try Self.estimate()
    let plan = try Program.run(["run", Self.pipeline, "--dry-run", "--json"])
    let names = try JSON.parse(plan.output)["stages"]?.arrayValue?.map { $0["name"]?.stringValue }
    #expect(all.map { $0["stage"]?.stringValue } == names)
    for stage in all {
      #expect(
        Set(stage.objectValue?.members.map(\.key) ?? []) == [
          "stage", "kind", "records", "tokens", "bytes", "memory_bytes", "seconds", "basis",
        ])
      // The report too: a teacher of a few steps writes something, and one seed is enough.
      #expect((stage["seconds"]?.doubleValue ?? 0) > 0, "\(stage.text)")
    }
    #expect(try Self.stage("problems", all)["records"] == 64)
    #expect(try Self.stage("labels", all)["records"] == 48)
    let teacher = try Self.stage("teacher", all)
    #expect((teacher["seconds"]?.doubleValue ?? 0) > 0)
    #expect((teacher["memory_bytes"]?.intValue ?? 0) > 1 << 20)
    // 400 steps of 16 traces.
    let tokens = try #require(teacher["tokens"]?.intValue)
    let twice = try Self.estimate(["--set", "teacher.steps=800"])
    let more = try #require(try Self.stage("teacher", twice)["tokens"]?.intValue)
    #expect(abs(Double(more) / Double(tokens) - 2) < 0.01)
    #expect(try Self.stage("compare-scratch-s2", all)["basis"] == "as compare-scratch-s1")
  }

  /// What was expected is held against what is there, stage by stage.
  @Test func `is shown beside what it took`() throws {
    try Program.withFolder { folder in
      let outcome = try Program.run([
        "run", Self.pipeline, "--into", folder, "--quiet", "--estimate",
      ])
      try #require(outcome.status == 0, "\(outcome.errors)")
      let status = try JSON.parse(try Program.run(["status", folder, "--json"]).output)
      let stages = try #require(status["stages"]?.arrayValue)
      for name in ["problems", "teacher", "labels", "compare-kd-full-s1"] {
        let stage = try #require(stages.first { $0["name"]?.stringValue == name })
        let expected = try #require(stage["expected"]?["bytes"]?.intValue)
        let actual = try #require(stage["bytes"]?.intValue)
        let ratio = Double(expected) / Double(actual)
        #expect((1 / 1.5...1.5).contains(ratio), "\(name): \(expected) of \(actual)")
      }
      let text = try Program.run(["status", folder]).output
      #expect(text.contains("was expected"), "\(text)")
      // Another plan in the same folder: nobody asked what that one takes.
      let other = try Program.run([
        "run", Self.pipeline, "--into", folder, "--quiet", "--set", "teacher.steps=300",
      ])
      #expect(other.status == 0)
      let later = try JSON.parse(try Program.run(["status", folder, "--json"]).output)
      #expect(later["stages"]?.arrayValue?.allSatisfy { $0["expected"] == .null } == true)
    }
  }

  @Test func `is also what a dry run with --estimate prints`() throws {
    let outcome = try Program.run([
      "run", Self.pipeline, "--dry-run", "--estimate", "--quiet", "--into", "/nowhere/at/all",
    ])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("of work"), "\(outcome.output)")
    #expect(!outcome.output.contains("not known"), "\(outcome.output)")
  }

  @Test func `is refused for a file that does not plan`() throws {
    let outcome = try Program.run(["plan", Self.pipeline, "--set", "teacher.stepz=3"])
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("stepz"))
  }
}
