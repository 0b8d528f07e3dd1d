/// Lists every rule instance that the closure may ever use, read off the figure: the diagram
/// proposes, the systems dispose.
package struct Matcher {
  let figure: Figure
  private var applications: ContiguousArray<Closure.Application> = []
  /// Midpoints of the figure with the ends of their segments.
  private(set) var midpoints: ContiguousArray<SIMD4<UInt8>> = []

  private init(_ figure: Figure) { self.figure = figure }

  /// Fills the lists of a closure.
  package static func prepare(_ closure: inout Closure) {
    var matcher = Matcher(closure.figure)
    matcher.matchTriangles(&closure)
    matcher.matchFlats(&closure)
    matcher.matchCircles(&closure)
    matcher.matchIsosceles()
    matcher.matchBisectors()
    matcher.matchPerpendiculars(&closure)
    matcher.matchScaledPairs(&closure)
    matcher.matchMidlines()
    matcher.matchFeetOnBisectors()
    matcher.matchAxes()
    closure.applications = matcher.applications
    matcher.applications.removeAll(keepingCapacity: true)
    matcher.matchProjective()
    closure.lateApplications = matcher.applications
  }

  mutating func apply(
    _ rule: RuleID, _ a: Int, _ b: Int, _ c: Int = 0, _ d: Int = 0, _ e: Int = 0, _ f: Int = 0,
    _ g: Int = 0, _ h: Int = 0, _ i: Int = 0
  ) {
    var substitution = Rule.Substitution(repeating: 0)
    substitution[0] = UInt8(a)
    substitution[1] = UInt8(b)
    substitution[2] = UInt8(c)
    substitution[3] = UInt8(d)
    substitution[4] = UInt8(e)
    substitution[5] = UInt8(f)
    substitution[6] = UInt8(g)
    substitution[7] = UInt8(h)
    substitution[8] = UInt8(i)
    applications.append(Closure.Application(rule: rule, substitution: substitution))
  }

  // MARK: Triangles

  private func matchTriangles(_ closure: inout Closure) {
    var shapes = ContiguousArray<(x: Double, y: Double, vertices: SIMD4<UInt8>)>()
    let n = figure.count
    func add(_ a: Int, _ b: Int, _ c: Int, _ x: Double, _ y: Double, _ positive: Bool) {
      shapes.append((x, y, SIMD4(UInt8(a), UInt8(b), UInt8(c), positive ? 1 : 0)))
    }
    for a in 0..<n {
      for b in (a + 1)..<max(n, a + 1) {
        for c in (b + 1)..<max(n, b + 1) where !figure.areCollinear(a, b, c) {
          var v = (a, b, c)
          let ab = figure.pair(a, b)
          let bc = figure.pair(b, c)
          let ca = figure.pair(c, a)
          // Opposite sides in increasing order.
          var s = (bc, ca, ab)
          var positive = figure.orientation(a, b, c) > 0
          let l = figure.length
          if l[s.1] < l[s.0] {
            (v.0, v.1, s.0, s.1, positive) = (v.1, v.0, s.1, s.0, !positive)
          }
          if l[s.2] < l[s.1] {
            (v.1, v.2, s.1, s.2, positive) = (v.2, v.1, s.2, s.1, !positive)
          }
          if l[s.1] < l[s.0] {
            (v.0, v.1, s.0, s.1, positive) = (v.1, v.0, s.1, s.0, !positive)
          }
          let x = l[s.0] / l[s.2]
          let y = l[s.1] / l[s.2]
          let first = figure.lengthClass[s.0] == figure.lengthClass[s.1]
          let last = figure.lengthClass[s.1] == figure.lengthClass[s.2]
          add(v.0, v.1, v.2, x, y, positive)
          if first { add(v.1, v.0, v.2, x, y, !positive) }
          if last { add(v.0, v.2, v.1, x, y, !positive) }
          if first && last {
            add(v.1, v.2, v.0, x, y, positive)
            add(v.2, v.0, v.1, x, y, positive)
            add(v.2, v.1, v.0, x, y, !positive)
          }
        }
      }
    }
    closure.triangles.add(shapes)
  }

  /// Collinear triples, b between a and c.
  private mutating func matchFlats(_ closure: inout Closure) {
    var shapes = ContiguousArray<(x: Double, y: Double, vertices: SIMD4<UInt8>)>()
    for mask in figure.lineMask where mask.nonzeroBitCount > 2 {
      let members = Figure.members(of: mask)
      let along = figure.points[members[1]] - figure.points[members[0]]
      let order = members.sorted { figure.points[$0].dot(along) < figure.points[$1].dot(along) }
      for i in order.indices {
        for j in order.indices where j > i {
          for k in order.indices where k > j {
            let (a, b, c) = (order[i], order[j], order[k])
            closure.collinearTriples.append(SIMD4(UInt8(a), UInt8(b), UInt8(c), 0))
            let (ab, bc) = (figure.pair(a, b), figure.pair(b, c))
            let x = figure.length[ab] / figure.length[figure.pair(a, c)]
            shapes.append((x, 0, SIMD4(UInt8(a), UInt8(b), UInt8(c), 0)))
            shapes.append((1 - x, 0, SIMD4(UInt8(c), UInt8(b), UInt8(a), 0)))
            if figure.lengthClass[ab] == figure.lengthClass[bc] { matchMidpoint(b, a, c) }
          }
        }
      }
    }
    closure.flats.add(shapes)
    for bucket in closure.flats.leaders where bucket.count < 200 {
      for i in bucket.indices {
        for j in bucket.indices where j > i {
          matchTrapezoid(
            closure.flats.members[Int(bucket[i])], closure.flats.members[Int(bucket[j])])
        }
      }
    }
  }

  private mutating func matchMidpoint(_ m: Int, _ a: Int, _ b: Int) {
    midpoints.append(SIMD4(UInt8(m), UInt8(a), UInt8(b), 0))
    apply(.midpoint, m, a, b)
    apply(.midpointHalf, m, a, b)
    let half = figure.lengthClass[figure.pair(m, a)]
    for o in 0..<figure.count where o != m && o != a && o != b {
      if figure.lengthClass[figure.pair(m, o)] == half { apply(.hypotenuseMidpoint, a, o, b, m) }
      if figure.lengthClass[figure.pair(o, a)] == figure.lengthClass[figure.pair(o, b)] {
        apply(.mediatorSides, a, b, m, o)
      }
    }
  }

  /// a m d and b n c divided alike, with ab, mn and dc parallel.
  private mutating func matchTrapezoid(_ left: SIMD4<UInt8>, _ right: SIMD4<UInt8>) {
    let (a, m, d) = (Int(left[0]), Int(left[1]), Int(left[2]))
    let (b, n, c) = (Int(right[0]), Int(right[1]), Int(right[2]))
    guard a != b, m != n, c != d, a != c, b != d else { return }
    let (ab, cd, mn) = (figure.pair(a, b), figure.pair(c, d), figure.pair(m, n))
    guard figure.areParallel(ab, cd), figure.areParallel(ab, mn),
      figure.line[ab] != figure.line[cd]
    else { return }
    apply(.trapezoidParallel, a, b, c, d, m, n)
    apply(.trapezoidRatio, a, b, c, d, m, n)
    // The rule again with the outer point between: a is where m and d meet b's line from outside.
    apply(.trapezoidParallel, m, n, c, d, a, b)
    apply(.trapezoidRatio, m, n, c, d, a, b)
    apply(.trapezoidParallel, a, b, n, m, d, c)
    apply(.trapezoidRatio, a, b, n, m, d, c)
  }

  // MARK: Circles

  private mutating func matchCircles(_ closure: inout Closure) {
    for circle in figure.circles.indices {
      let mask = figure.circles[circle].points
      let members = Figure.members(of: mask)
      if let o = figure.circles[circle].centerPoint {
        closure.centers.append(CenterSearch(center: o, points: ContiguousArray(members)))
      }
      guard members.count > 3 else { continue }
      for i in members.indices {
        for j in members.indices where j > i {
          for k in members.indices where k > j {
            for l in members.indices where l > k {
              matchQuadruple(
                (members[i], members[j], members[k], members[l]),
                center: figure.circles[circle].centerPoint)
            }
          }
        }
      }
    }
  }

  private mutating func matchQuadruple(_ q: (Int, Int, Int, Int), center: Int?) {
    if let o = center {
      apply(.radiusOfCircle, q.0, q.1, q.2, q.3, o)
      apply(.radiusOfCircle, q.0, q.1, q.3, q.2, o)
      apply(.radiusOfCircle, q.0, q.2, q.3, q.1, o)
      apply(.radiusOfCircle, q.1, q.2, q.3, q.0, o)
    }
    for (a, b, c, d) in [
      (q.0, q.1, q.2, q.3), (q.0, q.2, q.1, q.3), (q.0, q.3, q.1, q.2),
    ] {
      let (ab, cd) = (figure.pair(a, b), figure.pair(c, d))
      if let o = center, !figure.areParallel(ab, cd) { apply(.centerOfChords, a, b, c, d, o) }
      if figure.lengthClass[ab] == figure.lengthClass[cd] {
        // One of the two ways to pair the ends is true of this figure.
        if !figure.areParallel(figure.pair(a, c), figure.pair(b, d)) {
          apply(.equalChordsForward, a, b, c, d)
        }
        if !figure.areParallel(figure.pair(a, d), figure.pair(b, c)) {
          apply(.equalChordsForward, a, b, d, c)
        }
        apply(.chordsOfAngles, a, b, c, c, d, a)
        apply(.chordsOfAngles, a, b, c, d, c, a)
      }
    }
    matchBisectorsOnCircle([q.0, q.1, q.2, q.3])
  }

  private mutating func matchBisectorsOnCircle(_ q: [Int]) {
    for d in q {
      for c in q where c != d {
        let rest = q.filter { $0 != c && $0 != d }
        let (a, b) = (rest[0], rest[1])
        if figure.lengthClass[figure.pair(d, a)] == figure.lengthClass[figure.pair(d, b)],
          bisects(c, d, a, b), !figure.arePerpendicular(figure.pair(a, b), figure.pair(c, d))
        {
          apply(.bisectorMeetsCircle, a, b, c, d)
        }
        // ad parallel to bc, ab = cd.
        for (x, y) in [(a, b), (b, a)] {
          // Quadrilateral x y c d with xd and yc parallel.
          if figure.areParallel(figure.pair(x, d), figure.pair(y, c)),
            !figure.areParallel(figure.pair(x, y), figure.pair(c, d))
          {
            apply(.isoscelesTrapezoid, x, y, c, d)
          }
        }
      }
    }
  }

  /// Whether line `od` bisects the lines `oa`, `ob`, inside or outside.
  @inline(__always)
  func bisects(_ o: Int, _ d: Int, _ a: Int, _ b: Int) -> Bool {
    let twice =
      2 * figure.direction[figure.pair(o, d)] - figure.direction[figure.pair(o, a)]
      - figure.direction[figure.pair(o, b)]
    return abs(twice - twice.rounded()) < 4 * Figure.tolerance
  }

  // MARK: Equal sides and bisectors

  private mutating func matchIsosceles() {
    let n = figure.count
    var apexes: [Int] = []
    for a in 0..<n {
      for b in (a + 1)..<max(n, a + 1) {
        apexes.removeAll(keepingCapacity: true)
        for o in 0..<n where o != a && o != b {
          guard figure.lengthClass[figure.pair(o, a)] == figure.lengthClass[figure.pair(o, b)]
          else { continue }
          for other in apexes { apply(.mediatorPerpendicular, a, b, other, o) }
          apexes.append(o)
          if !figure.areCollinear(o, a, b) {
            apply(.isoscelesAngles, o, a, b)
            apply(.isoscelesSides, o, a, b)
          }
        }
      }
    }
  }

  private mutating func matchBisectors() {
    let n = figure.count
    for mask in figure.lineMask where mask.nonzeroBitCount > 2 {
      let members = Figure.members(of: mask)
      for i in members.indices {
        for j in members.indices where j > i {
          for a in 0..<n where mask >> UInt64(a) & 1 == 0 {
            for d in members where d != members[i] && d != members[j] {
              if bisects(a, d, members[i], members[j]) {
                apply(.bisectorAngles, a, members[i], members[j], d)
                apply(.bisectorRatio, a, members[i], members[j], d)
              }
            }
          }
        }
      }
    }
    for a in 0..<n {
      for b in (a + 1)..<max(n, a + 1) {
        for x in 0..<n where x != a && x != b && !figure.areCollinear(a, b, x) {
          for c in (b + 1)..<max(n, b + 1) where c != x && bisects(a, x, b, c) {
            guard bisects(b, x, a, c), !figure.areCollinear(a, b, c) else { continue }
            apply(.incenter, a, b, c, x)
            apply(.incenter, b, c, a, x)
            apply(.incenter, c, a, b, x)
          }
        }
      }
    }
  }

  // MARK: Right angles

  private mutating func matchPerpendiculars(_ closure: inout Closure) {
    let lines = figure.lineMask.indices.map { line in
      let members = Figure.members(of: figure.lineMask[line])
      return (members, figure.pair(members[0], members[1]))
    }
    for i in lines.indices {
      for j in lines.indices where j > i && figure.arePerpendicular(lines[i].1, lines[j].1) {
        matchRightLines(lines[i].0, lines[j].0, &closure)
      }
    }
  }

  private mutating func matchRightLines(
    _ left: [Int], _ right: [Int], _ closure: inout Closure
  ) {
    let isSmall = left.count <= 3 && right.count <= 3
    for i in left.indices {
      for j in left.indices where j > i && (isSmall || i == 0) {
        for k in right.indices {
          for l in right.indices where l > k && (isSmall || k == 0) {
            closure.rightPairs.append(
              SIMD4(UInt8(left[i]), UInt8(left[j]), UInt8(right[k]), UInt8(right[l])))
          }
        }
      }
    }
    for i in left.indices {
      for j in left.indices where j > i {
        for k in right.indices {
          for l in right.indices where l > k {
            matchOrthocenter(left[i], left[j], right[k], right[l])
          }
        }
      }
    }
  }

  /// ab is perpendicular to cd; if ac is to bd, then ad is to bc.
  private mutating func matchOrthocenter(_ a: Int, _ b: Int, _ c: Int, _ d: Int) {
    guard a != c, a != d, b != c, b != d, !figure.areCollinear(a, b, c),
      figure.arePerpendicular(figure.pair(a, c), figure.pair(b, d))
    else { return }
    apply(.orthocenter, a, b, c, d)
    apply(.orthocenter, a, b, d, c)
  }

  // MARK: Simple ratios

  private func matchScaledPairs(_ closure: inout Closure) {
    let order = (0..<figure.pairCount).sorted { figure.length[$0] < figure.length[$1] }
    let sorted = order.map { figure.length[$0] }
    for (numerator, denominator, isSquared) in Self.ratios {
      let quotient = Double(numerator) / Double(denominator)
      let factor = isSquared ? quotient.squareRoot() : quotient
      var to = 0
      for from in order.indices {
        let wanted = sorted[from] * factor
        let slack = wanted * 4 * Figure.tolerance
        while to < order.count && sorted[to] < wanted - slack { to += 1 }
        var index = to
        while index < order.count && sorted[index] <= wanted + slack {
          if numerator != denominator || index > from {
            closure.equalPairs.append(
              ScaledPairs(
                first: Int32(order[index]), second: Int32(order[from]), numerator: numerator,
                denominator: denominator, isSquared: isSquared))
          }
          index += 1
        }
      }
    }
  }

  private static let ratios: [(Int32, Int32, Bool)] = [
    (1, 1, false), (2, 1, false), (3, 1, false), (4, 1, false), (3, 2, false), (4, 3, false),
    (2, 1, true), (3, 1, true), (5, 1, true), (3, 2, true), (4, 3, true), (5, 4, true),
  ]
}
