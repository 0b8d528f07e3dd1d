/// Lists simple claims that a closure knows, including those implied but never logged.
struct KnownClaims {
  private let closure: Closure
  private var claims: [Claim] = []

  /// Collinear triples, concyclic quadruples, parallel, perpendicular and equal segments.
  static func list(_ closure: Closure) -> [Claim] {
    var known = KnownClaims(closure: closure)
    known.addPairs()
    known.addCircles()
    return known.claims
  }

  private init(closure: Closure) { self.closure = closure }

  private mutating func add(_ claim: Claim) {
    if closure.knows(claim) { claims.append(claim) }
  }

  private mutating func addPairs() {
    let figure = closure.figure
    func points(_ p: Int) -> (Int, Int) { (Int(figure.first[p]), Int(figure.second[p])) }
    for line in figure.lineMask where line.nonzeroBitCount > 2 {
      let members = Figure.members(of: line)
      for i in 2..<members.count { add(Claim(.coll, members[0], members[1], members[i])) }
    }
    // One pair of points stands for each line.
    var firstOfLine = [Int](repeating: -1, count: figure.lineMask.count)
    for p in 0..<figure.pairCount where firstOfLine[Int(figure.line[p])] < 0 {
      firstOfLine[Int(figure.line[p])] = p
    }
    for i in firstOfLine.indices {
      for j in firstOfLine.indices where j > i {
        let (p, q) = (firstOfLine[i], firstOfLine[j])
        let ((a, b), (c, d)) = (points(p), points(q))
        if figure.areParallel(p, q) {
          add(Claim(.para, a, b, c, d))
        } else if figure.arePerpendicular(p, q) {
          add(Claim(.perp, a, b, c, d))
        }
      }
    }
    for pair in closure.figure.equalLengthPairs {
      let ((a, b), (c, d)) = (points(pair.0), points(pair.1))
      add(Claim(.cong, a, b, c, d))
    }
  }

  private mutating func addCircles() {
    for circle in closure.figure.circles where circle.points.nonzeroBitCount > 3 {
      let members = Figure.members(of: circle.points)
      for i in 3..<members.count {
        add(Claim(.cyclic, members[0], members[1], members[2], members[i]))
      }
    }
  }
}

extension Figure {
  /// Pairs of segments that are equally long in the figure.
  var equalLengthPairs: [(Int, Int)] {
    let order = (0..<pairCount).sorted { lengthClass[$0] < lengthClass[$1] }
    var result: [(Int, Int)] = []
    for i in order.indices {
      for j in (i + 1)..<max(order.count, i + 1) {
        guard lengthClass[order[i]] == lengthClass[order[j]] else { break }
        result.append((order[i], order[j]))
      }
    }
    return result
  }
}
