import Curriculum
import Testing

struct `A curriculum plan` {
  /// 90 samples of levels 2, 3 and 4, interleaved.
  private let levels = (0..<90).map { Double($0 % 3 + 2) }

  private func plan(
    _ order: CurriculumSpecification.Order, steps: Int = 45, batch: Int = 10, initial: Double = 0.1,
    until: Double = 0.5, seed: UInt64 = 7, _ difficulties: [Double]? = nil
  ) -> [Int] {
    CurriculumPlan(
      CurriculumSpecification(
        order: order, steps: steps, batch: batch, initial: initial, until: until, seed: seed),
      difficulties: difficulties ?? levels
    ).order.map { Int($0) }
  }

  @Test(arguments: CurriculumSpecification.Order.allCases)
  func `is a function of its arguments`(order: CurriculumSpecification.Order) {
    #expect(plan(order) == plan(order))
    #expect(plan(order) != plan(order, seed: 8))
    #expect(plan(order).count == 450)
  }

  @Test func `at random brings every sample once an epoch, each epoch in its own order`() {
    let order = plan(.random)
    let epochs = (0..<5).map { Array(order[($0 * 90)..<(($0 + 1) * 90)]) }
    for epoch in epochs { #expect(epoch.sorted() == Array(0..<90)) }
    #expect(Set(epochs).count == 5)
  }

  @Test func `easy to hard goes one way through the levels and shares the entries evenly`() {
    let order = plan(.easyToHard)
    let seen = order.map { levels[$0] }
    #expect(seen == seen.sorted())
    var counts = [Int](repeating: 0, count: 90)
    for position in order { counts[position] += 1 }
    #expect(Set(counts) == [5])
    // Ties come in another order in each pass.
    #expect(Array(order[0..<30]) != Array(order[30..<60]))
    #expect(order[0..<30].sorted() == order[30..<60].sorted())
  }

  @Test func `easy to hard with one entry a sample is the sorted set`() {
    let difficulties = (0..<90).map { Double(($0 * 37) % 90) }
    let order = plan(.easyToHard, steps: 9, difficulties)
    #expect(order.map { difficulties[$0] } == (0..<90).map { Double($0) })
  }

  /// Without ties a band of one sample would fill whole batches with it.
  @Test func `easy to hard without ties still mixes a batch`() {
    let difficulties = (0..<90).map { Double(($0 * 37) % 90) }
    let order = plan(.easyToHard, difficulties)
    for step in 0..<45 { #expect(Set(order[(step * 10)..<(step * 10 + 10)]).count == 10) }
    let means = (0..<9).map { part in
      order[(part * 50)..<(part * 50 + 50)].reduce(0.0) { $0 + difficulties[$1] } / 50
    }
    #expect(means == means.sorted())
  }

  /// A short run must not leave out the hard end of every band.
  @Test func `easy to hard reaches the hardest even in a short run`() {
    let difficulties = (0..<90).map { Double(($0 * 37) % 90) }
    let order = plan(.easyToHard, steps: 3, difficulties)
    let seen = order.map { difficulties[$0] }
    #expect(seen.max().map { $0 >= 80 } == true)
    #expect(Set(order).count == 30)
  }

  @Test func `competence opens the set along a square root`() {
    let specification = CurriculumSpecification(
      order: .competence, steps: 100, batch: 1, initial: 0.1, until: 0.5)
    #expect(specification.competence(atStep: 0) == 0.1)
    // Platanios et al., eq. 7, with T = 50: half way c = sqrt(0.5 * 0.99 + 0.01).
    #expect(abs(specification.competence(atStep: 25) - 0.505.squareRoot()) < 1e-12)
    #expect(specification.competence(atStep: 50) == 1)
    #expect(specification.competence(atStep: 99) == 1)
  }

  @Test func `competence draws only from what is open`() {
    let difficulties = (0..<90).map { Double(($0 * 37) % 90) }
    let specification = CurriculumSpecification(
      order: .competence, steps: 45, batch: 10, initial: 0.1, until: 0.5, seed: 7)
    let order = plan(.competence, difficulties)
    for step in 0..<45 {
      let open = (specification.competence(atStep: step) * 90).rounded(.up)
      for entry in order[(step * 10)..<(step * 10 + 10)] { #expect(difficulties[entry] < open) }
    }
    // Once all is open, the draws reach the hard half.
    #expect(order[230...].contains { difficulties[$0] > 80 })
  }

  /// The control must differ from `competence` in difficulty and in nothing else.
  @Test func `paced at random follows the same ranks in a pool without difficulty`() {
    let difficulties = (0..<90).map { Double(($0 * 37) % 90) }
    let paced = plan(.pacedRandom, difficulties)
    let competence = plan(.competence, difficulties)
    var renamed: [Int: Int] = [:]
    for (a, b) in zip(competence, paced) { #expect(renamed.updateValue(b, forKey: a) ?? b == b) }
    #expect(Set(renamed.values).count == renamed.count)
    let early = paced[0..<100].reduce(0.0) { $0 + difficulties[$1] } / 100
    let easy = competence[0..<100].reduce(0.0) { $0 + difficulties[$1] } / 100
    #expect(early > easy + 10)
  }

  @Test func `warm-up then random is easy to hard for its share, then epochs`() {
    let order = plan(.warmupRandom, steps: 45, until: 0.2)
    let warmup = order[0..<90].map { levels[$0] }
    #expect(warmup == warmup.sorted())
    for epoch in 0..<4 {
      #expect(order[(90 + epoch * 90)..<(180 + epoch * 90)].sorted() == Array(0..<90))
    }
  }

  @Test(arguments: CurriculumSpecification.Order.allCases)
  func `works for one sample`(order: CurriculumSpecification.Order) {
    #expect(plan(order, steps: 2, batch: 3, [5]) == [0, 0, 0, 0, 0, 0])
  }
}
