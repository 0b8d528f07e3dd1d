/// Instances of rules about midpoints, feet on bisectors and perpendicular bisectors.
extension Matcher {
  /// Midpoints M of AC and N of BD with AB = CD.
  mutating func matchMidlines() {
    for i in midpoints.indices {
      for j in midpoints.indices where j > i && midpoints[i][0] != midpoints[j][0] {
        let (m, a, c) = Self.three(midpoints[i])
        let (n, b, d) = Self.three(midpoints[j])
        matchMidline(a, b, c, d, m, n)
        matchMidline(a, d, c, b, m, n)
      }
    }
  }

  private mutating func matchMidline(
    _ a: Int, _ b: Int, _ c: Int, _ d: Int, _ m: Int, _ n: Int
  ) {
    guard a != b, c != d,
      figure.lengthClass[figure.pair(a, b)] == figure.lengthClass[figure.pair(c, d)]
    else { return }
    apply(.midlineOfEqualSegments, a, b, c, d, m, n)
  }

  private static func three(_ points: SIMD4<UInt8>) -> (Int, Int, Int) {
    (Int(points[0]), Int(points[1]), Int(points[2]))
  }

  /// Feet of a corner A on bisectors at B and at C of triangle ABC.
  mutating func matchFeetOnBisectors() {
    let n = figure.count
    var feet: [(corner: Int, foot: Int)] = []
    for a in 0..<n {
      feet.removeAll(keepingCapacity: true)
      for g in 0..<n where g != a {
        for b in 0..<n
        where b != a && b != g
          && figure.arePerpendicular(figure.pair(g, a), figure.pair(g, b))
        {
          feet.append((b, g))
        }
      }
      for i in feet.indices {
        for j in feet.indices where j > i && feet[i].foot != feet[j].foot {
          let (b, g) = feet[i]
          let (c, f) = feet[j]
          guard b != c, !figure.areCollinear(a, b, c), bisects(b, g, a, c), bisects(c, f, a, b)
          else { continue }
          apply(.feetOnBisectors, a, b, c, f, g)
        }
      }
    }
  }

  /// E and D above the ends of AB, and C on the line ED as far from A as from B.
  mutating func matchAxes() {
    let n = figure.count
    for midpoint in midpoints {
      let (c, e, d) = Self.three(midpoint)
      for a in 0..<n where a != c && a != e && a != d {
        for b in 0..<n
        where b != c && b != e && b != d && b != a
          && figure.lengthClass[figure.pair(c, a)] == figure.lengthClass[figure.pair(c, b)]
        {
          let base = figure.pair(a, b)
          guard figure.arePerpendicular(figure.pair(e, a), base),
            figure.arePerpendicular(figure.pair(d, b), base)
          else { continue }
          apply(.axisBetweenPerpendiculars, a, b, c, d, e)
        }
      }
    }
  }
}
