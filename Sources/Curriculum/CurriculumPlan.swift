internal import Randomness

/// An order over a set: a pure function of the set's difficulties, the specification and its seed.
/// `Curriculum.md` says what each order does.
public struct CurriculumPlan: Sendable, Equatable {
  /// What the order was made from.
  public let specification: CurriculumSpecification
  /// Positions in the set, `steps * batch`.
  public let order: [UInt32]

  /// - Parameter difficulties: one for each sample of the set, in set order; larger is harder.
  /// - Precondition: at least one sample, at most 2^31 entries and samples.
  public init(_ specification: CurriculumSpecification, difficulties: [Double]) {
    guard let entries = specification.entries, !difficulties.isEmpty,
      difficulties.count <= 1 << 31
    else { preconditionFailure("a plan needs samples, and at most 2^31 entries") }
    self.specification = specification
    var planner = Planner(specification, difficulties: difficulties)
    switch specification.order {
    case .random: planner.addRandom(entries)
    case .easyToHard: planner.addEasyToHard(entries)
    case .competence, .linear, .rootP, .discrete: planner.addPaced(over: planner.sorted)
    case .pacedRandom: planner.addPaced(over: planner.permutation("pool"))
    case .anti: planner.addPaced(over: planner.sorted.reversed())
    case .middleLoss: planner.addPaced(over: planner.fromTheMiddle())
    case .selfPaced: planner.addSelfPaced()
    case .interleaved: planner.addInterleaved(entries)
    case .warmupRandom, .warmUpThenRandom:
      let warmup = Int((specification.until * Double(specification.steps)).rounded())
      planner.addEasyToHard(min(entries, warmup * specification.batch))
      planner.addRandom(entries - planner.order.count)
    }
    order = planner.order
    var isNamed = [Bool](repeating: false, count: difficulties.count)
    for position in order { isNamed[Int(position)] = true }
    uniqueCount = isNamed.count { $0 }
  }

  /// Number of distinct samples in the order.
  public let uniqueCount: Int
}

private struct Planner {
  let specification: CurriculumSpecification
  let difficulties: [Double]
  let seed: Seed
  /// Positions from easy to hard, ties shuffled; computed only for the orders that use it.
  lazy var sorted: [UInt32] = {
    var ranked = (0..<difficulties.count).map { UInt32($0) }
    var stream = seed.child("ties").stream()
    stream.shuffle(&ranked)
    return Self.sorted(ranked, by: difficulties)
  }()
  var order: [UInt32] = []

  init(_ specification: CurriculumSpecification, difficulties: [Double]) {
    self.specification = specification
    self.difficulties = difficulties
    seed = Seed(specification.seed).child("curriculum")
    order.reserveCapacity(specification.entries ?? 0)
  }

  /// A permutation of the set, a different one for every name and index.
  func permutation(_ name: String, _ index: Int = 0) -> [UInt32] {
    var all = (0..<difficulties.count).map { UInt32($0) }
    var stream = seed.child(name).child(index).stream()
    stream.shuffle(&all)
    return all
  }

  mutating func addRandom(_ count: Int) {
    let end = order.count + count
    var epoch = 0
    while order.count < end {
      order += permutation("epoch", epoch).prefix(end - order.count)
      epoch += 1
    }
  }

  mutating func addEasyToHard(_ count: Int) {
    let start = order.count
    for (number, band) in bands().enumerated() {
      // Cumulative shares, so that the bands' entries add up to `count`.
      let end =
        start + Int(UInt64(count) * UInt64(band.upperBound) / UInt64(difficulties.count))
      var pass = 0
      while order.count < end {
        var members = Array(sorted[band])
        var stream = seed.child("band").child(number).child(pass).stream()
        stream.shuffle(&members)
        // A last, partial pass is a random part of the band, so that it includes hard samples too.
        order += Self.sorted(Array(members.prefix(end - order.count)), by: difficulties)
        pass += 1
      }
    }
  }

  /// Runs of `sorted` that end between two difficulties and hold at least one batch each; the
  /// remainder at the hard end joins the last.
  private mutating func bands() -> [Range<Int>] {
    var bands: [Range<Int>] = []
    var first = 0
    for i in sorted.indices {
      let isLast = i + 1 == sorted.count
      let isTie = !isLast && difficulty(i) == difficulty(i + 1)
      guard !isTie, isLast || i + 1 - first >= specification.batch else { continue }
      if i + 1 - first < specification.batch, let last = bands.popLast() {
        first = last.lowerBound
      }
      bands.append(first..<(i + 1))
      first = i + 1
    }
    return bands
  }

