/// Instances of Menelaus, Ceva, harmonic pencils and Pappus: configurations of lines with three or
/// more points.
extension Matcher {
  /// Lines with three or more points, and where two of them meet.
  private struct Lines {
    let masks: [UInt64]
    /// Per line of the figure, its number here; -1 for one of two points.
    let number: [Int]

    init(_ figure: Figure) {
      var masks: [UInt64] = []
      var number = [Int](repeating: -1, count: figure.lineMask.count)
      for line in figure.lineMask.indices where figure.lineMask[line].nonzeroBitCount > 2 {
        number[line] = masks.count
        masks.append(figure.lineMask[line])
      }
      self.masks = masks
      self.number = number
    }

    /// The point of the figure on both lines; nil where there is none.
    @inline(__always)
    func meet(_ a: Int, _ b: Int) -> Int? {
      let common = masks[a] & masks[b]
      return common == 0 ? nil : common.trailingZeroBitCount
    }
  }

  /// Beyond so many lines the configurations are too many to list.
  private static let mostLines = 40

  mutating func matchProjective() {
    let lines = Lines(figure)
    guard lines.masks.count > 2, lines.masks.count <= Self.mostLines else { return }
    matchTransversals(lines)
    matchCevians(lines)
    matchPappus(lines)
  }

  /// Three lines that form a triangle, and a fourth that meets all three elsewhere.
  private mutating func matchTransversals(_ lines: Lines) {
    let count = lines.masks.count
    for i in 0..<count {
      for j in (i + 1)..<max(count, i + 1) {
        guard let ij = lines.meet(i, j) else { continue }
        for k in (j + 1)..<max(count, j + 1) {
          guard let jk = lines.meet(j, k), let ki = lines.meet(k, i), jk != ij, ki != ij else {
            continue
          }
          for l in (k + 1)..<max(count, k + 1) {
            guard let il = lines.meet(i, l), let jl = lines.meet(j, l), let kl = lines.meet(k, l),
              il != ij, il != ki, jl != ij, jl != jk, kl != jk, kl != ki
            else { continue }
            // Each of the four lines cuts the triangle of the other three.
            matchTransversal((jk, ki, ij), (il, jl, kl))
            matchTransversal((jl, il, ij), (ki, jk, kl))
            matchTransversal((kl, il, ki), (ij, jk, jl))
            matchTransversal((kl, jl, jk), (ij, ki, il))
          }
        }
      }
    }
  }

  /// Triangle ABC with D, E, F on the sides opposite A, B, C, and on one line.
  private mutating func matchTransversal(_ t: (Int, Int, Int), _ s: (Int, Int, Int)) {
    apply(.menelaus, t.0, t.1, t.2, s.0, s.1, s.2)
    let (corners, feet) = ([t.0, t.1, t.2], [s.0, s.1, s.2])
    for f in 0..<3 {
      let (d, e) = ((f + 1) % 3, (f + 2) % 3)
      // F beyond B, so that A, B, F lie in this order; else with A and B exchanged.
      for (d, e) in [(d, e), (e, d)] where isBetween(corners[e], corners[d], feet[f]) {
        let (a, b, c) = (corners[d], corners[e], corners[f])
        guard isInside(feet[d], b, c) == isInside(feet[e], c, a) else { continue }
        apply(.menelausConverse, a, b, c, feet[d], feet[e], feet[f])
      }
    }
  }

  /// Three lines through P and a triangle with one corner on each.
  private mutating func matchCevians(_ lines: Lines) {
    for p in 0..<figure.count {
      let through = lines.masks.indices.filter { lines.masks[$0] >> UInt64(p) & 1 != 0 }
      guard through.count > 2 else { continue }
      let others = through.map { Figure.members(of: lines.masks[$0] & ~(1 << UInt64(p))) }
      for i in through.indices {
        for j in through.indices where j > i {
          for k in through.indices where k > j {
            for a in others[i] {
              for b in others[j] {
                guard let f = third(a, b, through[k], p, lines) else { continue }
                for c in others[k] where c != f {
                  guard let d = third(b, c, through[i], p, lines), d != a,
                    let e = third(c, a, through[j], p, lines), e != b
                  else { continue }
                  matchCevian((a, b, c), p, (d, e, f))
                }
              }
            }
          }
        }
      }
    }
  }

