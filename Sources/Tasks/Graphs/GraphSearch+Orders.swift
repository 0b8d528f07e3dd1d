// Depth-first search, one line for each step forth or back, and topological sorting (Kahn 1962).
extension GraphSearch.Problem {
  var unseenNeighbours: NodeSet {
    guard let top = stack.last else { return NodeSet() }
    return graph.leaving[top] - done.members
  }

  private func depthLine(_ word: String, _ node: Int, _ next: Self) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Self.lineCapacity)
    bytes += word.utf8
    append(CollectionOfOne(node), to: &bytes)
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
    next.stack.remove(at: stack.count - 1)
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
    if let seen = (graph.leaving[top] & done.members).first(where: {
      !stack.suffix(2).contains($0)
    }) {
      add("revisited", going(seen))
    }
    if let far = (graph.nodes - graph.leaving[top] - done.members).first(where: { $0 != top }) {
      add("no-such-edge", going(far))
    }
    let unseen = unseenNeighbours
    if !unseen.isEmpty {
      if stack.count > 1 { add("early-back", goingBack()) }
      // The node is entered and not marked.
      let node = unseen[choice]
      var next = going(node).state
      next.done.remove(at: next.done.count - 1)
      slips.append(Slip("not-marked", line: depthLine("go", node, next), state: next))
      next.done.append(node)
      next.stack.remove(at: next.stack.count - 2)
      slips.append(Slip("lost-way", line: depthLine("go", node, next), state: next))
    }
    return slips
  }

  /// Nodes whose arcs all come from `taken`, among those that an arc from `node` enters, or all if
  /// `node` is nil.
  private func freed(by node: Int?, taken: NodeSet) -> NodeSet {
    var freed = NodeSet()
    let candidates = node.map { graph.leaving[$0] } ?? graph.nodes
    for candidate in candidates - taken - open.members
    where (graph.entering[candidate] - taken).isEmpty {
      freed.insert(candidate)
    }
    return freed
  }

  private func starting(_ nodes: NodeSet) -> (line: String, state: Self) {
    var next = self
    next.isStarted = true
    next.open = NodeList(nodes)
    var bytes = Array("ready".utf8)
    append(nodes, to: &bytes)
    return (String(decoding: bytes, as: UTF8.self), next)
  }

  private func taking(_ node: Int, freeing freed: NodeSet) -> (line: String, state: Self) {
    var next = self
    next.done.append(node)
    let ready = (open.members - NodeSet(node)) | freed
    next.open = NodeList(ready)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Self.lineCapacity)
    bytes += "take".utf8
    append(CollectionOfOne(node), to: &bytes)
    bytes += " frees".utf8
    appendOrNone(freed, to: &bytes)
    bytes += "; ready".utf8
    appendOrNone(ready, to: &bytes)
    bytes += "; order".utf8
    append(next.done, to: &bytes)
    return (String(decoding: bytes, as: UTF8.self), next)
  }

  private func taking(_ node: Int) -> (line: String, state: Self) {
    taking(node, freeing: freed(by: node, taken: done.members | NodeSet(node)))
  }

  func orderStep(_ choice: Int) -> (line: String, state: Self) {
    isStarted ? taking(open[choice]) : starting(freed(by: nil, taken: NodeSet()))
  }

  func orderSlips(_ choice: Int) -> [Slip<Self>] {
    var slips: [Slip<Self>] = []
    func add(_ kind: String, _ step: (line: String, state: Self)) {
      slips.append(Slip(kind, line: step.line, state: step.state))
    }
    guard isStarted else {
      let sources = freed(by: nil, taken: NodeSet())
      if sources.count > 1 { add("missed-node", starting(sources - NodeSet(sources[0]))) }
      if let other = (graph.nodes - sources).first {
        add("not-ready", starting(sources | NodeSet(other)))
      }
      return slips
    }
    let node = open[choice]
    let right = freed(by: node, taken: done.members | NodeSet(node))
    if let first = right.first {
      add("missed-node", taking(node, freeing: right - NodeSet(first)))
    }
    // An arc enters it from a node that is not taken.
    let early = graph.nodes - NodeSet(node) - done.members - right - open.members
    if let first = (early & graph.leaving[node]).first {
      add("not-ready", taking(node, freeing: right | NodeSet(first)))
    }
    if let first = early.first { add("early-take", taking(first)) }
    return slips
  }
}
