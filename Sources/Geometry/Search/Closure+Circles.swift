/// Concyclic points and centres.
struct CenterSearch {
  var center: Int
  var points: ContiguousArray<Int>
}

/// Two chords of one circle, equal in the figure.
struct ChordPair {
  var circle: Int
  var chords: SIMD4<UInt8>
}

extension Closure {
  /// Joins the class of a new concyclic set with those that share three points with it, and writes
  /// what inscribed angles say.
  mutating func learnCyclic(_ claim: Claim) {
    var joined = claim.mask
    guard let circle = figure.circles.firstIndex(where: { $0.points & joined == joined }) else {
      return
    }
    var changed = true
    while changed {
      changed = false
      for index in circleClasses[circle].indices
      where (circleClasses[circle][index] & joined).nonzeroBitCount >= 3 {
        joined |= circleClasses[circle][index]
        circleClasses[circle].remove(at: index)
        changed = true
        break
      }
    }
    circleClasses[circle].append(joined)
    let members = Figure.members(of: joined)
    for i in members.indices {
      for j in members.indices where j > i {
        for k in members.indices where k != i && k != j {
          for l in members.indices where l > k && l != i && l != j {
            let (a, b, p, q) = (members[i], members[j], members[k], members[l])
            if angle(p, a, b) != angle(q, a, b) {
              learn(
                Claim(.eqangle, p, a, p, b, q, a, q, b), .inscribed, [Claim(.cyclic, a, b, p, q)])
            }
          }
        }
      }
    }
  }

  /// Points that see a segment under one angle.
  mutating func searchCircles() -> Bool {
    var isNew = false
    for circle in figure.circles.indices {
      let mask = figure.circles[circle].points
      guard mask.nonzeroBitCount > 3, circleClasses[circle].first != mask else { continue }
      let members = Figure.members(of: mask)
      for i in members.indices {
        for j in members.indices where j > i {
          for k in members.indices where k != i && k != j {
            for l in members.indices where l > k && l != i && l != j {
              let (a, b, p, q) = (members[i], members[j], members[k], members[l])
              guard angle(p, a, b) == angle(q, a, b) else { continue }
              let claim = Claim(.cyclic, a, b, p, q)
              if learn(
                claim, .concyclic, [Claim(.eqangle, p, a, p, b, q, a, q, b)],
                [Claim(.ncoll, p, q, a, b)])
              {
                isNew = true
              }
            }
          }
        }
      }
    }
    return isNew
  }

  /// Points at one distance from another.
  mutating func searchCenters() -> Bool {
    var isNew = false
    for index in centers.indices {
      let o = centers[index].center
      let points = centers[index].points
      for i in points.indices {
        for j in points.indices where j > i && log(o, points[i]) == log(o, points[j]) {
          for k in points.indices where k > j && log(o, points[i]) == log(o, points[k]) {
            if learnCentral(o, points[i], points[j], points[k]) { isNew = true }
            for l in points.indices where l > k && log(o, points[i]) == log(o, points[l]) {
              let (a, b, c, d) = (points[i], points[j], points[k], points[l])
              if learn(
                Claim(.cyclic, a, b, c, d), .concyclicByCenter,
                [Claim(.cong, o, a, o, b), Claim(.cong, o, b, o, c), Claim(.cong, o, c, o, d)])
              {
                isNew = true
              }
            }
          }
        }
      }
    }
    return isNew
  }

  /// Half the central angle and the inscribed angle: d(BC) - d(AB) + d(OA) - d(CA) = 1/2.
  private mutating func learnCentral(_ o: Int, _ a: Int, _ b: Int, _ c: Int) -> Bool {
    var isNew = false
    for (x, y, z) in [(a, b, c), (b, c, a), (c, a, b)] {
      if learn(
        Claim(.angleSum, x, y, y, z, o, x, z, x).with(1, over: 2), .central,
        [Claim(.circle, o, x, y, z)])
      {
        isNew = true
      }
    }
    return isNew
  }
}
