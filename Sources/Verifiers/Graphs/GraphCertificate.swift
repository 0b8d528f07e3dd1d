/// Judges an answer by what it must be, not by how it was found.
struct GraphCertificate {
  private let puzzle: GraphPuzzle

  init(_ puzzle: GraphPuzzle) { self.puzzle = puzzle }

  /// What is wrong with an answer; `nil` if nothing.
  ///
  /// - Parameter answer: a path or an order; `nil` for `none`.
  func fault(of answer: [UInt8]?) -> String? {
    switch puzzle.kind {
    case .bfs, .dijkstra: pathFault(answer)
    case .dfs: depthFault(answer)
    case .topo: orderFault(answer)
    }
  }

  /// A path is shortest if its edges exist and no potential contradicts it: distances of all nodes
  /// such that no edge is shorter than the difference of its ends (the dual program), by Bellman
  /// and Ford (1956).
  private func pathFault(_ answer: [UInt8]?) -> String? {
    var distance: [UInt8: Int] = [puzzle.source: 0]
    var isChanged = true
    while isChanged {
      isChanged = false
      for from in puzzle.nodes {
        guard let known = distance[from] else { continue }
        for to in puzzle.neighbours(of: from) {
          let other = known + puzzle.weight(from: from, to: to)
          if distance[to].map({ other < $0 }) ?? true {
            distance[to] = other
            isChanged = true
          }
        }
      }
    }
    guard let path = answer else {
      return distance[puzzle.goal] == nil ? nil : "expected a path, for there is one"
    }
    guard let least = distance[puzzle.goal] else { return "expected none: no path leads there" }
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
  private func depthFault(_ answer: [UInt8]?) -> String? {
    guard let order = answer else { return "expected an order" }
    guard order.first == puzzle.source, Set(order).count == order.count,
      order.count <= puzzle.nodes.count, order.allSatisfy(puzzle.nodes.contains)
    else { return "expected an order of nodes, each once, from the source on" }
    func touch(_ a: Int, _ b: Int) -> Bool { puzzle.weight(from: order[a], to: order[b]) > 0 }
    for c in order.indices.dropFirst() {
      guard (0..<c).contains(where: { touch($0, c) }) else {
        return "nothing before \(GraphPuzzle.text([order[c]])) leads there"
      }
      for a in 0..<c where touch(a, c) {
        for b in a + 1..<c where !touch(a, b) {
          guard (a + 1..<b).contains(where: { touch($0, b) }) else {
            return
              "\(GraphPuzzle.text([order[c]])) must come before \(GraphPuzzle.text([order[b]]))"
          }
        }
      }
    }
    let left = order.contains { node in
      puzzle.neighbours(of: node).contains { !order.contains($0) }
    }
    return left ? "a neighbour is left out" : nil
  }

  /// An order along arcs holds each node once, and each arc leads on.
  private func orderFault(_ answer: [UInt8]?) -> String? {
    guard let order = answer else { return "expected an order" }
    guard order.sorted() == puzzle.nodes else { return "expected each node once" }
    for (place, node) in order.enumerated() {
      if let early = order[..<place].first(where: { puzzle.weight(from: node, to: $0) > 0 }) {
        return "the arc \(GraphPuzzle.text([node]))>\(GraphPuzzle.text([early])) leads back"
      }
    }
    return nil
  }
}
