import Comparison
import ReportPage
import Scores
import Testing
import Statistics

struct `Claims` {
  private let scale = "At 1.15 M training tokens and 117 k parameters"

  private func claim(_ differences: [Double], _ metric: Metric = .ceChoice) -> Claim {
    Claim(
      arm: "kd-full", baseline: "scratch", metric: metric, interval: PairedInterval(differences),
      scale: scale)
  }

  @Test func `an interval below zero says lower, by how much, and within what`() {
    let claim = claim([-0.41, -0.38, -0.44])
    #expect(claim.kind == .better)
    #expect(
      claim.sentence
        == "At 1.15 M training tokens and 117 k parameters, kd-full has a lower KL above the floor at "
        + "choice tokens than scratch by 0.410 nat (95\u{202F}% interval [0.335, 0.485], 3 paired "
        + "seeds).")
  }

  @Test func `the arm that does worse is said to be worse`() {
    #expect(claim([0.41, 0.38, 0.44]).kind == .worse)
    #expect(claim([-0.2, -0.21, -0.22], .answer).kind == .worse)
    #expect(claim([0.2, 0.21, 0.22], .answer).kind == .better)
  }

  @Test func `an interval around zero licenses no claim and never says equal`() {
    let claim = claim([-0.1, 0.1, 0.05])
    #expect(claim.kind == .noClaim)
    #expect(claim.sentence.hasPrefix("No claim."))
    #expect(claim.sentence.contains("includes 0"))
    #expect(!claim.sentence.contains("equal") && !claim.sentence.contains("no difference"))
  }

  /// An end that is not 0 must not be printed as 0: the reader would see a claim that its own
  /// interval contradicts.
  @Test func `an end close to zero is told from zero`() throws {
    let interval = try #require(PairedInterval([-0.2, -0.19, -0.085]))
    #expect(interval.excludesZero)
    #expect(claim([-0.2, -0.19, -0.085]).sentence.contains("[0.0001, 0.3166]"))
  }

  @Test func `one seed is a single run`() {
    let claim = claim([-0.4])
    #expect(claim.kind == .singleRun)
    #expect(claim.sentence.hasPrefix("Single run: no claim about the method"))
  }

  @Test func `no seed with both arms is no data`() {
    #expect(claim([]).kind == .noData)
  }

  @Test func `shares are told in percentage points`() {
    #expect(claim([0.2, 0.21, 0.22], .answer).sentence.contains("by 21.0 percentage points"))
  }
}

struct `Numbers as text` {
  @Test func `groups, prefixes and signs`() {
    #expect(Format.count(1_152_003) == "1\u{202F}152\u{202F}003")
    #expect(Format.count(-12) == "\u{2212}12")
    #expect(Format.short(1_152_000) == "1.15\u{202F}M")
    #expect(Format.short(999_999) == "1\u{202F}M")
    #expect(Format.short(117_056) == "117\u{202F}k")
    #expect(Format.short(0) == "0")
    #expect(Format.plain(2.1e-8) == "2.1\u{202F}\u{D7}\u{202F}10\u{207B}\u{2078}")
    #expect(Format.plain(0.25) == "0.25")
    #expect(Format.fixed(-0.0004, 2) == "0.00")
    #expect(Format.signed(0.5, 1) == "+0.5")
    #expect(Format.fixed(.nan, 1) == "\u{2013}")
  }
}
