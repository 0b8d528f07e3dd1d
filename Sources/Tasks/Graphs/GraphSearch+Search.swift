// Breadth-first search and Dijkstra's algorithm (1959): both take a waiting node, set the distances
// of its neighbours and restate what waits; the one takes the first of a queue, the other any of
// the nearest.
extension GraphSearch.Problem {
  typealias Stop = GraphSearch.Stop

  /// Places in `open` of the nearest nodes.
  var nearest: [Int] {
    guard let least = open.map(\.distance).min() else { return [] }
    return open.indices.filter { open[$0].distance == least }
  }

  private func place(_ choice: Int) -> Int { kind == .bfs ? 0 : nearest[choice] }

  /// The node that a choice takes.
  func next(_ choice: Int) -> Stop { open[place(choice)] }

  /// From the source on, as lines set the parents; a mistake may have broken it off.
  func pathByParents(to node: Int) -> [Int] {
    var path = [node]
    while let first = path.first, first != source, parent[first] >= 0, path.count <= count {
      path.insert(parent[first], at: 0)
    }
    return path
  }

  /// What taking a node sets, by the node's name.
  private func sets(taking stop: Stop) -> [Stop] {
    (0..<count).compactMap { node in
      let weight = weight(stop.node, node)
      guard weight > 0, node != stop.node, !done.contains(node) else { return nil }
      let distance = stop.distance + weight
      if let known = open.first(where: { $0.node == node }) {
        if kind == .bfs || known.distance <= distance { return nil }
      }
      return Stop(node: node, distance: distance)
    }
  }

  /// Takes the node at a place of `open` and sets these distances.
  private func visiting(_ place: Int, sets: [Stop]) -> (line: String, state: Self) {
    var next = self
    let stop = next.open.remove(at: place)
    let line = done.count + 1
    for set in sets {
      // What was taken keeps the way that it was taken by.
      if !done.contains(set.node) {
        next.parent[set.node] = stop.node
        next.setLine[set.node] = line
      }
      if kind == .dijkstra { next.open.removeAll { $0.node == set.node } }
    }
    next.open += sets
    if kind == .dijkstra { next.open.sort { $0.node < $1.node } }
    next.done.append(stop.node)
    var bytes: [UInt8] = []
    append(stop, to: &bytes)
    bytes += " sets".utf8
    append(sets, to: &bytes)
    bytes += "; open".utf8
    append(next.open, to: &bytes)
    bytes += "; done".utf8
    append(next.done, to: &bytes)
    return (String(decoding: bytes, as: UTF8.self), next)
  }

  private func reaching(_ stop: Stop, path: [Int]) -> (line: String, state: Self) {
    var next = self
    next.path = path
    var bytes: [UInt8] = []
    append(stop, to: &bytes)
    bytes += "; path".utf8
    append(path, to: &bytes)
    return (String(decoding: bytes, as: UTF8.self), next)
  }

  private func cutting(_ reached: [Int]) -> (line: String, state: Self) {
    var next = self
    next.path = []
    var bytes = Array("cut".utf8)
    append(reached.sorted(), to: &bytes)
    bytes += " /".utf8
    append((0..<count).filter { !reached.contains($0) }, to: &bytes)
    return (String(decoding: bytes, as: UTF8.self), next)
  }

  func searchStep(_ choice: Int) -> (line: String, state: Self) {
    if open.isEmpty { return cutting((0..<count).filter(done.contains)) }
    let place = place(choice)
    let stop = open[place]
    if stop.node == goal { return reaching(stop, path: pathByParents(to: goal)) }
    return visiting(place, sets: sets(taking: stop))
  }

  func searchSlips(_ choice: Int) -> [Slip<Self>] {
    var slips: [Slip<Self>] = []
    func add(_ kind: String, _ step: (line: String, state: Self)) {
      slips.append(Slip(kind, line: step.line, state: step.state))
    }
    if open.isEmpty {
      if let other = (0..<count).first(where: { !done.contains($0) }) {
        add("leaking-cut", cutting((0..<count).filter(done.contains) + [other]))
      }
      return slips
    }
    let place = place(choice)
    let stop = open[place]
    if stop.node == goal {
      let path = pathByParents(to: goal)
      add("wrong-distance", reaching(Stop(node: goal, distance: stop.distance + 1), path: path))
      if path.count > 2 { add("broken-path", reaching(stop, path: [path[0]] + path.dropFirst(2))) }
      return slips
    }
    let right = sets(taking: stop)
    if let last = right.indices.last {
      var sets = right
      sets[last].distance += 1
      add("wrong-distance", visiting(place, sets: sets))
      sets.remove(at: last)
      add("missed-edge", visiting(place, sets: sets))
    }
    // One that was taken before is taken up again.
    if let again = (0..<count).first(where: { done.contains($0) && weight(stop.node, $0) > 0 }) {
      let set = Stop(node: again, distance: stop.distance + weight(stop.node, again))
      add("revisited", visiting(place, sets: (right + [set]).sorted { $0.node < $1.node }))
    }
    // The last of the queue, or one that is not the nearest.
    if let other = open.indices.last(where: {
      open[$0].node != goal && (kind == .bfs ? $0 > 0 : open[$0].distance > stop.distance)
    }) {
      add("wrong-order", visiting(other, sets: sets(taking: open[other])))
    }
    return slips
  }

  private func append(_ stop: Stop, to bytes: inout [UInt8]) {
    bytes.append(letters[stop.node])
    bytes.append(UInt8(ascii: "="))
    bytes += String(stop.distance).utf8
  }

  /// A space and `B=1` for each, or ` none`.
  private func append(_ stops: [Stop], to bytes: inout [UInt8]) {
    if stops.isEmpty { bytes += " none".utf8 }
    for stop in stops {
      bytes.append(UInt8(ascii: " "))
      append(stop, to: &bytes)
    }
  }
}
