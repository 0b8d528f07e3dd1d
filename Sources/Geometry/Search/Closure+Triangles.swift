/// Similar triangles: by two angles, by three sides, by an angle and two sides.
extension Closure {
  /// What is known of one triangle: angles at a, b, c and the ratios of the sides that meet there.
  private struct Shape {
    var angleA: PrimeField.Element
    var angleB: PrimeField.Element
    var angleC: PrimeField.Element
    var ratioA: PrimeField.Element
    var ratioB: PrimeField.Element
    var ratioC: PrimeField.Element
  }

  private func shape(_ t: SIMD4<UInt8>) -> Shape {
    let (a, b, c) = (Int(t[0]), Int(t[1]), Int(t[2]))
    let positive = t[3] == 1
    return Shape(
      angleA: positive ? angle(a, b, c) : angle(a, c, b),
      angleB: positive ? angle(b, c, a) : angle(b, a, c),
      angleC: positive ? angle(c, a, b) : angle(c, b, a),
      ratioA: ratio(a, b, c), ratioB: ratio(b, c, a), ratioC: ratio(c, a, b))
  }

  /// Joins classes that are known to be similar.
  ///
  /// - Returns: whether anything new was written.
  mutating func searchTriangles() -> Bool {
    var isNew = false
    var bucket = 0
    var shapes = ContiguousArray<Shape>()
    while bucket < triangles.leaders.count {
      shapes.removeAll(keepingCapacity: true)
      for leader in triangles.leaders[bucket] {
        shapes.append(shape(triangles.members[Int(leader)]))
      }
      var i = 0
      while i < triangles.leaders[bucket].count {
        var j = i + 1
        while j < triangles.leaders[bucket].count {
          if let rule = similarity(shapes[i], shapes[j], of: triangles.leaders[bucket][i]) {
            let left = triangles.members[Int(triangles.leaders[bucket][i])]
            let right = triangles.members[Int(triangles.leaders[bucket][j])]
            if write(similar: left, right, by: rule) {
              isNew = true
              for index in shapes.indices {
                shapes[index] = shape(
                  triangles.members[Int(triangles.leaders[bucket][index])])
              }
            }
            triangles.leaders[bucket].remove(at: j)
            shapes.remove(at: j)
          } else {
            j += 1
          }
        }
        i += 1
      }
      if triangles.leaders[bucket].count < 2 {
        triangles.leaders.swapAt(bucket, triangles.leaders.count - 1)
        triangles.leaders.removeLast()
      } else {
        bucket += 1
      }
    }
    return isNew
  }

  private enum Similarity {
    case angles, sides
    /// The vertex whose angle and sides agree.
    case side(Int)
    /// The vertex of the angle and the one between the two sides.
    case sideSideAngle(angle: Int, between: Int)
  }

  @inline(__always)
  private func similarity(_ s: Shape, _ t: Shape, of leader: Int32) -> Similarity? {
    let (a, b, c) = (s.angleA == t.angleA, s.angleB == t.angleB, s.angleC == t.angleC)
    if (a && b) || (b && c) || (a && c) { return .angles }
    let (u, v, w) = (s.ratioA == t.ratioA, s.ratioB == t.ratioB, s.ratioC == t.ratioC)
    if (u && v) || (v && w) || (u && w) { return .sides }
    if a && u { return .side(0) }
    if b && v { return .side(1) }
    if c && w { return .side(2) }
    guard a || b || c, u || v || w else { return nil }
    let m = triangles.members[Int(leader)]
    let vertices = [Int(m[0]), Int(m[1]), Int(m[2])]
    func side(_ i: Int, _ j: Int) -> Double { figure.length[figure.pair(vertices[i], vertices[j])] }
    let at = a ? 0 : b ? 1 : 2
    let between = u ? 0 : v ? 1 : 2
    // The side opposite the angle, between the other two vertices; the other side of the ratio.
    let third = 3 - at - between
    return side(between, third) > side(between, at) * (1 + 1e-6)
      ? .sideSideAngle(angle: at, between: between) : nil
  }

