extension GraphSearch {
  /// The text that all renamings of nodes and orders of edges share.
  ///
  /// Nodes are told apart by refinement (each by its colour and its neighbours' colours, again and
  /// again; Weisfeiler, Leman 1968); where some stay alike, each of them is singled out in turn and
  /// the least matrix of weights is kept (McKay 1981). Nothing in this depends on names, so
  /// renamings share it; and it is a problem again, so others do not.
  public func canonicalText(_ problem: Problem) -> String {
    var colours = [UInt64](repeating: 1, count: problem.count)
    if problem.kind.hasGoal { colours[problem.goal] = 3 }
    if problem.kind != .topo { colours[problem.source] = 2 }
    var best: (matrix: [Int], order: [Int])?
    problem.leastOrder(problem.refined(colours), &best)
    let order = best?.order ?? Array(0..<problem.count)
    var place = [Int](repeating: 0, count: problem.count)
    for (index, node) in order.enumerated() { place[node] = index }
    let edges = problem.edges.map { edge in
      let (from, to) = (place[edge.from], place[edge.to])
      let isTurned = problem.kind != .topo && from > to
      return Edge(from: isTurned ? to : from, to: isTurned ? from : to, weight: edge.weight)
    }
    return Problem(
      kind: problem.kind, letters: (0..<problem.count).map { UInt8(ascii: "A") + UInt8($0) },
      edges: edges.sorted { ($0.from, $0.to) < ($1.from, $1.to) },
      source: place[problem.source], goal: place[problem.goal]
    ).text
  }
}

extension GraphSearch.Problem {
  /// Mixes 64 bits (the finaliser of MurmurHash3, Appleby 2011).
  private static func mixed(_ value: UInt64) -> UInt64 {
    var z = value &* 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 33)) &* 0xFF51_AFD7_ED55_8CCD
    z = (z ^ (z >> 33)) &* 0xC4CE_B9FE_1A85_EC53
    return z ^ (z >> 33)
  }

  /// Colours that tell apart whatever neighbours' colours tell apart.
  fileprivate func refined(_ start: [UInt64]) -> [UInt64] {
    var colours = start
    var kinds = Set(colours).count
    while kinds < count {
      var next = colours.map { Self.mixed($0 ^ 0xA5A5) }
      for edge in edges {
        let weight = UInt64(edge.weight) << 56
        next[edge.to] &+= Self.mixed(colours[edge.from] ^ weight)
        // The other direction counts the same unless edges are arcs.
        next[edge.from] &+=
          kind == .topo
          ? Self.mixed(~colours[edge.to]) : Self.mixed(colours[edge.to] ^ weight)
      }
      let nextKinds = Set(next).count
      colours = next
      if nextKinds <= kinds { break }
      kinds = nextKinds
    }
    return colours
  }

  /// Goes through the ways to single out nodes of one colour.
  fileprivate func leastOrder(_ colours: [UInt64], _ best: inout (matrix: [Int], order: [Int])?) {
    let order = (0..<count).sorted { colours[$0] < colours[$1] }
    let alike = (1..<count).first { colours[order[$0]] == colours[order[$0 - 1]] }
    guard let alike else {
      var matrix: [Int] = []
      matrix.reserveCapacity(count * count)
      for a in order { for b in order { matrix.append(weight(a, b)) } }
      if best.map({ matrix.lexicographicallyPrecedes($0.matrix) }) ?? true {
        best = (matrix, order)
      }
      return
    }
    let cell = order.filter { colours[$0] == colours[order[alike]] }
    var tried: [Int] = []
    for node in cell where !tried.contains(where: { areTwins($0, node) }) {
      tried.append(node)
      var single = colours
      single[node] = Self.mixed(single[node] ^ 0x5A5A)
      leastOrder(refined(single), &best)
    }
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
