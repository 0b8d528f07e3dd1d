/// A graph-search problem, read and checked.
struct GraphPuzzle {
  enum Kind { case bfs, dijkstra, dfs, topo }

  private static let nodeLimit = 16
  private static let edgeLimit = 40
  private static let letterCount = 26

  let kind: Kind
  /// Letters in ASCII, ascending; those that edges or the question name.
  let nodes: [UInt8]
  /// Where a search begins and ends; 0 where there is no such node.
  private(set) var source: UInt8 = 0
  private(set) var goal: UInt8 = 0
  /// Entry `26 u + v`: the weight of the edge from u to v, 0 for none.
  private var weights: [Int]

  init(_ line: inout Lexer) throws(Rejection) {
    let word = try line.one(of: ["bfs", "dijkstra", "dfs", "topo"])
    kind = word == "bfs" ? .bfs : word == "dfs" ? .dfs : word == "topo" ? .topo : .dijkstra
    var named: UInt32 = 0
    switch kind {
    case .bfs, .dijkstra:
      source = try Self.node(&line)
      try line.expect("to")
      let start = line
      goal = try Self.node(&line)
      guard goal != source else {
        throw .unreadable("expected a goal other than the source, found \(start.found)")
      }
      named |= Self.bit(source) | Self.bit(goal)
    case .dfs:
      try line.expect("from")
      source = try Self.node(&line)
      named |= Self.bit(source)
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
      var weight = 1
      if kind == .dijkstra {
        try line.expect(":")
        weight = Int(try line.digit())
      }
      guard weight > 0 else { throw .unreadable("expected a weight from 1 to 9, found 0") }
      let (there, back) = (Self.index(from, to), Self.index(to, from))
      guard from != to, weights[there] == 0, weights[back] == 0 else {
        throw .unreadable(
          "expected an edge between two nodes that have none, found the one from \(start.found)")
      }
      weights[there] = weight
      if kind != .topo { weights[back] = weight }
      named |= Self.bit(from) | Self.bit(to)
      edges += 1
    } while !line.isAtEnd
    nodes = (UInt8(ascii: "A")...UInt8(ascii: "Z")).filter { named & Self.bit($0) != 0 }
    guard nodes.count <= Self.nodeLimit else {
      throw .unreadable("expected at most \(Self.nodeLimit) nodes, found \(nodes.count)")
    }
    if kind == .topo {
      guard isAcyclic else { throw .unreadable("expected arcs without a circle") }
    }
  }

  func weight(from: UInt8, to: UInt8) -> Int { weights[Self.index(from, to)] }

  /// By name; along arcs.
  func neighbours(of node: UInt8) -> [UInt8] { nodes.filter { weight(from: node, to: $0) > 0 } }

  /// The nodes whose arcs enter this one.
  func sources(of node: UInt8) -> [UInt8] { nodes.filter { weight(from: $0, to: node) > 0 } }

  /// By marking whatever leads to itself (Warshall 1962).
  private var isAcyclic: Bool {
    var reach = weights.map { $0 > 0 }
    for middle in nodes {
      for from in nodes where reach[Self.index(from, middle)] {
        for to in nodes where reach[Self.index(middle, to)] { reach[Self.index(from, to)] = true }
      }
    }
    return nodes.allSatisfy { !reach[Self.index($0, $0)] }
  }

  static func node(_ line: inout Lexer) throws(Rejection) -> UInt8 {
    guard let node = takeNode(&line) else {
      throw .unreadable("expected a node (a letter A to Z), found \(line.found)")
    }
    return node
  }

  static func takeNode(_ line: inout Lexer) -> UInt8? {
    guard let word = line.word, word.count == 1, let letter = word.first,
      (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(letter)
    else { return nil }
    line.advance()
    return letter
  }

  /// Letters with spaces between.
  static func spaced(_ nodes: [UInt8]) -> [UInt8] {
    Array(nodes.map { [$0] }.joined(separator: [UInt8(ascii: " ")]))
  }

  static func text(_ nodes: [UInt8]) -> String {
    nodes.isEmpty ? "none" : String(decoding: spaced(nodes), as: UTF8.self)
  }

  private static func index(_ from: UInt8, _ to: UInt8) -> Int {
    Int(from - UInt8(ascii: "A")) * letterCount + Int(to - UInt8(ascii: "A"))
  }

  private static func bit(_ node: UInt8) -> UInt32 { 1 << UInt32(node - UInt8(ascii: "A")) }
}
