extension Claim {
  /// The claim without what cancels: an `eqratio` with equal members is a `cong`, an `eqangle` a
  /// `para`.
  var simplified: Claim {
    guard kind == .eqangle || kind == .eqratio else { return self }
    func same(_ i: Int, _ j: Int) -> Bool {
      (self[2 * i], self[2 * i + 1]) == (self[2 * j], self[2 * j + 1])
        || (self[2 * i], self[2 * i + 1]) == (self[2 * j + 1], self[2 * j])
    }
    let left: (Int, Int)
    if same(0, 1) {
      left = (2, 3)
    } else if same(0, 2) {
      left = (1, 3)
    } else if same(3, 1) {
      left = (0, 2)
    } else if same(3, 2) || (kind == .eqratio && same(0, 3) && same(1, 2)) {
      left = (0, 1)
    } else {
      return self
    }
    return Claim(
      kind == .eqangle ? .para : .cong, self[2 * left.0], self[2 * left.0 + 1],
      self[2 * left.1], self[2 * left.1 + 1])
  }

  /// The spelling that stands for all symmetric spellings of the claim.
  package var canonical: Claim {
    var result = simplified
    switch result.kind {
    case .coll, .cyclic, .ncoll, .diff:
      result.sort(0..<count)
      // Each point once.
      var kept = 1
      for index in 1..<count where result.points[index] != result.points[kept - 1] {
        result.points[kept] = result.points[index]
        kept += 1
      }
      for index in kept..<8 { result.points[index] = 0xFF }
    case .circle:
      result.sort(1..<count)
    case .midp:
      result.sort(1..<3)
    case .para, .perp, .cong, .npara, .nperp:
      result.sort(0..<2)
      result.sort(2..<4)
      if result.segment(1) < result.segment(0) { result.swapSegments(0, 1) }
    case .aconst, .rconst, .r2const:
      result.sort(0..<2)
      result.sort(2..<4)
      if result.segment(1) < result.segment(0) {
        result.swapSegments(0, 1)
        if kind == .aconst {
          result.numerator = (2 * denominator - numerator) % denominator
        } else {
          (result.numerator, result.denominator) = (denominator, numerator)
        }
      }
    case .eqangle, .eqratio:
      for index in 0..<4 { result.sort((2 * index)..<(2 * index + 2)) }
      // The fact is l1 + l4 = l2 + l3.
      if result.segment(3) < result.segment(0) { result.swapSegments(0, 3) }
      if result.segment(2) < result.segment(1) { result.swapSegments(1, 2) }
      let outer = (result.segment(0), result.segment(3))
      let inner = (result.segment(1), result.segment(2))
      if inner < outer {
        result.swapSegments(0, 1)
        result.swapSegments(3, 2)
      }
    case .simtri, .simtrir, .contri, .contrir:
      result = canonicalTriangles
    case .median:
      result.sort(1..<3)
    case .lengthSum, .obtuse:
      if result.points[2] < result.points[0] {
        (result.points[0], result.points[2]) = (points[2], points[0])
      }
    case .product:
      result = canonicalProduct
    case .angleSum, .squareSum, .sameclock, .sameside, .nsameside, .longer:
      break
    }
    return result
  }

  @inline(__always)
  func segment(_ index: Int) -> UInt16 {
    UInt16(points[2 * index]) << 8 | UInt16(points[2 * index + 1])
  }

  private mutating func swapSegments(_ a: Int, _ b: Int) {
    for offset in 0..<2 {
      let kept = points[2 * a + offset]
      points[2 * a + offset] = points[2 * b + offset]
      points[2 * b + offset] = kept
    }
  }

  private mutating func sort(_ range: Range<Int>) {
    for i in range.dropFirst() {
      var j = i
      while j > range.lowerBound && points[j] < points[j - 1] {
        let kept = points[j]
        points[j] = points[j - 1]
        points[j - 1] = kept
        j -= 1
      }
    }
  }

  /// The corners in increasing order, the points on the sides with them.
  private var canonicalProduct: Claim {
    let corners = [0, 1, 2].sorted { points[$0] < points[$1] }
    var result = self
    // The point on a side moves with the corner opposite.
    for (place, corner) in corners.enumerated() {
      result.points[place] = points[corner]
      result.points[3 + place] = points[3 + corner]
    }
    return result
  }

  /// The least of the twelve spellings.
  private var canonicalTriangles: Claim {
    var best = self
    var bestKey = UInt64.max
    for swapped in [false, true] {
      for order in [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)] {
        var candidate = self
        let left = swapped ? 3 : 0
        let right = swapped ? 0 : 3
        let places = [order.0, order.1, order.2]
        var key: UInt64 = 0
        for index in 0..<3 { candidate.points[index] = points[left + places[index]] }
        for index in 0..<3 { candidate.points[3 + index] = points[right + places[index]] }
        for index in 0..<6 { key = key << 8 | UInt64(candidate.points[index]) }
        if key < bestKey {
          bestKey = key
          best = candidate
        }
      }
    }
    return best
  }
}
