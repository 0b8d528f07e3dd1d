/// Two pairs of points whose lengths, or their squares, stand in a simple ratio in the figure.
struct ScaledPairs {
  var first: Int32
  var second: Int32
  /// |first| / |second|, or its square.
  var numerator: Int32
  var denominator: Int32
  var isSquared: Bool
}

/// Exchange of facts between directions, lengths, squares and logarithms.
extension Closure {
  /// Known collinear triples give |AB| + |BC| = |AC|.
  mutating func searchCollinear() -> Bool {
    var isNew = false
    var index = 0
    while index < collinearTriples.count {
      let t = collinearTriples[index]
      let (a, b, c) = (Int(t[0]), Int(t[1]), Int(t[2]))
      let (ab, bc, ca) = (direction(a, b), direction(b, c), direction(c, a))
      guard ab == ca || ab == bc || bc == ca else {
        index += 1
        continue
      }
      if ab != ca || ab != bc {
        // Two pairs have one direction, so the third has it as well.
        let o = ab == ca ? (a, b, c) : ab == bc ? (b, a, c) : (c, a, b)
        write(
          Claim(.coll, o.0, o.1, o.2), .collinear, [Claim(.para, o.0, o.1, o.0, o.2)])
        isNew = true
      }
      if learn(
        Claim(.lengthSum, a, b, c), .betweenness, [Claim(.coll, a, b, c)],
        [Claim(.obtuse, a, b, c)])
      {
        isNew = true
      }
      collinearTriples.swapAt(index, collinearTriples.count - 1)
      collinearTriples.removeLast()
    }
    return isNew
  }

  /// Passes a ratio that one system knows to the others.
  mutating func searchScaledPairs() -> Bool {
    var isNew = false
    var index = 0
    while index < equalPairs.count {
      let candidate = equalPairs[index]
      let (p, q) = (Int(candidate.first), Int(candidate.second))
      let claim = ratioClaim(candidate)
      let inLogs: Bool
      if candidate.numerator == candidate.denominator {
        inLogs = logs.value[p] == logs.value[q]
      } else {
        inLogs = logEquation(claim).map { logs.evaluate($0) == 0 } ?? false
      }
      let lengthEquation = candidate.isSquared ? nil : lengthEquation(claim)
      let inLengths = lengthEquation.map { lengths.evaluate($0) == 0 } ?? inLogs
      let inSquares = squareEquation(claim).map { squares.evaluate($0) == 0 } ?? inLogs
      guard inLogs || inSquares || (inLengths && lengthEquation != nil) else {
        index += 1
        continue
      }
      if !(inLogs && inLengths && inSquares) {
        let rule: RuleID =
          inLogs ? .ratioChase : (inLengths && lengthEquation != nil) ? .lengthChase : .squareChase
        write(claim, rule, [])
        isNew = true
      }
      equalPairs.swapAt(index, equalPairs.count - 1)
      equalPairs.removeLast()
    }
    return isNew
  }

  private func ratioClaim(_ pairs: ScaledPairs) -> Claim {
    let (p, q) = (Int(pairs.first), Int(pairs.second))
    let points = (
      Int(figure.first[p]), Int(figure.second[p]), Int(figure.first[q]), Int(figure.second[q])
    )
    if pairs.numerator == pairs.denominator {
      return Claim(.cong, points.0, points.1, points.2, points.3)
    }
    return Claim(
      pairs.isSquared ? .r2const : .rconst, points.0, points.1, points.2, points.3
    ).with(Int(pairs.numerator), over: Int(pairs.denominator))
  }

  /// Perpendicular segments and the squares of the four lengths between their ends.
  mutating func searchRightPairs() -> Bool {
    var isNew = false
    var index = 0
    while index < rightPairs.count {
      let t = rightPairs[index]
      let (a, b, c, d) = (Int(t[0]), Int(t[1]), Int(t[2]), Int(t[3]))
      let right = Claim(.perp, a, b, c, d)
      let sum = Claim(.squareSum, a, b, c, d)
      let isRight = knows(right)
      let isSum = knows(sum)
      if isRight && !isSum {
        write(sum, .perpendicularSquares, [right])
        isNew = true
      } else if isSum && !isRight {
        write(right, .squaresPerpendicular, [sum])
        isNew = true
      }
      if isRight || isSum {
        rightPairs.swapAt(index, rightPairs.count - 1)
        rightPairs.removeLast()
      } else {
        index += 1
      }
    }
    return isNew
  }

  /// A midpoint and the squares of the distances from any point.
  mutating func learnMedians(_ midpoint: Claim) -> Bool {
    var isNew = false
    let (m, a, b) = (midpoint[0], midpoint[1], midpoint[2])
    for c in 0..<figure.count where c != m && c != a && c != b {
      if learn(Claim(.median, m, a, b, c), .medianSquares, [midpoint]) { isNew = true }
    }
    return isNew
  }
}