  private mutating func difficulty(_ rank: Int) -> Double { difficulties[Int(sorted[rank])] }

  /// Each entry is drawn evenly from the first share of a pool that grows with the steps.
  mutating func addPaced(over pool: [UInt32]) {
    let specification = specification
    addDraws(over: pool) { step in
      Int((specification.share(atStep: step) * Double(pool.count)).rounded(.up))
    }
  }

  /// The pool is what is at most as hard as a threshold, which goes from the least to the largest
  /// difficulty as the pacing says; at least the share that a paced order begins with.
  mutating func addSelfPaced() {
    let (pool, specification) = (sorted, specification)
    let values = pool.map { difficulties[Int($0)] }
    guard let low = values.first, let high = values.last else { return }
    let least = Int((specification.initial * Double(pool.count)).rounded(.up))
    var open = 0
    addDraws(over: pool) { step in
      let share = specification.share(atStep: step)
      // An end that is infinite leaves no scale: then shares of the set.
      let threshold = share >= 1 ? high : low + share * (high - low)
      while open < values.count, values[open] <= threshold { open += 1 }
      return threshold.isFinite ? max(least, open) : Int(share * Double(pool.count))
    }
  }

  private mutating func addDraws(over pool: [UInt32], open: (_ step: Int) -> Int) {
    var stream = seed.child("draws").stream()
    for step in 0..<specification.steps {
      let open = min(pool.count, max(1, open(step)))
      for _ in 0..<specification.batch { order.append(pool[stream.uniform(open)]) }
    }
  }

  /// Positions by the distance of their rank from the middle one, which leaves ties shuffled.
  mutating func fromTheMiddle() -> [UInt32] {
    let ranked = sorted
    var found: [UInt32] = []
    found.reserveCapacity(ranked.count)
    var (low, high) = ((ranked.count - 1) / 2, (ranked.count - 1) / 2 + 1)
    while found.count < ranked.count {
      if low >= 0 { found.append(ranked[low]) }
      if high < ranked.count { found.append(ranked[high]) }
      low -= 1
      high += 1
    }
    return found
  }

  /// As often as there are buckets from easy to hard, each time with other samples of each band
  /// until all have come.
  mutating func addInterleaved(_ count: Int) {
    let bands = bands()
    var queues = [[UInt32]](repeating: [], count: bands.count)
    var passes = [Int](repeating: 0, count: bands.count)
    let folds = specification.buckets
    for fold in 0..<folds {
      let first = order.count
      let entries = count / folds * (fold + 1) + min(count % folds, fold + 1) - first
      for (number, band) in bands.enumerated() {
        let end =
          first + Int(UInt64(entries) * UInt64(band.upperBound) / UInt64(difficulties.count))
        var some: [UInt32] = []
        while order.count + some.count < end {
          if queues[number].isEmpty {
            queues[number] = Array(sorted[band])
            var stream = seed.child("fold").child(number).child(passes[number]).stream()
            stream.shuffle(&queues[number])
            passes[number] += 1
          }
          let taken = min(end - order.count - some.count, queues[number].count)
          some += queues[number].prefix(taken)
          queues[number].removeFirst(taken)
        }
        order += Self.sorted(some, by: difficulties)
      }
    }
  }

  /// Stable: equally hard samples keep their order. One number for each: the difficulty's rank in
  /// the high bits, the place in the low ones.
  private static func sorted(_ positions: [UInt32], by difficulties: [Double]) -> [UInt32] {
    var values = positions.map { difficulties[Int($0)] }
    values.sort()
    var kept = 0
    for i in values.indices where i == 0 || values[i] != values[kept - 1] {
      values[kept] = values[i]
      kept += 1
    }
    values.removeLast(values.count - kept)
    func rank(_ value: Double) -> UInt64 {
      var (low, high) = (0, values.count)
      while low < high {
        let middle = (low + high) / 2
        if values[middle] < value { low = middle + 1 } else { high = middle }
      }
      return UInt64(low)
    }
    var keys = positions.indices.map { place in
      rank(difficulties[Int(positions[place])]) << 32 | UInt64(place)
    }
    keys.sort()
    return keys.map { positions[Int($0 & 0xFFFF_FFFF)] }
  }
}
