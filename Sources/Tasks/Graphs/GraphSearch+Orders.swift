// Depth-first search, one line for each step forth or back, and topological sorting (Kahn 1962).
extension GraphSearch.Problem {
  var unseenNeighbours: [Int] {
    guard let top = stack.last else { return [] }
    return (0..<count).filter { weight(top, $0) > 0 && !done.contains($0) }
  }

  private func depthLine(_ word: String, _ node: Int, _ next: Self) -> String {
    var bytes = Array(word.utf8)
    append([node], to: &bytes)
    bytes += "; stack".utf8
    append(next.stack, to: &bytes)
    bytes += "; seen".utf8
    append(next.done, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  private func going(_ node: Int) -> (line: String, state: Self) {
    var next = self
    next.stack.append(node)
    next.done.append(node)
    return (depthLine("go", node, next), next)
  }

  /// - Precondition: the stack holds two nodes at least.
  private func goingBack() -> (line: String, state: Self) {
    var next = self
    next.stack.removeLast()
    return (depthLine("back", next.stack[next.stack.count - 1], next), next)
  }

  func depthStep(_ choice: Int) -> (line: String, state: Self) {
    let unseen = unseenNeighbours
    return unseen.isEmpty ? goingBack() : going(unseen[choice])
  }

  func depthSlips(_ choice: Int) -> [Slip<Self>] {
    var slips: [Slip<Self>] = []
    func add(_ kind: String, _ step: (line: String, state: Self)) {
      slips.append(Slip(kind, line: step.line, state: step.state))
    }
    guard let top = stack.last else { return [] }
    let nodes = 0..<count
    if let seen = nodes.first(where: {
      weight(top, $0) > 0 && done.contains($0) && !stack.suffix(2).contains($0)
    }) {
      add("revisited", going(seen))
    }
    if let far = nodes.first(where: {
      weight(top, $0) == 0 && $0 != top && !done.contains($0)
    }) {
      add("no-such-edge", going(far))
    }
    if !unseenNeighbours.isEmpty {
      if stack.count > 1 { add("early-back", goingBack()) }
      // The node is entered and not marked.
      var next = going(unseenNeighbours[choice]).state
      let node = next.done.removeLast()
      slips.append(Slip("not-marked", line: depthLine("go", node, next), state: next))
      next.done.append(node)
      next.stack.remove(at: next.stack.count - 2)
      slips.append(Slip("lost-way", line: depthLine("go", node, next), state: next))
    }
    return slips
  }

  /// Nodes whose arcs all come from `taken`, among those that an arc from `node` enters, or all if
  /// `node` is nil.
  private func freed(by node: Int?, taken: [Int]) -> [Int] {
    (0..<count).filter { candidate in
      if let node, weight(node, candidate) == 0 { return false }
      return !taken.contains(candidate) && !open.contains { $0.node == candidate }
        && (0..<count).allSatisfy { weight($0, candidate) == 0 || taken.contains($0) }
    }
  }

  private func ready(_ nodes: [Int]) -> [Stop] {
    nodes.sorted().map { Stop(node: $0, distance: 0) }
  }

  private func starting(_ nodes: [Int]) -> (line: String, state: Self) {
    var next = self
    next.isStarted = true
    next.open = ready(nodes)
    var bytes = Array("ready".utf8)
    append(nodes.sorted(), to: &bytes)
    return (String(decoding: bytes, as: UTF8.self), next)
  }

  private func taking(_ node: Int, freeing freed: [Int]) -> (line: String, state: Self) {
    var next = self
    next.done.append(node)
    next.open = ready(open.map(\.node).filter { $0 != node } + freed)
    var bytes = Array("take".utf8)
    append([node], to: &bytes)
    bytes += " frees".utf8
    appendOrNone(freed.sorted(), to: &bytes)
    bytes += "; ready".utf8
    appendOrNone(next.open.map(\.node), to: &bytes)
    bytes += "; order".utf8
    append(next.done, to: &bytes)
    return (String(decoding: bytes, as: UTF8.self), next)
  }

  func orderStep(_ choice: Int) -> (line: String, state: Self) {
    guard isStarted else { return starting(freed(by: nil, taken: [])) }
    let node = open[choice].node
    return taking(node, freeing: freed(by: node, taken: done + [node]))
  }

  func orderSlips(_ choice: Int) -> [Slip<Self>] {
    var slips: [Slip<Self>] = []
    func add(_ kind: String, _ step: (line: String, state: Self)) {
      slips.append(Slip(kind, line: step.line, state: step.state))
    }
    guard isStarted else {
      let sources = freed(by: nil, taken: [])
      if sources.count > 1 { add("missed-node", starting(Array(sources.dropFirst()))) }
      if let other = (0..<count).first(where: { !sources.contains($0) }) {
        add("not-ready", starting(sources + [other]))
      }
      return slips
    }
    let node = open[choice].node
    let right = freed(by: node, taken: done + [node])
    if right.count > 0 { add("missed-node", taking(node, freeing: Array(right.dropFirst()))) }
    // An arc enters it from a node that is not taken.
    let early = (0..<count).filter { candidate in
      candidate != node && !done.contains(candidate) && !right.contains(candidate)
        && !open.contains { $0.node == candidate }
    }
    if let first = early.first(where: { weight(node, $0) > 0 }) {
      add("not-ready", taking(node, freeing: right + [first]))
    }
    if let first = early.first {
      add("early-take", taking(first, freeing: freed(by: first, taken: done + [first])))
    }
    return slips
  }

  private func appendOrNone(_ nodes: [Int], to bytes: inout [UInt8]) {
    if nodes.isEmpty { bytes += " none".utf8 } else { append(nodes, to: &bytes) }
  }
}
