/// Judges an answer by what it must be, not by how it was found.
struct GraphCertificate {
  private let puzzle: GraphPuzzle

  init(_ puzzle: GraphPuzzle) { self.puzzle = puzzle }

  /// What is wrong with an answer; `nil` if nothing.
  ///
  /// - Parameter answer: a path or an order; `nil` for `none`.
  func fault(of answer: NodeRow?) -> String? {
    switch puzzle.kind {
    case .bfs, .dijkstra: pathFault(answer)
    case .dfs: depthFault(answer)
    case .topo: orderFault(answer)
    }
  }

  /// A path is shortest if its edges exist and no potential contradicts it: distances of all nodes
  /// such that no edge is shorter than the difference of its ends (the dual program), by Bellman
  /// and Ford (1956).
  private func pathFault(_ answer: NodeRow?) -> String? {
    var distance = InlineArray<26, Int>(repeating: .max)
    func place(_ node: UInt8) -> Int { Int(node - UInt8(ascii: "A")) }
    distance[place(puzzle.source)] = 0
    var isChanged = true
    while isChanged {
      isChanged = false
      for from in puzzle.nodes where distance[place(from)] < .max {
        for to in puzzle.neighbours(of: from) {
          let other = distance[place(from)] + puzzle.weight(from: from, to: to)
          if other < distance[place(to)] {
            distance[place(to)] = other
            isChanged = true
          }
        }
      }
    }
    let least = distance[place(puzzle.goal)]
    guard let path = answer else {
      return least == .max ? nil : "expected a path, for there is one"
    }
    guard least < .max else { return "expected none: no path leads there" }
    guard path.first == puzzle.source, path.last == puzzle.goal else {
      return "expected a path from \(GraphPuzzle.text([puzzle.source])) to "
        + GraphPuzzle.text([puzzle.goal])
    }
    var total = 0
    for (from, to) in zip(path, path.dropFirst()) {
      let weight = puzzle.weight(from: from, to: to)
      guard weight > 0 else { return "there is no edge \(GraphPuzzle.text([from, to]))" }
      total += weight
    }
    return total == least ? nil : "expected a path of length \(least), found \(total)"
  }

  /// An order is one in depth if between a node and a later one that it does not touch, which is
  /// touched by an earlier node, there is a neighbour of the later one that comes in between
  /// (Corneil, Krueger 2008): of a < b < c with an edge a-c and none a-b, some d with a < d < b has
  /// an edge d-b.
  private func depthFault(_ answer: NodeRow?) -> String? {
    guard let order = answer else { return "expected an order" }
    let members = order.members
    guard order.first == puzzle.source, members.count == order.count,
      members.isSubset(of: puzzle.nodes)
    else { return "expected an order of nodes, each once, from the source on" }
    // Bit b of entry a: the nodes at these places of the order, at most 16, are neighbours.
    var touching = InlineArray<16, UInt32>(repeating: 0)
    for (place, node) in order.enumerated() {
      let neighbours = puzzle.neighbours(of: node)
      for other in order.indices where neighbours.contains(order[other]) {
        touching[place] |= 1 << UInt32(other)
      }
    }
    func places(_ range: Range<Int>) -> UInt32 {
      (1 << UInt32(range.upperBound) - 1) & ~(1 << UInt32(range.lowerBound) - 1)
    }
    for c in order.indices.dropFirst() {
      guard touching[c] & places(0..<c) != 0 else {
        return "nothing before \(GraphPuzzle.text([order[c]])) leads there"
      }
      for a in 0..<c where touching[c] >> UInt32(a) & 1 == 1 {
        for b in a + 1..<c where touching[a] >> UInt32(b) & 1 == 0 {
          guard touching[b] & places(a + 1..<b) != 0 else {
            return
              "\(GraphPuzzle.text([order[c]])) must come before \(GraphPuzzle.text([order[b]]))"
          }
        }
      }
    }
    let isWhole = order.allSatisfy { puzzle.neighbours(of: $0).isSubset(of: members) }
    return isWhole ? nil : "a neighbour is left out"
  }

  /// An order along arcs holds each node once, and each arc leads on.
  private func orderFault(_ answer: NodeRow?) -> String? {
    guard let order = answer else { return "expected an order" }
    guard order.count == puzzle.nodes.count, order.members == puzzle.nodes else {
      return "expected each node once"
    }
    var before = LetterSet()
    for node in order {
      let back = puzzle.neighbours(of: node) & before
      if let early = order.first(where: back.contains) {
        return "the arc \(GraphPuzzle.text([node]))>\(GraphPuzzle.text([early])) leads back"
      }
      before.insert(node)
    }
    return nil
  }
}