  /// Writes the similarity of two triangles; false where nothing of it is new.
  private mutating func write(
    similar left: SIMD4<UInt8>, _ right: SIMD4<UInt8>, by similarity: Similarity
  ) -> Bool {
    let reversed = left[3] != right[3]
    func claim(_ order: (Int, Int, Int)) -> Claim {
      Claim(
        reversed ? .simtrir : .simtri, Int(left[order.0]), Int(left[order.1]), Int(left[order.2]),
        Int(right[order.0]), Int(right[order.1]), Int(right[order.2]))
    }
    let plain = claim((0, 1, 2))
    if knows(plain) { return false }
    switch similarity {
    case .angles:
      let t = plain
      write(t, .similarByAngles, [angles(t, at: 1), angles(t, at: 2)], sides(t))
    case .sides:
      let t = plain
      write(t, .similarBySides, [ratios(t, at: 1), ratios(t, at: 2)], sides(t))
    case .side(let vertex):
      let t = claim([(1, 0, 2), (0, 1, 2), (0, 2, 1)][vertex])
      write(t, .similarByAngle, [ratios(t, at: 1), angles(t, at: 1)], sides(t))
    case .sideSideAngle(let at, let between):
      // Named so that the angle is at C and the sides meet at B.
      let t = claim((3 - at - between, between, at))
      write(
        t, .similarBySideSideAngle, [ratios(t, at: 1), angles(t, at: 2)],
        sides(t) + [Claim(.longer, t[0], t[1], t[1], t[2])])
    }
    return true
  }

  /// The angles of both triangles at vertex 1 (`BA BC QP QR`) or 2 (`CA CB RP RQ`).
  private func angles(_ t: Claim, at vertex: Int) -> Claim {
    let (o, x, y) = vertex == 1 ? (1, 0, 2) : (2, 0, 1)
    let flipped = t.kind == .simtrir
    return Claim(
      .eqangle, t[o], t[x], t[o], t[y], t[3 + o], t[3 + (flipped ? y : x)], t[3 + o],
      t[3 + (flipped ? x : y)])
  }

  private func ratios(_ t: Claim, at vertex: Int) -> Claim {
    let (o, x, y) = vertex == 1 ? (1, 0, 2) : (2, 0, 1)
    return Claim(.eqratio, t[o], t[x], t[o], t[y], t[3 + o], t[3 + x], t[3 + o], t[3 + y])
  }

  private func sides(_ t: Claim) -> ContiguousArray<Claim> {
    t.kind == .simtrir
      ? [Claim(.ncoll, t[0], t[1], t[2]), Claim(.sameclock, t[0], t[1], t[2], t[3], t[5], t[4])]
      : [Claim(.ncoll, t[0], t[1], t[2]), Claim(.sameclock, t[0], t[1], t[2], t[3], t[4], t[5])]
  }

  /// Points that divide two lines in the same ratio: one ratio gives the others.
  mutating func searchFlats() -> Bool {
    var isNew = false
    var bucket = 0
    while bucket < flats.leaders.count {
      var i = 0
      while i < flats.leaders[bucket].count {
        let left = flats.members[Int(flats.leaders[bucket][i])]
        var j = i + 1
        while j < flats.leaders[bucket].count {
          let right = flats.members[Int(flats.leaders[bucket][j])]
          let outcome = join(flat: left, right)
          if outcome.joined {
            isNew = isNew || outcome.new
            flats.leaders[bucket].remove(at: j)
          } else {
            j += 1
          }
        }
        i += 1
      }
      if flats.leaders[bucket].count < 2 {
        flats.leaders.swapAt(bucket, flats.leaders.count - 1)
        flats.leaders.removeLast()
      } else {
        bucket += 1
      }
    }
    return isNew
  }

  private mutating func join(
    flat left: SIMD4<UInt8>, _ right: SIMD4<UInt8>
  ) -> (joined: Bool, new: Bool) {
    let (a, b, c) = (Int(left[0]), Int(left[1]), Int(left[2]))
    let (p, q, r) = (Int(right[0]), Int(right[1]), Int(right[2]))
    let first = ratio(a, b, c) == ratio(p, q, r)
    let second = ratio(b, a, c) == ratio(q, p, r)
    let third = ratio(c, a, b) == ratio(r, p, q)
    if first && second { return (true, false) }
    guard first || second || third else { return (false, false) }
    guard knows(Claim(.coll, a, b, c)), knows(Claim(.coll, p, q, r)) else { return (false, false) }
    // A B C and D E F of the rule: the known ratio is AB : AC.
    let o = first ? (a, b, c, p, q, r) : second ? (b, a, c, q, p, r) : (c, a, b, r, p, q)
    learn(
      Claim(.eqratio, o.0, o.1, o.1, o.2, o.3, o.4, o.4, o.5), .thirdRatio,
      [
        Claim(.eqratio, o.0, o.1, o.0, o.2, o.3, o.4, o.3, o.5), Claim(.coll, o.0, o.1, o.2),
        Claim(.coll, o.3, o.4, o.5),
      ], [Claim(.sameside, o.0, o.1, o.2, o.3, o.4, o.5)])
    return (true, true)
  }
}
