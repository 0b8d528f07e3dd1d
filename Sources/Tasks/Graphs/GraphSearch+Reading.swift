extension GraphSearch {
  /// Reads a problem as `text` writes one.
  public func read(_ text: String) -> Problem? {
    guard text.utf8.count <= 512, let colon = text.firstIndex(of: ":") else { return nil }
    let words = text[..<colon].split(separator: " ", omittingEmptySubsequences: false)
    guard let kind = Kind.allCases.first(where: { $0.word == words[0] }) else { return nil }
    let ends: [Substring]
    switch kind {
    case .bfs, .dijkstra:
      guard words.count == 4, words[2] == "to", words[1] != words[3] else { return nil }
      ends = [words[1], words[3]]
    case .dfs:
      guard words.count == 3, words[1] == "from" else { return nil }
      ends = [words[2]]
    case .topo:
      guard words.count == 1 else { return nil }
      ends = []
    }
    let edges = text[text.index(after: colon)...].split(
      separator: " ", omittingEmptySubsequences: false
    ).dropFirst().map { Array($0.utf8) }
    let named = edges.compactMap { Self.edge($0, kind) }
    let endLetters = ends.compactMap { Self.letter(Array($0.utf8)) }
    guard (1...Self.edgeLimit).contains(edges.count), named.count == edges.count,
      endLetters.count == ends.count
    else { return nil }
    let letters = Set(endLetters + named.flatMap { [$0.from, $0.to] }).sorted()
    guard Self.nodeLimits.contains(letters.count) else { return nil }
    func node(_ letter: UInt8) -> Int { letters.firstIndex(of: letter) ?? 0 }
    var problem = Problem(
      kind: kind, letters: letters,
      edges: named.map { Edge(from: node($0.from), to: node($0.to), weight: $0.weight) },
      source: endLetters.first.map(node) ?? 0, goal: endLetters.last.map(node) ?? 0)
    var seen: Set<Int> = []
    for edge in problem.edges {
      let (low, high) = (min(edge.from, edge.to), max(edge.from, edge.to))
      guard low != high, seen.insert(low * letters.count + high).inserted else { return nil }
    }
    if kind == .topo, problem.hasCycle { return nil }
    problem.begin()
    return problem.text == text ? problem : nil
  }

  private static func letter(_ bytes: [UInt8]) -> UInt8? {
    bytes.count == 1 && (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(bytes[0]) ? bytes[0] : nil
  }

  private static func edge(
    _ bytes: [UInt8], _ kind: Kind
  ) -> (from: UInt8, to: UInt8, weight: Int)? {
    guard bytes.count == (kind == .dijkstra ? 5 : 3), let from = letter([bytes[0]]),
      let to = letter([bytes[2]])
    else { return nil }
    // `text` is compared with what was read, so marks need no look here.
    let weight = kind == .dijkstra ? Int(bytes[4]) - 48 : 1
    return (1...weightLimit).contains(weight) ? (from, to, weight) : nil
  }
}

extension GraphSearch.Problem {
  /// As it is given to a model.
  var text: String {
    var bytes = Array(kind.word.utf8)
    switch kind {
    case .bfs, .dijkstra:
      append([source], to: &bytes)
      bytes += " to".utf8
      append([goal], to: &bytes)
    case .dfs:
      bytes += " from".utf8
      append([source], to: &bytes)
    case .topo: break
    }
    bytes.append(UInt8(ascii: ":"))
    for edge in edges {
      append([edge.from], to: &bytes)
      bytes.append(kind == .topo ? UInt8(ascii: ">") : UInt8(ascii: "-"))
      bytes.append(letters[edge.to])
      if kind == .dijkstra { bytes += [UInt8(ascii: ":"), UInt8(ascii: "0") + UInt8(edge.weight)] }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Whether arcs lead in a circle: then some set of nodes has no first one.
  fileprivate var hasCycle: Bool {
    var left = Array(0..<count)
    while true {
      let later = left.filter { node in left.contains { weight($0, node) > 0 } }
      if later.isEmpty { return false }
      if later.count == left.count { return true }
      left = later
    }
  }
}
