import Foundation
import Testing
import Training

struct `The learning rate` {
  private let cosine = LearningRate(
    peak: 0.01, schedule: .cosine, warmup: 10, finalShare: 0.1, steps: 110)

  @Test func `rises in a line and reaches its peak at the end of the warm-up`() {
    #expect(cosine.rate(atStep: 1) == 0.001)
    #expect(cosine.rate(atStep: 5) == 0.005)
    #expect(cosine.rate(atStep: 10) == 0.01)
  }

  @Test func `falls as a cosine to its share`() {
    // Half way down: the mean of 1 and 0.1.
    #expect(abs(cosine.rate(atStep: 60) - 0.0055) < 1e-12)
    #expect(abs(cosine.rate(atStep: 110) - 0.001) < 1e-12)
    let rates = (10...110).map { cosine.rate(atStep: $0) }
    #expect(rates == rates.sorted(by: >))
  }

  @Test func `stays where it is constant, and needs no warm-up`() {
    let constant = LearningRate(
      peak: 0.5, schedule: .constant, warmup: 0, finalShare: 0.1, steps: 7)
    #expect((1...7).allSatisfy { constant.rate(atStep: $0) == 0.5 })
  }

  @Test func `may warm up for the whole run`() {
    let rising = LearningRate(peak: 1, schedule: .cosine, warmup: 4, finalShare: 0, steps: 4)
    #expect((1...4).map { rising.rate(atStep: $0) } == [0.25, 0.5, 0.75, 1])
  }
}
