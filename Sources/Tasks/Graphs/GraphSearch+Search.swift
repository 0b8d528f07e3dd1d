// Breadth-first search and Dijkstra's algorithm (1959): both take a waiting node, set the distances
// of its neighbours and restate what waits; the one takes the first of a queue, the other any of
// the nearest.
extension GraphSearch.Problem {
  typealias Distances = GraphSearch.Distances

  /// The waiting nodes of the least distance.
  var nearest: NodeSet {
    let least = open.reduce(UInt16.max) { min($0, distances[$1]) }
    var nearest = NodeSet()
    for node in open where distances[node] == least { nearest.insert(node) }
    return nearest
  }

  /// The node that a choice takes.
  func next(_ choice: Int) -> Int { graph.kind == .bfs ? open[0] : nearest[choice] }

  /// From the source on, as lines set the parents; a mistake may have broken it off.
  func pathByParents(to node: Int) -> NodeList {
    var way = NodeList([node])
    while let first = way.last, first != source, parent[first] >= 0, way.count <= graph.count {
      way.append(Int(parent[first]))
    }
    return NodeList(way.reversed())
  }

  /// What taking a node sets, and the distances after it.
  private func sets(taking node: Int) -> (nodes: NodeSet, distances: Distances) {
    var (nodes, after) = (NodeSet(), distances)
    var candidates = graph.leaving[node] - done.members
    if graph.kind == .bfs { candidates = candidates - open.members }
    for other in candidates {
      let distance = distances[node] + UInt16(graph.weight(node, other))
      if open.members.contains(other), distances[other] <= distance { continue }
      nodes.insert(other)
      after[other] = distance
    }
    return (nodes, after)
  }

  /// Takes a waiting node and sets these distances.
  private func visiting(
    _ node: Int, sets: NodeSet, distances: Distances
  ) -> (line: String, state: Self) {
    var next = self
    let line = done.count + 1
    // What was taken keeps the way that it was taken by.
    for set in sets - done.members {
      next.parent[set] = Int8(node)
      next.setLine[set] = UInt8(line)
    }
    next.distances = distances
    if graph.kind == .bfs {
      if let place = open.firstIndex(of: node) { next.open.remove(at: place) }
      for set in sets { next.open.append(set) }
    } else {
      next.open = NodeList((open.members - NodeSet(node)) | sets)
    }
    next.done.append(node)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Self.lineCapacity)
    append(node, at: Int(self.distances[node]), to: &bytes)
    bytes += " sets".utf8
    append(sets, at: distances, to: &bytes)
    bytes += "; open".utf8
    append(next.open, at: distances, to: &bytes)
    bytes += "; done".utf8
    append(next.done, to: &bytes)
    return (String(decoding: bytes, as: UTF8.self), next)
  }

  private func reaching(_ distance: Int, path: NodeList) -> (line: String, state: Self) {
    var next = self
    next.path = path
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Self.lineCapacity)
    append(goal, at: distance, to: &bytes)
    bytes += "; path".utf8
    append(path, to: &bytes)
    return (String(decoding: bytes, as: UTF8.self), next)
  }

  private func cutting(_ reached: NodeSet) -> (line: String, state: Self) {
    var next = self
    next.path = NodeList()
    var bytes = Array("cut".utf8)
    append(reached, to: &bytes)
    bytes += " /".utf8
    append(graph.nodes - reached, to: &bytes)
    return (String(decoding: bytes, as: UTF8.self), next)
  }

  func searchStep(_ choice: Int) -> (line: String, state: Self) {
    if open.isEmpty { return cutting(done.members) }
    let node = next(choice)
    if node == goal { return reaching(Int(distances[goal]), path: pathByParents(to: goal)) }
    let sets = sets(taking: node)
    return visiting(node, sets: sets.nodes, distances: sets.distances)
  }

  func searchSlips(_ choice: Int) -> [Slip<Self>] {
    var slips: [Slip<Self>] = []
    func add(_ kind: String, _ step: (line: String, state: Self)) {
      slips.append(Slip(kind, line: step.line, state: step.state))
    }
    if open.isEmpty {
      if let other = (graph.nodes - done.members).first {
        add("leaking-cut", cutting(done.members | NodeSet(other)))
      }
      return slips
    }
    let node = next(choice)
    if node == goal {
      let path = pathByParents(to: goal)
      add("wrong-distance", reaching(Int(distances[goal]) + 1, path: path))
      if path.count > 2 {
        var short = path
        short.remove(at: 1)
        add("broken-path", reaching(Int(distances[goal]), path: short))
      }
      return slips
    }
    let right = sets(taking: node)
    if let last = right.nodes.last {
      var (sets, after) = right
      after[last] += 1
      add("wrong-distance", visiting(node, sets: sets, distances: after))
      sets.remove(last)
      after[last] = distances[last]
      add("missed-edge", visiting(node, sets: sets, distances: after))
    }
    // One that was taken before is taken up again.
    if let again = (graph.leaving[node] & done.members).first {
      var (sets, after) = right
      sets.insert(again)
      after[again] = distances[node] + UInt16(graph.weight(node, again))
      add("revisited", visiting(node, sets: sets, distances: after))
    }
    // The last of the queue, or one that is not the nearest.
    let other = open.indices.last {
      open[$0] != goal
        && (graph.kind == .bfs ? $0 > 0 : distances[open[$0]] > distances[node])
    }
    if let other {
      let sets = sets(taking: open[other])
      add("wrong-order", visiting(open[other], sets: sets.nodes, distances: sets.distances))
    }
    return slips
  }
}
