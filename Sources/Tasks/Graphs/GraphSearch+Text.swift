extension GraphSearch {
  /// A problem as it is given to a model.
  static func bytes(
    _ kind: Kind, letters: [UInt8], edges: [Edge], source: Int, goal: Int
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(16 + 6 * edges.count)
    bytes += kind.word.utf8
    switch kind {
    case .bfs, .dijkstra:
      bytes.append(UInt8(ascii: " "))
      bytes.append(letters[source])
      bytes += " to ".utf8
      bytes.append(letters[goal])
    case .dfs:
      bytes += " from ".utf8
      bytes.append(letters[source])
    case .topo: break
    }
    bytes.append(UInt8(ascii: ":"))
    for edge in edges {
      bytes.append(UInt8(ascii: " "))
      bytes.append(letters[edge.from])
      bytes.append(kind == .topo ? UInt8(ascii: ">") : UInt8(ascii: "-"))
      bytes.append(letters[edge.to])
      if kind == .dijkstra {
        bytes.append(UInt8(ascii: ":"))
        bytes.append(UInt8(ascii: "0") + UInt8(edge.weight))
      }
    }
    return bytes
  }

  /// Reads a problem as `text` writes one.
  public func read(_ text: String) -> Problem? {
    guard text.utf8.count <= 512 else { return nil }
    let bytes = Array(text.utf8)
    guard let kind = Kind.allCases.first(where: { bytes.starts(with: $0.word.utf8) }) else {
      return nil
    }
    // Only letters and weights are read, at their places; all else is as it should be if the
    // problem is written alike.
    let header = kind.word.utf8.count + (kind == .topo ? 1 : 8)
    let size = kind == .dijkstra ? 6 : 4
    let count = (bytes.count - header) / size
    guard (1...Self.edgeLimit).contains(count), bytes.count == header + count * size else {
      return nil
    }
    var named: UInt32 = 0
    func letter(_ place: Int) -> UInt8? {
      guard UInt8(ascii: "A")...UInt8(ascii: "Z") ~= bytes[place] else { return nil }
      named |= 1 << UInt32(bytes[place] - UInt8(ascii: "A"))
      return bytes[place]
    }
    var ends: (source: UInt8, goal: UInt8)?
    if kind != .topo {
      guard let goal = letter(header - 2),
        let source = kind.hasGoal ? letter(kind.word.utf8.count + 1) : goal,
        !kind.hasGoal || source != goal
      else { return nil }
      ends = (source, goal)
    }
    for edge in 0..<count {
      let place = header + edge * size
      guard letter(place + 1) != nil, letter(place + 3) != nil else { return nil }
    }
    guard Self.nodeLimits.contains(named.nonzeroBitCount) else { return nil }
    func node(_ letter: UInt8) -> Int {
      (named & (1 << UInt32(letter - UInt8(ascii: "A")) - 1)).nonzeroBitCount
    }
    var edges: [Edge] = []
    edges.reserveCapacity(count)
    var joined = InlineArray<16, NodeSet>(repeating: NodeSet())
    for index in 0..<count {
      let place = header + index * size
      let weight = kind == .dijkstra ? Int(bytes[place + 5]) - 48 : 1
      let edge = Edge(from: node(bytes[place + 1]), to: node(bytes[place + 3]), weight: weight)
      guard (1...Self.weightLimit).contains(weight), edge.from != edge.to,
        !joined[edge.from].contains(edge.to)
      else { return nil }
      joined[edge.from].insert(edge.to)
      joined[edge.to].insert(edge.from)
      edges.append(edge)
    }
    let graph = Graph(kind: kind, letters: Graph.letters(named), edges: edges)
    if kind == .topo, graph.hasCycle { return nil }
    let problem = Problem(
      graph, source: ends.map { node($0.source) } ?? 0, goal: ends.map { node($0.goal) } ?? 0)
    return problem.bytes == bytes ? problem : nil
  }
}

extension GraphSearch.Problem {
  fileprivate var bytes: [UInt8] {
    GraphSearch.bytes(
      graph.kind, letters: graph.letters, edges: graph.edges, source: source, goal: goal)
  }

  /// As it is given to a model.
  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Letters with spaces between them.
  func names(_ nodes: some Sequence<Int>) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(2 * NodeList.capacity)
    append(nodes, to: &bytes)
    return String(decoding: bytes.dropFirst(), as: UTF8.self)
  }

  /// A space and a letter for each.
  func append(_ nodes: some Sequence<Int>, to bytes: inout [UInt8]) {
    for node in nodes {
      bytes.append(UInt8(ascii: " "))
      bytes.append(graph.letters[node])
    }
  }

  /// Same, or ` none`.
  func appendOrNone(_ nodes: NodeSet, to bytes: inout [UInt8]) {
    if nodes.isEmpty { bytes += " none".utf8 } else { append(nodes, to: &bytes) }
  }

  /// ` B=1` for each, or ` none`.
  func append(_ nodes: some Sequence<Int>, at distances: Distances, to bytes: inout [UInt8]) {
    let start = bytes.count
    for node in nodes {
      bytes.append(UInt8(ascii: " "))
      append(node, at: Int(distances[node]), to: &bytes)
    }
    if bytes.count == start { bytes += " none".utf8 }
  }

  /// `B=1`.
  func append(_ node: Int, at distance: Int, to bytes: inout [UInt8]) {
    bytes.append(graph.letters[node])
    bytes.append(UInt8(ascii: "="))
    if distance < 10 {
      bytes.append(UInt8(ascii: "0") + UInt8(distance))
    } else {
      bytes += String(distance).utf8
    }
  }
}
