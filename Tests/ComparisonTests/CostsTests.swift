import Comparison
import ReportPage
import Files
import Foundation
import Stages
import Testing

struct `Costs of a comparison` {
  private func report(_ fixture: Fixture) throws -> Report {
    defer { fixture.remove() }
    return try Report(json: readFile(fixture.run() + "/report.json"))
  }

  /// Counted from the fixture: 6.1e11 a student, 2.9e10 for labels, 9.6e12 for the teacher.
  @Test func `the teacher's cost stands beside the student's`() throws {
    let costs = try report(Fixture()).results.comparisons[0].costs
    let distilled = try #require(costs.first { $0.arm == "kd-full" })
    #expect(distilled.student == 6.1e11)
    #expect(distilled.withLabelling == 6.1e11 + 2.9e10)
    #expect(distilled.withEverything == 6.1e11 + 2.9e10 + 9.6e12)
    for arm in ["scratch", "scratch-ls", "kd-oracle"] {
      #expect(costs.first { $0.arm == arm }?.withEverything == 6.1e11)
    }
    let result = try report(Fixture()).results.comparisons[0]
    #expect(result.budgets.map(\.budget) == [.labellingPaid, .everythingPaid])
    #expect(result.budgets[1].sentence.contains("impossible"))
    #expect(
      result.breakEven.first?.withEverything ?? 0 > result.breakEven.first?.withLabelling ?? 0)
  }

  /// Costs follow what an arm's trainings read, and no arm is free for want of a known name.
  @Test func `an arm that is not listed pays for the teacher that it learnt from`() throws {
    var fixture = Fixture()
    fixture.plans[0].levels = [("scratch", 0.85), ("rkl", 0.3), ("truth", 0.2), ("plain", 0.4)]
    fixture.hasExactLabels = true
    let exact = fixture.folder + "/exact"
    fixture.alter = { stage, details in
      if stage.hasPrefix("n1000-plain-s"), !stage.hasSuffix("evaluation") {
        details["labels"] = "hard"
      }
    }
    fixture.origin = { stage in
      guard stage.hasPrefix("n1000-truth-s"), !stage.hasSuffix("evaluation") else { return nil }
      let content = (try? Manifest.read(from: exact))?.content ?? ""
      return ["inputs": [["kind": "label", "makes": ["set", "labels"], "content": JSON(content)]]]
    }
    let result = try report(fixture).results.comparisons[0]
    func cost(_ arm: String) -> ArmCost? { result.costs.first { $0.arm == arm } }
    #expect(cost("rkl")?.withEverything == 6.1e11 + 2.9e10 + 9.6e12)
    #expect(cost("rkl")?.usesTeacher == true)
    for arm in ["scratch", "truth", "plain"] { #expect(cost(arm)?.withEverything == 6.1e11) }
  }
}
