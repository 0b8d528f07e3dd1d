extension GraphSearch {
  /// The text that all renamings of nodes and orders of edges share.
  ///
  /// Nodes are told apart by refinement (each by its colour and its neighbours' colours, again and
  /// again; Weisfeiler, Leman 1968); where some stay alike, each of them is singled out in turn and
  /// the least matrix of weights is kept (McKay 1981). Nothing in this depends on names, so
  /// renamings share it; and it is a problem again, so others do not.
  public func canonicalText(_ problem: Problem) -> String {
    let graph = problem.graph
    var colours = Colours(repeating: 1)
    if graph.kind.hasGoal { colours[problem.goal] = 3 }
    if graph.kind != .topo { colours[problem.source] = 2 }
    var best: Order?
    graph.leastOrder(graph.refined(colours), &best)
    let order = best ?? Order(repeating: 0)
    var place = Order(repeating: 0)
    for index in 0..<graph.count { place[order[index]] = index }
    var rows = InlineArray<16, NodeSet>(repeating: NodeSet())
    for edge in graph.edges {
      let (from, to) = (place[edge.from], place[edge.to])
      let isTurned = graph.kind != .topo && from > to
      rows[isTurned ? to : from].insert(isTurned ? from : to)
    }
    var edges: [Edge] = []
    edges.reserveCapacity(graph.edges.count)
    for from in 0..<graph.count {
      for to in rows[from] {
        edges.append(Edge(from: from, to: to, weight: graph.weight(order[from], order[to])))
      }
    }
    let bytes = Self.bytes(
      graph.kind, letters: Self.firstLetters, edges: edges, source: place[problem.source],
      goal: place[problem.goal])
    return String(decoding: bytes, as: UTF8.self)
  }

  private static let firstLetters = Graph.letters(0xFFFF)
}

/// A colour for each node.
private typealias Colours = InlineArray<16, UInt64>
/// The nodes in an order.
private typealias Order = InlineArray<16, Int>

extension Graph {
  /// Mixes 64 bits (the finaliser of MurmurHash3, Appleby 2011).
  private static func mixed(_ value: UInt64) -> UInt64 {
    var z = value &* 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 33)) &* 0xFF51_AFD7_ED55_8CCD
    z = (z ^ (z >> 33)) &* 0xC4CE_B9FE_1A85_EC53
    return z ^ (z >> 33)
  }

  /// Colours that tell apart whatever neighbours' colours tell apart.
  fileprivate func refined(_ start: Colours) -> Colours {
    var colours = start
    var kinds = different(colours)
    while kinds < count {
      var next = colours
      for node in 0..<count { next[node] = Self.mixed(colours[node] ^ 0xA5A5) }
      for edge in edges {
        let weight = UInt64(edge.weight) << 56
        next[edge.to] &+= Self.mixed(colours[edge.from] ^ weight)
        // The other direction counts the same unless edges are arcs.
        next[edge.from] &+=
          kind == .topo
          ? Self.mixed(~colours[edge.to]) : Self.mixed(colours[edge.to] ^ weight)
      }
      let nextKinds = different(next)
      colours = next
      if nextKinds <= kinds { break }
      kinds = nextKinds
    }
    return colours
  }

  /// How many different colours there are.
  private func different(_ colours: Colours) -> Int {
    var kinds = 0
    for node in 0..<count {
      var other = 0
      while colours[other] != colours[node] { other += 1 }
      if other == node { kinds += 1 }
    }
    return kinds
  }

  /// Goes through the ways to single out nodes of one colour.
  fileprivate func leastOrder(_ colours: Colours, _ best: inout Order?) {
    // Sorted by insertion.
    var order = Order(repeating: 0)
    for node in 0..<count {
      var place = node
      while place > 0, colours[order[place - 1]] > colours[node] {
        order[place] = order[place - 1]
        place -= 1
      }
      order[place] = node
    }
    let alike = (1..<count).first { colours[order[$0]] == colours[order[$0 - 1]] }
    guard let alike else {
      if best.map({ precedes(order, $0) }) ?? true { best = order }
      return
    }
    let colour = colours[order[alike]]
    var tried = NodeSet()
    for node in 0..<count
    where colours[node] == colour && !tried.contains(where: { areTwins($0, node) }) {
      tried.insert(node)
      var single = colours
      single[node] = Self.mixed(colour ^ 0x5A5A)
      leastOrder(refined(single), &best)
    }
  }

  /// Whether the matrix of weights in an order is less than that in another, row by row.
  private func precedes(_ order: Order, _ other: Order) -> Bool {
    for a in 0..<count {
      for b in 0..<count {
        let (first, second) = (weight(order[a], order[b]), weight(other[a], other[b]))
        if first != second { return first < second }
      }
    }
    return false
  }

  /// Whether exchanging two nodes changes nothing.
  private func areTwins(_ a: Int, _ b: Int) -> Bool {
    weight(a, b) == weight(b, a)
      && (0..<count).allSatisfy { other in
        other == a || other == b
          || (weight(a, other) == weight(b, other) && weight(other, a) == weight(other, b))
      }
  }
}
