internal import Randomness

/// An order over a set: a pure function of the set's difficulties, the specification and its seed.
///
/// - `random`: epochs, each a permutation of the set of its own.
/// - `easy-to-hard`: once from the easiest to the hardest, stretched over the run. The
///   sorted set is cut between ties into bands of at least one batch; a band holding the share s of
///   the set takes the share s of the entries, in passes, each sorted with its ties shuffled anew.
///   With as many entries as samples this is the sorted set, once.
/// - `competence`: at step t each entry is drawn uniformly among the easiest share
///   `c(t) = min(1, sqrt(t (1 - c0^2) / T + c0^2))` of the set (Platanios et al. 2019, eq. 7), T being
///   `until` of the run; ties are ranked by a shuffle.
/// - `warmup-random`: `easy-to-hard` over the share `until` of the run, then epochs of `random`.
/// - `paced-random`: the control for `competence`: the same ranks, drawn from a random permutation
///   instead of the sorted set. Its gain over `random` is due to the growing pool, not to
///   difficulty.
public struct CurriculumPlan: Sendable, Equatable {
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
    case .competence: planner.addPaced(over: planner.sorted)
    case .pacedRandom: planner.addPaced(over: planner.permutation("pool"))
    case .warmupRandom:
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

extension CurriculumSpecification {
  /// Share of the set available at a step, counted from 0.
  public func competence(atStep step: Int) -> Double {
    let horizon = until * Double(steps)
    guard horizon > 0, Double(step) < horizon else { return 1 }
    let square = initial * initial
    return min(1, (Double(step) * (1 - square) / horizon + square).squareRoot())
  }
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

  mutating func addPaced(over pool: [UInt32]) {
    var stream = seed.child("draws").stream()
    for step in 0..<specification.steps {
      let share = specification.competence(atStep: step) * Double(pool.count)
      let open = min(pool.count, max(1, Int(share.rounded(.up))))
      for _ in 0..<specification.batch { order.append(pool[stream.uniform(open)]) }
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
