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

  private func specification(
    _ order: CurriculumSpecification.Order, _ pacing: CurriculumSpecification.Pacing = .rootP,
    power: Double = 2, buckets: Int = 4
  ) -> CurriculumSpecification {
    CurriculumSpecification(
      order: order, steps: 100, batch: 10, initial: 0.1, until: 0.5, seed: 7, pacing: pacing,
      power: power, buckets: buckets)
  }

  @Test func `pacings open the set as they say`() {
    let linear = specification(.linear, .linear)
    #expect(linear.share(atStep: 0) == 0.1 && linear.share(atStep: 50) == 1)
    #expect(abs(linear.share(atStep: 25) - 0.55) < 1e-12)
    // Half way, p = 1/2: (0.1^3 + 0.999 / 2)^(1/3).
    let root = specification(.rootP, power: 3)
    #expect(abs(root.share(atStep: 25) - 0.793966) < 1e-5)
    #expect(abs(specification(.rootP, power: 1).share(atStep: 25) - 0.55) < 1e-12)
    let steps = specification(.discrete, .discrete)
    let shares = (0..<100).map { steps.share(atStep: $0) }
    #expect(Set(shares).sorted() == [0.25, 0.5, 0.75, 1])
    #expect(shares[12] == 0.25 && shares[13] == 0.5 && shares[37] == 0.75 && shares[38] == 1)
    for paced in [linear, root, steps] {
      let all = (0..<100).map { paced.share(atStep: $0) }
      #expect(all == all.sorted() && all.allSatisfy { $0 > 0 && $0 <= 1 } && all[99] == 1)
    }
  }

  private let ranks = (0..<90).map { Double(($0 * 37) % 90) }

  private func paced(
    _ order: CurriculumSpecification.Order, _ pacing: CurriculumSpecification.Pacing,
    _ difficulties: [Double]
  ) -> (CurriculumSpecification, [Int]) {
    let specification = specification(order, pacing)
    let plan = CurriculumPlan(specification, difficulties: difficulties)
    return (specification, plan.order.map { Int($0) })
  }

  /// The three orders that are named for their pacing.
  @Test(arguments: [
    (CurriculumSpecification.Order.linear, CurriculumSpecification.Pacing.linear),
    (.rootP, .rootP), (.discrete, .discrete),
  ])
  func `paced orders draw the easiest share`(
    order: CurriculumSpecification.Order, pacing: CurriculumSpecification.Pacing
  ) {
    let (specification, plan) = paced(order, pacing, ranks)
    for step in 0..<100 {
      let open = (specification.share(atStep: step) * 90).rounded(.up)
      for entry in plan[(step * 10)..<(step * 10 + 10)] { #expect(ranks[entry] < open) }
    }
  }

  @Test func `root-p of power 2 is competence, to the last entry`() {
    let root = paced(.rootP, .rootP, ranks).1
    #expect(root == paced(.competence, .rootP, ranks).1)
  }

  @Test func `anti begins with the hardest`() {
    let (specification, plan) = paced(.anti, .linear, ranks)
    for step in 0..<100 {
      let closed = 90 - (specification.share(atStep: step) * 90).rounded(.up)
      for entry in plan[(step * 10)..<(step * 10 + 10)] { #expect(ranks[entry] >= closed) }
    }
    #expect(plan[0..<10].allSatisfy { ranks[$0] >= 81 })
  }

  @Test func `middle-loss begins in the middle and opens to both sides`() {
    let (specification, plan) = paced(.middleLoss, .linear, ranks)
    for step in 0..<100 {
      let open = (specification.share(atStep: step) * 90).rounded(.up)
      for entry in plan[(step * 10)..<(step * 10 + 10)] {
        #expect(abs(ranks[entry] - 44.5) <= open / 2 + 0.5)
      }
    }
    #expect(plan[900...].contains { ranks[$0] < 10 } && plan[900...].contains { ranks[$0] > 80 })
  }

  /// Shares of the difficulty, not of the set: what is twice as hard comes twice as late.
  @Test func `self-paced opens what is below a rising threshold`() {
    let skewed = (0..<90).map { $0 < 60 ? Double($0 % 3) : Double($0) * 10 }
    let (specification, plan) = paced(.selfPaced, .linear, skewed)
    for step in 0..<100 {
      let threshold = specification.share(atStep: step) * 890
      let most = plan[(step * 10)..<(step * 10 + 10)].map { skewed[$0] }.max() ?? 0
      #expect(most <= max(threshold, 2))
    }
    #expect(plan[0..<100].allSatisfy { skewed[$0] <= 2 })
    #expect(plan[900...].contains { skewed[$0] > 800 })
  }

  @Test func `self-paced is not stopped by a difficulty without end`() {
    let endless = (0..<90).map { $0 == 7 ? .infinity : Double($0) }
    #expect(paced(.selfPaced, .linear, endless).1.contains(7))
  }

  @Test func `interleaved goes from easy to hard as often as it is told, and brings all`() {
    let plan = paced(.interleaved, .rootP, ranks).1
    #expect(plan.count == 1000)
    var counts = [Int](repeating: 0, count: 90)
    for entry in plan { counts[entry] += 1 }
    // 1000 entries over 90 samples.
    #expect(counts.allSatisfy { (10...13).contains($0) })
    for fold in 0..<4 {
      let seen = plan[(fold * 250)..<(fold * 250 + 250)].map { ranks[$0] / 10 }.map {
        $0.rounded(.down)
      }
      #expect(seen == seen.sorted() && seen.first == 0 && seen.last == 8)
    }
  }

  @Test func `random with the same pacing brings as much, of any difficulty`() {
    for pacing in CurriculumSpecification.Pacing.allCases {
      let easy = paced(.selfPaced, pacing, (0..<90).map { Double($0) }).1
      let random = paced(.pacedRandom, pacing, ranks).1
      #expect(random.count == easy.count)
      let early = random[0..<100].map { ranks[$0] }.reduce(0, +) / 100
      #expect(early > 20)
    }
  }

  @Test func `two words for a warm-up say the same`() {
    #expect(plan(.warmUpThenRandom, until: 0.2) == plan(.warmupRandom, until: 0.2))
  }

  @Test(arguments: CurriculumSpecification.Order.allCases)
  func `works for one sample`(order: CurriculumSpecification.Order) {
    #expect(plan(order, steps: 2, batch: 3, [5]) == [0, 0, 0, 0, 0, 0])
  }
}
