import Randomness
import Statistics
import Testing

struct `Statistics` {
  /// Against scipy 1.17; 1e-9 relative is what an interval's printed digits need by far.
  @Test func `quantiles of Student's t are scipy's`() {
    for golden in StatisticsGoldens.quantiles {
      let found = StudentT(degreesOfFreedom: golden.n).quantile(golden.p)
      #expect(abs(found - golden.t) <= 1e-9 * max(1, abs(golden.t)), "n \(golden.n) p \(golden.p)")
      let mirrored = StudentT(degreesOfFreedom: golden.n).quantile(1 - golden.p)
      #expect(abs(mirrored + golden.t) <= 1e-8 * max(1, abs(golden.t)))
    }
  }

  @Test func `the distribution function of Student's t is scipy's`() {
    for golden in StatisticsGoldens.cumulative {
      let found = StudentT(degreesOfFreedom: golden.n).cumulative(golden.t)
      #expect(abs(found - golden.p) <= 1e-11, "n \(golden.n) t \(golden.t)")
    }
  }

  @Test func `the incomplete beta function is scipy's`() {
    for golden in StatisticsGoldens.betas {
      let found = incompleteBeta(golden.x, a: golden.a, b: golden.b)
      #expect(
        abs(found - golden.value) <= 1e-10 * golden.value + 1e-300,
        "x \(golden.x) a \(golden.a) b \(golden.b)")
    }
  }

  @Test func `log gamma is scipy's`() {
    for golden in StatisticsGoldens.logGammas {
      #expect(abs(logGamma(golden.x) - golden.value) <= 1e-13 * max(1, abs(golden.value)))
    }
  }

  @Test func `the paired interval is scipy's`() throws {
    for golden in StatisticsGoldens.paired {
      let interval = try #require(PairedInterval(golden.d))
      #expect(abs(interval.mean - golden.mean) <= 1e-12)
      #expect(abs(try #require(interval.standardDeviation) - golden.sd) <= 1e-12)
      #expect(abs(try #require(interval.low) - golden.low) <= 1e-10)
      #expect(abs(try #require(interval.high) - golden.high) <= 1e-10)
      #expect(abs(try #require(interval.p) - golden.p) <= 1e-10)
      #expect(SignFlip.p(golden.d) == golden.flip)
    }
  }

  /// scipy's noncentral t, without the wrong tail that it does not compute reliably.
  @Test func `the smallest detectable effect is that of the noncentral t`() {
    for golden in StatisticsGoldens.smallest {
      let found = SmallestEffect.standardized(seeds: golden.seeds)
      #expect(abs(found - golden.effect) <= 1e-5 * golden.effect, "seeds \(golden.seeds)")
      #expect(abs(SmallestEffect.power(effect: found, seeds: golden.seeds) - 0.8) < 1e-9)
    }
    // No effect: the test's own level.
    #expect(abs(SmallestEffect.power(effect: 0, seeds: 4) - 0.05) < 1e-6)
  }

  @Test func `Wilson intervals are scipy's`() throws {
    for golden in StatisticsGoldens.wilson {
      let found = try #require(WilsonInterval(successes: golden.successes, trials: golden.trials))
      #expect(abs(found.low - golden.low) <= 1e-12)
      #expect(abs(found.high - golden.high) <= 1e-12)
    }
    #expect(WilsonInterval(successes: 0, trials: 0) == nil)
    #expect(WilsonInterval(successes: 3, trials: 2) == nil)
  }

  @Test func `five seeds cannot reach five per cent exactly and six can`() {
    #expect(SignFlip.smallestP(seeds: 3) == 0.25)
    #expect(SignFlip.smallestP(seeds: 5) == 0.0625)
    #expect(SignFlip.smallestP(seeds: 6) == 0.03125)
    #expect(!SignFlip.canReachFivePercent(seeds: 5))
    #expect(SignFlip.canReachFivePercent(seeds: 6))
    #expect(SignFlip.p([-1, -2, -3]) == 0.25)
  }

  @Test func `one seed gives no interval and no values give nothing`() throws {
    let one = try #require(PairedInterval([-0.4]))
    #expect(one.low == nil && one.high == nil && one.p == nil)
    #expect(!one.excludesZero)
    #expect(PairedInterval([]) == nil)
  }

  /// A difference that is the same in every seed has no spread to judge it by: one run copied.
  @Test func `differences without spread license nothing`() throws {
    #expect(try !#require(PairedInterval([-0.1, -0.1, -0.1])).excludesZero)
  }

  /// A/A: two arms that differ by noise alone. Every seed has its own effect, every item too. The
  /// band is four standard errors of a share of 0.95 in 4000 draws, and a little.
  @Test(arguments: [2, 3, 6])
  func `the interval of an A/A comparison covers zero in 95 of 100 draws`(seeds: Int) throws {
    var stream = Seed(20).child("aa").child(seeds).stream()
    var covered = 0
    let draws = 4000
    for _ in 0..<draws {
      let differences = (0..<seeds).map { _ in
        let run = 0.3 * stream.normal()
        let items = (0..<8).reduce(0) { sum, _ in sum + stream.normal() } / 8
        return run + 0.2 * items
      }
      if try !#require(PairedInterval(differences)).excludesZero { covered += 1 }
    }
    let share = Double(covered) / Double(draws)
    #expect((0.93...0.97).contains(share), "covered \(share)")
  }

  /// The plain mean of items as if each were a replicate covers far less: what the seeds are for.
  @Test func `an effect as large as three spreads is found with six seeds`() throws {
    var stream = Seed(21).stream()
    var found = 0
    for _ in 0..<500 {
      let differences = (0..<6).map { _ in -0.3 + 0.1 * stream.normal() }
      if try #require(PairedInterval(differences)).excludesZero { found += 1 }
    }
    #expect(found > 495)
  }
}
