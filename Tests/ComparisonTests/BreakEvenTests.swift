import Comparison
import Files
import Statistics
import Testing

/// The arithmetic of costs, on curves that are easy to follow by hand: one operation a token, 300
/// tokens a student.
struct `When a teacher pays for itself` {
  private static let base: Compared = {
    let fixture = Fixture()
    defer { fixture.remove() }
    do {
      return try Report(json: readFile(fixture.run() + "/report.json")).facts.comparisons[0]
    } catch {
      preconditionFailure("\(error)")
    }
  }()

  /// `scratch` and `kd-full` alone, with these curves of tokens and nats in every seed.
  private func compared(
    scratch: [(Int, Double)], distilled: [(Int, Double)], labelling: Double = 120,
    teacher: Double = 1000
  ) -> Compared {
    var compared = Self.base
    compared.arms = ["scratch", "kd-full"]
    compared.runs = compared.runs.filter { compared.arms.contains($0.arm) }
    for i in compared.runs.indices {
      guard var model = compared.runs[i].model, let point = model.curve.first else { continue }
      (model.tokens, model.flops) = (300, 300)
      model.curve = (compared.runs[i].arm == "scratch" ? scratch : distilled).map {
        var point = point
        (point.tokens, point.nll, point.ceChoice) = ($0.0, $0.1, nil)
        return point
      }
      compared.runs[i].model = model
    }
    compared.labels = [compared.labels[0]]
    compared.labels[0].flops = labelling
    compared.teacher?.flops = teacher
    return compared
  }

  private static let scratch = [(100, 3.0), (200, 2.0), (300, 2.5)]

  /// The baseline's best is 2 nats at 200 tokens; a straight line from 3 to 1 passes it at 150.
  /// Each student saves 50 operations: labels for 120 pay after 3 students, the teacher's 1000
  /// after 23.
  @Test func `is read off straight lines between the points`() throws {
    let compared = compared(scratch: Self.scratch, distilled: [(100, 3), (200, 1)])
    let line = try #require(compared.breakEven.first)
    #expect(line.level == 2 && line.baselineTokens == 200 && line.armTokens == 150)
    #expect(line.withLabelling == 3 && line.withEverything == 23)
  }

  @Test func `begins with the first point, and is never where the level is never reached`() throws {
    let early = compared(scratch: Self.scratch, distilled: [(100, 2), (200, 1)])
    #expect(early.breakEven.first?.armTokens == 100)
    let never = try #require(
      compared(scratch: Self.scratch, distilled: [(100, 3), (200, 2.1)]).breakEven.first)
    #expect(never.armTokens == nil && never.withLabelling == nil && never.withEverything == nil)
    // Reached, but later than the baseline: no student saves anything.
    let late = try #require(
      compared(scratch: Self.scratch, distilled: [(100, 3), (250, 2)]).breakEven.first)
    #expect(late.armTokens == 250 && late.withLabelling == nil && late.withEverything == nil)
  }

  /// The cost of an imported teacher's training is unknown, and of a saving of next to nothing no
  /// whole number of students is claimed.
  @Test func `claims no number that is not known`() throws {
    var imported = compared(scratch: Self.scratch, distilled: [(100, 3), (200, 1)])
    imported.teacher?.isImported = true
    #expect(imported.breakEven.first?.withLabelling == 3)
    #expect(imported.breakEven.first?.withEverything == nil)
    #expect(imported.budgets.map(\.budget) == [.labellingPaid])
    let dear = compared(
      scratch: Self.scratch, distilled: [(100, 3), (200, 1)], labelling: 1e12, teacher: 0)
    #expect(dear.breakEven.first?.armTokens == 150 && dear.breakEven.first?.withLabelling == nil)
  }

  /// 120 of 300 operations pay for labels: 180 tokens are left, at which the arm's curve stands at
  /// 1.4; the baseline ends at 2.5.
  @Test func `the budget that is left is compared with the baseline's end`() throws {
    let compared = compared(scratch: Self.scratch, distilled: [(100, 3), (200, 1), (300, 0.5)])
    let lines = compared.budgets
    #expect(lines.map(\.budget) == [.labellingPaid, .everythingPaid])
    #expect(lines[0].shareLeft == 0.6)
    let mean = try #require(lines[0].interval?.mean)
    #expect(abs(mean - -1.1) < 1e-12)
    // All three seeds are one run here, and that licenses no claim.
    #expect(lines[0].sentence.hasPrefix("No claim: kd-full − scratch = −1.100 nat"))
    #expect(lines[1].shareLeft < 0 && lines[1].interval == nil)
    #expect(lines[1].sentence.contains("impossible"))
  }

  @Test func `is no question without an arm that has a teacher`() {
    var compared = compared(scratch: Self.scratch, distilled: Self.scratch)
    compared.arms = ["scratch", "kd-oracle"]
    compared.runs = Self.base.runs.filter { compared.arms.contains($0.arm) }
    #expect(compared.breakEven.isEmpty && compared.budgets.isEmpty)
    #expect(compared.costs.map(\.usesTeacher) == [false, false])
  }

  /// Curves of different lengths are averaged where all of them have a point.
  @Test func `mean curves end with the shortest`() {
    var compared = compared(scratch: Self.scratch, distilled: Self.scratch)
    compared.runs[0].model?.curve.removeLast()
    compared.runs[1].model?.curve[1].nll = 5
    let mean = compared.meanCurve("scratch")
    #expect(mean.map(\.tokens) == [100, 200] && mean.map(\.value) == [3, 3])
  }
}
