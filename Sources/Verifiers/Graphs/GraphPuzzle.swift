/// A graph-search problem, read and checked.
struct GraphPuzzle {
  enum Kind { case bfs, dijkstra, dfs, topo }

  private static let nodeLimit = 16
  private static let edgeLimit = 40
  private static let letterCount = 26

  let kind: Kind
  /// Letters that edges or the question name.
  private(set) var nodes = LetterSet()
  /// Where a search begins and ends; 0 where there is no such node.
  private(set) var source: UInt8 = 0
  private(set) var goal: UInt8 = 0
  /// By letter, from A on: where edges lead, and from where they come.
  private var leaving = InlineArray<26, LetterSet>(repeating: LetterSet())
  private var entering = InlineArray<26, LetterSet>(repeating: LetterSet())
  /// Entry `26 u + v`: the weight of the edge from u to v, 0 for none.
  private var weights: [UInt8]

  init(_ line: inout Lexer) throws(Rejection) {
    let word = try line.one(of: ["bfs", "dijkstra", "dfs", "topo"])
    kind = word == "bfs" ? .bfs : word == "dfs" ? .dfs : word == "topo" ? .topo : .dijkstra
    switch kind {
    case .bfs, .dijkstra:
      source = try Self.node(&line)
      try line.expect("to")
      let start = line
      goal = try Self.node(&line)
      guard goal != source else {
        throw .unreadable("expected a goal other than the source, found \(start.found)")
      }
      nodes.insert(source)
      nodes.insert(goal)
    case .dfs:
      try line.expect("from")
      source = try Self.node(&line)
      nodes.insert(source)
    case .topo: break
    }
    try line.expect(":")
    weights = Array(repeating: 0, count: Self.letterCount * Self.letterCount)
    var edges = 0
    repeat {
      guard edges < Self.edgeLimit else {
        throw .unreadable("expected at most \(Self.edgeLimit) edges, found more")
      }
      let start = line
      let from = try Self.node(&line)
      try line.expect(kind == .topo ? ">" : "-")
      let to = try Self.node(&line)
      var weight: UInt8 = 1
      if kind == .dijkstra {
        try line.expect(":")
        weight = try line.digit()
      }
      guard weight > 0 else { throw .unreadable("expected a weight from 1 to 9, found 0") }
      guard from != to, !leaving[Self.index(from)].contains(to),
        !entering[Self.index(from)].contains(to)
      else {
        throw .unreadable(
          "expected an edge between two nodes that have none, found the one from \(start.found)")
      }
      join(from, to, weight)
      if kind != .topo { join(to, from, weight) }
      edges += 1
    } while !line.isAtEnd
    guard nodes.count <= Self.nodeLimit else {
      throw .unreadable("expected at most \(Self.nodeLimit) nodes, found \(nodes.count)")
    }
    if kind == .topo {
      guard isAcyclic else { throw .unreadable("expected arcs without a circle") }
    }
  }

  private mutating func join(_ from: UInt8, _ to: UInt8, _ weight: UInt8) {
    nodes.insert(from)
    nodes.insert(to)
    leaving[Self.index(from)].insert(to)
    entering[Self.index(to)].insert(from)
    weights[Self.letterCount * Self.index(from) + Self.index(to)] = weight
  }

  func weight(from: UInt8, to: UInt8) -> Int {
    Int(weights[Self.letterCount * Self.index(from) + Self.index(to)])
  }

  /// Along arcs.
  func neighbours(of node: UInt8) -> LetterSet { leaving[Self.index(node)] }

  /// The nodes whose arcs enter this one.
  func sources(of node: UInt8) -> LetterSet { entering[Self.index(node)] }

  /// By marking whatever leads to itself (Warshall 1962).
  private var isAcyclic: Bool {
    var reach = leaving
    for middle in nodes {
      let further = reach[Self.index(middle)]
      for from in nodes where reach[Self.index(from)].contains(middle) {
        reach[Self.index(from)].formUnion(further)
      }
    }
    return nodes.allSatisfy { !reach[Self.index($0)].contains($0) }
  }

  static func node(_ line: inout Lexer) throws(Rejection) -> UInt8 {
    guard let node = takeNode(&line) else {
      throw .unreadable("expected a node (a letter A to Z), found \(line.found)")
    }
    return node
  }

  static func takeNode(_ line: inout Lexer) -> UInt8? {
    guard line.current.count == 1 else { return nil }
    let letter = line.bytes[line.current.lowerBound]
    guard UInt8(ascii: "A")...UInt8(ascii: "Z") ~= letter else { return nil }
    line.advance()
    return letter
  }

  /// Letters with spaces between.
  static func spaced(_ nodes: some Sequence<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    for node in nodes {
      if !bytes.isEmpty { bytes.append(UInt8(ascii: " ")) }
      bytes.append(node)
    }
    return bytes
  }

  static func text(_ nodes: some Sequence<UInt8>) -> String {
    let bytes = spaced(nodes)
    return bytes.isEmpty ? "none" : String(decoding: bytes, as: UTF8.self)
  }

  private static func index(_ node: UInt8) -> Int { Int(node - UInt8(ascii: "A")) }
}
