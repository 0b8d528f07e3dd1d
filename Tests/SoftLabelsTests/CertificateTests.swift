import Files
import SoftLabels
import Testing

struct `A certificate` {
  @Test func `comes back from its JSON`() throws {
    let certificate = Certificate(
      massKept: 0.5, divergenceMean: 1e-7, divergence99: 2e-7, divergenceMaximum: 3e-7,
      teacherCrossEntropy: 0.75, meanEntropy: 1.25, targets: 12)
    let parsed = try JSON.parse(certificate.json.serialized())
    #expect(try Certificate(json: parsed) == certificate)
    #expect(
      certificate.json.objectValue?.keys == [
        "mass_kept", "kl_mean", "kl_p99", "kl_max", "teacher_ce", "mean_entropy", "targets",
      ])
  }

  @Test func `is refused with a figure missing`() {
    #expect(throws: SoftLabelError.self) { try Certificate(json: nil) }
    #expect(throws: SoftLabelError.self) { try Certificate(json: ["mass_kept": 1]) }
  }

  /// 99 % by nearest rank: of 200 values the 198th, of one the first.
  @Test(arguments: [(1, 1), (50, 50), (100, 99), (200, 198), (201, 199)])
  func `takes the 99th percentile by nearest rank`(count: Int, rank: Int) throws {
    let rows = randomRows(count, 30, seed: 9)
    let tokens = drawnTokens(from: rows, vocabulary: 30)
    var all = Certificate.Accumulator()
    var single: [Double] = []
    for t in 0..<count {
      let row = Array(rows[(t * 30)..<((t + 1) * 30)])
      let figures = try FullLabels.encode(
        rows: row, tokens: [0, tokens[t + 1]], mask: [0, 1], vocabulary: 30, sample: "s"
      ).figures
      all.add(figures)
      var one = Certificate.Accumulator()
      one.add(figures)
      single.append(one.certificate.divergenceMean)
    }
    #expect(all.certificate.divergence99 == single.sorted()[rank - 1])
    #expect(all.certificate.targets == count)
  }

  @Test func `of nothing is zero`() {
    let certificate = Certificate.Accumulator().certificate
    #expect(certificate.targets == 0)
    #expect(certificate.teacherCrossEntropy == 0)
  }
}