  /// The point of the figure where the line ab meets another line through `p`, not in a or b.
  @inline(__always)
  private func third(_ a: Int, _ b: Int, _ other: Int, _ p: Int, _ lines: Lines) -> Int? {
    let side = lines.number[Int(figure.line[figure.pair(a, b)])]
    guard side >= 0, let meet = lines.meet(side, other), meet != a, meet != b, meet != p else {
      return nil
    }
    return meet
  }

  private mutating func matchCevian(_ t: (Int, Int, Int), _ p: Int, _ s: (Int, Int, Int)) {
    apply(.ceva, t.0, t.1, t.2, p, s.0, s.1, s.2)
    let (corners, feet) = ([t.0, t.1, t.2], [s.0, s.1, s.2])
    for f in 0..<3 {
      let (a, b, c) = (corners[(f + 1) % 3], corners[(f + 2) % 3], corners[f])
      let (d, e) = (feet[(f + 1) % 3], feet[(f + 2) % 3])
      if isInside(feet[f], a, b), isInside(d, b, c) == isInside(e, c, a) {
        apply(.cevaConverse, a, b, c, p, d, e, feet[f])
      }
      if figure.arePerpendicular(figure.pair(c, feet[f]), figure.pair(a, b)) {
        apply(.harmonicBisector, a, b, c, p, d, e, feet[f])
        apply(.harmonicPerpendicular, a, b, c, p, d, e, feet[f])
      }
    }
  }

  /// Whether b lies between a and c, on one line with them.
  private func isBetween(_ b: Int, _ a: Int, _ c: Int) -> Bool { figure.dot(b, a, c) < 0 }

  private func isInside(_ point: Int, _ a: Int, _ b: Int) -> Bool { isBetween(point, a, b) }

  /// A, B, C on one line, P, Q, R on another, and the three meets of AQ, PB and so on.
  private mutating func matchPappus(_ lines: Lines) {
    for i in lines.masks.indices {
      for j in lines.masks.indices where j > i {
        let common = lines.masks[i] & lines.masks[j]
        let left = Figure.members(of: lines.masks[i] & ~common)
        let right = Figure.members(of: lines.masks[j] & ~common)
        guard left.count > 2, right.count > 2, left.count <= 5, right.count <= 5 else { continue }
        for a in left.indices {
          for b in left.indices where b > a {
            for c in left.indices where c > b {
              matchPappus((left[a], left[b], left[c]), right, lines)
            }
          }
        }
      }
    }
  }

  private mutating func matchPappus(_ t: (Int, Int, Int), _ right: [Int], _ lines: Lines) {
    for p in right {
      for q in right where q != p {
        guard let x = cross(t.0, q, p, t.1, lines) else { continue }
        for r in right where r != p && r != q {
          guard let y = cross(t.0, r, p, t.2, lines), let z = cross(t.1, r, q, t.2, lines),
            x != y, y != z, z != x, figure.areCollinear(x, y, z)
          else { continue }
          apply(.pappus, t.0, t.1, t.2, p, q, r, x, y, z)
        }
      }
    }
  }

  /// Where ab meets cd, in none of these points.
  @inline(__always)
  private func cross(_ a: Int, _ b: Int, _ c: Int, _ d: Int, _ lines: Lines) -> Int? {
    let first = lines.number[Int(figure.line[figure.pair(a, b)])]
    let second = lines.number[Int(figure.line[figure.pair(c, d)])]
    guard first >= 0, second >= 0, first != second, let meet = lines.meet(first, second),
      meet != a, meet != b, meet != c, meet != d
    else { return nil }
    return meet
  }
}
