extension BoxTracking {
  /// Problems up to renaming, by Burnside's lemma: the mean, over all pairs of a renaming σ of n
  /// boxes and τ of k objects, of the number of problems that both leave unchanged.
  ///
  /// A placement is unchanged if it carries each cycle of τ, of length m, onto boxes with σ^m = 1:
  /// (boxes on σ-cycles whose length divides m) ways per cycle. An operation is unchanged if it
  /// moves a fixed object to a fixed box (other than its own, which is fixed too), or swaps two
  /// fixed boxes or the two boxes of a 2-cycle; the placement after it is unchanged too, so the
  /// counts multiply. The question must be about a fixed object.
  ///
  /// Of the N named problems of a size, none is drawn with a probability above w / N, where w is
  /// the greatest weight that its kind is given (`Shares`); and at most n! k! of them are the same
  /// problem: so a problem's probability is at most w n! k! / N, which also bounds the collision
  /// probability. Every kind of which there are problems is drawn, so all are counted. Problems of
  /// different sizes are different.
  public func space(at difficulty: Difficulty) -> ProblemSpace {
    let sizes = Self.sizes(at: difficulty)
    let share = 1 / Double(sizes.boxes.count * sizes.objects.count)
    var problems: Int128 = 0
    var collision = 0.0
    var heaviest = 0.0
    for boxes in sizes.boxes {
      for objects in sizes.objects {
        let size = Size(boxes: boxes, objects: objects, operations: sizes.operations)
        problems += size.problems
        let shares = Shares(boxes: boxes, objects: objects, operations: sizes.operations)
        let bound = min(1, shares.greatestWeight * size.renamings / size.named)
        collision += share * share * bound
        heaviest = max(heaviest, share * bound)
      }
    }
    return ProblemSpace(
      problems: problems, collision: collision, collisionIsExact: false, heaviest: heaviest,
      note: "\(sizes.boxes.lowerBound)...\(sizes.boxes.upperBound) boxes, "
        + "\(sizes.objects.lowerBound)...\(sizes.objects.upperBound) objects, \(sizes.operations) "
        + "operations, up to renaming (Burnside); collision bounded by renamings / named problems")
  }

  struct Size {
    var boxes: Int
    var objects: Int
    var operations: Int

    /// Problems up to renaming.
    var problems: Int128 {
      var sum: Int128 = 0
      for sigma in CycleType.all(of: boxes) {
        for tau in CycleType.all(of: objects) where tau.fixed > 0 {
          sum += sigma.permutations * tau.permutations * unchanged(sigma, tau)
        }
      }
      return sum / (factorial(boxes) * factorial(objects))
    }

    var renamings: Double { Double(factorial(boxes) * factorial(objects)) }

    /// Problems with their names (of one set of names).
    var named: Double {
      Double(unchanged(CycleType(counts: [1: boxes]), CycleType(counts: [1: objects])))
    }

    private func unchanged(_ sigma: CycleType, _ tau: CycleType) -> Int128 {
      var count = Int128(tau.fixed)
      for (length, cycles) in tau.counts {
        for _ in 0..<cycles { count *= Int128(sigma.pointsOnCycles(dividing: length)) }
      }
      let fixed = sigma.fixed
      let moves = tau.fixed * max(0, fixed - 1)
      let swaps = fixed * (fixed - 1) / 2 + sigma.counts[2, default: 0]
      for _ in 0..<operations { count *= Int128(moves + swaps) }
      return count
    }
  }

  /// How many cycles of each length a permutation has.
  struct CycleType {
    var counts: [Int: Int]

    var fixed: Int { counts[1, default: 0] }

    /// Permutations of this type: n! / Π m^c c!.
    var permutations: Int128 {
      var divisor: Int128 = 1
      for (length, cycles) in counts {
        for _ in 0..<cycles { divisor *= Int128(length) }
        divisor *= factorial(cycles)
      }
      return factorial(counts.reduce(0) { $0 + $1.key * $1.value }) / divisor
    }

    func pointsOnCycles(dividing length: Int) -> Int {
      counts.reduce(0) { $0 + (length % $1.key == 0 ? $1.key * $1.value : 0) }
    }

    static func all(of count: Int) -> [CycleType] { all(of: count, longest: count) }

    private static func all(of count: Int, longest: Int) -> [CycleType] {
      if count == 0 { return [CycleType(counts: [:])] }
      return (1...count).prefix { $0 <= longest }.flatMap { length in
        all(of: count - length, longest: length).map { rest in
          var type = rest
          type.counts[length, default: 0] += 1
          return type
        }
      }
    }
  }
}

private func factorial(_ n: Int) -> Int128 { (0..<n).reduce(1) { $0 * Int128($1 + 1) } }
