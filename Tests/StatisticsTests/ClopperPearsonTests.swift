import Foundation
import Statistics
import Testing

struct `A Clopper-Pearson bound` {
  @Test(arguments: [1, 59, 10_000]) func `of no failure is the root of the error rate`(trials: Int)
  {
    let bound = ClopperPearson.lowerBound(successes: trials, trials: trials)
    #expect(abs(bound - pow(0.05, 1 / Double(trials))) < 1e-11)
  }

  /// The definition: at the bound, the tail has the probability that was asked for.
  @Test(arguments: [(1, 10), (7, 10), (95, 100)])
  func `puts the tail at the error rate`(successes: Int, trials: Int) {
    let p = ClopperPearson.lowerBound(successes: successes, trials: trials, confidence: 0.9)
    var tail = 0.0
    for k in successes...trials {
      var term = 1.0
      for i in 0..<k { term *= Double(trials - i) / Double(i + 1) * p }
      for _ in k..<trials { term *= 1 - p }
      tail += term
    }
    #expect(abs(tail - 0.1) < 1e-9)
  }

  @Test func `above mirrors the one below`() {
    let above = ClopperPearson.upperBound(successes: 3, trials: 10)
    #expect(abs(above + ClopperPearson.lowerBound(successes: 7, trials: 10) - 1) < 1e-12)
    #expect(ClopperPearson.lowerBound(successes: 0, trials: 5) == 0)
  }
}
