import Foundation
import Scores
import Testing

struct `A metric` {
  /// Ten targets, four of them choices; twelve texts.
  private static var totals: Totals {
    var totals = Totals(family: "f", level: 1)
    totals.items = 16
    totals.written = 12
    totals.rightAnswers = 9
    totals.verified = 3
    totals.scores.choices = 4
    totals.scores.forced = 6
    totals.scores.likelihoodLossChoice = 6
    totals.scores.likelihoodLossForced = 1.5
    totals.scores.crossEntropyChoice = 5
    totals.scores.crossEntropyForced = 1.2
    totals.scores.entropyChoice = 4
    totals.scores.invalidMass = 0.5
    totals.scores.agreements = 7
    totals.scores.topFiveAgreements = 9
    return totals
  }

  @Test(arguments: [
    ("ce-choice", 0.25), ("ce-all", 0.22), ("ce-forced", 0.2), ("nll", 0.75), ("nll-choice", 1.5),
    ("nll-forced", 0.25), ("invalid-mass", 0.05), ("answer", 0.75), ("verified", 0.25),
  ])
  func `is the quotient that its name says`(name: String, expected: Double) throws {
    let metric = try #require(Metric(rawValue: name))
    let value = try #require(metric.value(Self.totals))
    #expect(abs(value - expected) < 1e-12)
  }

  /// An exact test set's agreements are not with a teacher.
  @Test(arguments: [("kl-teacher", 0.15), ("agreement", 0.7), ("agreement-top5", 0.9)])
  func `against a teacher needs a teacher's distributions`(
    name: String, expected: Double
  ) throws {
    let metric = try #require(Metric(rawValue: name))
    #expect(metric.ground == .teacher)
    var totals = Self.totals
    #expect(metric.value(totals) == nil)
    totals.isAgainstTeacher = true
    totals.scores.entropyForced = 0.7
    let value = try #require(metric.value(totals))
    #expect(abs(value - expected) < 1e-12)
  }

  @Test func `of nothing is no value`() {
    var nothing = Totals()
    nothing.isAgainstTeacher = true
    for metric in Metric.all { #expect(metric.value(nothing) == nil, "\(metric.name)") }
  }

  @Test func `has a name, a place and words of its own`() {
    #expect(Set(Metric.all.map(\.name)).count == Metric.all.count)
    #expect(Set(Metric.all.map(\.place)).count == Metric.all.count)
    #expect(Set(Metric.all.map(\.words)).count == Metric.all.count)
    #expect(Set(Metric.all.map(\.head)).count == Metric.all.count)
    #expect(Metric.all.map(\.place) == Metric.all.map(\.place).sorted())
  }

  @Test func `is written as its name, and an unknown one is refused`() throws {
    let bytes = try JSONEncoder().encode([Metric.ceChoice])
    #expect(String(decoding: bytes, as: UTF8.self) == "[\"ce-choice\"]")
    #expect(try JSONDecoder().decode([Metric].self, from: bytes) == [.ceChoice])
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([Metric].self, from: Data("[\"none\"]".utf8))
    }
  }

  /// The page is what people choose by.
  @Test func `stands in the table of Metrics.md as it is`() throws {
    let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Sources/Scores/Metrics.md")
    let rows = try String(contentsOf: page, encoding: .utf8).split(separator: "\n")
      .filter { $0.hasPrefix("| `") }
    let grounds: [Metric.Ground: String] = [
      .tokens: "tokens", .exact: "exact distributions", .teacher: "a teacher's distributions",
    ]
    let scopes: [Metric.Scope: String] = [
      .targets: "target tokens", .choices: "choice tokens", .forced: "forced tokens",
      .texts: "texts",
    ]
    let expected = Metric.all.map { metric in
      "| `\(metric.name)` | \(metric.isShare ? "share" : "nats") | "
        + "\(metric.higherIsBetter ? "higher" : "lower") | \(grounds[metric.ground] ?? "") | "
        + "\(scopes[metric.scope] ?? "") |"
    }
    #expect(rows.map(String.init) == expected)
  }
}
