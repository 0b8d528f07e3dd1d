public import Files

/// Walks over small graphs, each line restating what is open and what is done.
///
///     bfs A to D: A-B C-B C-D
///       ->  A=0 sets B=1; open B=1; done A / B=1 sets C=2; open C=2; done A B
///           / C=2 sets D=3; open D=3; done A B C / D=3; path A B C D / Answer: A B C D
///
/// Four kinds: shortest paths by breadth (`bfs`) and by weight (`dijkstra`, any of the nearest
/// next), orders in depth (`dfs`, any unseen neighbour next) and along arcs (`topo`, any ready node
/// next). Where the goal cannot be reached, the answer is `none` and the cut is the proof. Level l
/// has l + 4 nodes (knob `nodes`). Renaming nodes and listing edges in another order gives the same
/// problem.
public struct GraphSearch: WalkFamily {
  enum Kind: Int, Sendable, CaseIterable {
    case bfs, dfs, dijkstra, topo

    var word: String {
      switch self {
      case .bfs: "bfs"
      case .dfs: "dfs"
      case .dijkstra: "dijkstra"
      case .topo: "topo"
      }
    }
    var hasGoal: Bool { self == .bfs || self == .dijkstra }
  }

  /// An edge as it is written.
  struct Edge: Sendable, Equatable {
    var from: Int
    var to: Int
    var weight: Int
  }

  /// Distances from the source, by node.
  typealias Distances = SIMD16<UInt16>

  /// A graph and a question, and how far the work has come.
  public struct Problem: Sendable {
    /// Room for most lines.
    static let lineCapacity = 96

    let graph: Graph
    let source: Int
    let goal: Int

    /// Nodes that wait; in `topo` those that are ready.
    var open = NodeList()
    /// Of the nodes that wait or waited.
    var distances = Distances.zero
    /// Nodes in the order they were taken; in `dfs` in the order they were seen.
    var done = NodeList()
    /// The way from the source to where `dfs` stands.
    var stack = NodeList()
    /// Who set a node's distance last, -1 for nobody, and on which line.
    var parent = SIMD16<Int8>(repeating: -1)
    var setLine = SIMD16<UInt8>.zero
    var isStarted = false
    /// The answer of a search: a path, or no node where there is none.
    var path: NodeList?
  }

  public static let name = "graph-search"

  static let nodeLimits = 2...16
  static let edgeLimit = 40
  static let weightLimit = 9

  public init() {}

  public var about: String {
    "Small graphs are searched line by line: shortest paths, orders in depth and along arcs."
  }

  public var knobs: [Knob] {
    [
      .settable("kind", in: 0...3, "0 bfs, 1 dfs, 2 dijkstra, 3 topo"),
      .settable("nodes", in: 5...14, "nodes of the graph"),
      .measured("edges", "edges of the graph"), .verbose,
    ]
  }

  static func nodes(at difficulty: Difficulty) -> Int {
    difficulty["nodes"] ?? difficulty.level + 4
  }

  /// Edges beyond those of a tree in a connected graph of this many nodes.
  static func extraEdges(_ nodes: Int) -> Int {
    min(nodes / 2, (nodes - 1) * (nodes - 2) / 2)
  }

  public func knobs(of problem: Problem, at difficulty: Difficulty) -> JSONObject? {
    let nodes = Self.nodes(at: difficulty)
    guard problem.graph.count == nodes,
      difficulty["kind"].map({ $0 == problem.graph.kind.rawValue }) ?? true, problem.isLikePosed
    else { return nil }
    return [
      "kind": .init(problem.graph.kind.rawValue), "nodes": .init(nodes),
      "edges": .init(problem.graph.edges.count), "verbose": difficulty.isVerbose ? 1 : 0,
    ]
  }

  public func choices(_ state: Problem) -> Int {
    switch state.graph.kind {
    case .bfs, .dijkstra:
      if state.path != nil { return 0 }
      return state.graph.kind == .bfs || state.open.isEmpty ? 1 : state.nearest.count
    case .dfs:
      let unseen = state.unseenNeighbours.count
      return unseen > 0 ? unseen : state.stack.count > 1 ? 1 : 0
    case .topo: return state.isStarted ? state.open.count : 1
    }
  }

  public func step(_ state: Problem, _ choice: Int) -> (line: String, state: Problem) {
    switch state.graph.kind {
    case .bfs, .dijkstra: state.searchStep(choice)
    case .dfs: state.depthStep(choice)
    case .topo: state.orderStep(choice)
    }
  }

  public func answer(_ state: Problem) -> String {
    if let path = state.path {
      return path.isEmpty ? "none" : state.names(path)
    }
    return state.names(state.done)
  }

  public func note(_ state: Problem, _ choice: Int, line: Int) -> StepNote? {
    let inputs = line == 1 ? [0] : [0, line - 1]
    switch state.graph.kind {
    case .bfs, .dijkstra:
      if state.open.isEmpty { return StepNote("cut", from: inputs) }
      guard state.next(choice) == state.goal else { return StepNote("visit", from: inputs) }
      let setters = state.pathByParents(to: state.goal).dropFirst().map { Int(state.setLine[$0]) }
      return StepNote("reach", from: Set(setters + [line - 1]).sorted())
    case .dfs:
      return StepNote(state.unseenNeighbours.isEmpty ? "back" : "go", from: inputs)
    case .topo: return StepNote(state.isStarted ? "take" : "sources", from: inputs)
    }
  }

  public func slips(_ state: Problem, _ choice: Int) -> [Slip<Problem>] {
    switch state.graph.kind {
    case .bfs, .dijkstra: state.searchSlips(choice)
    case .dfs: state.depthSlips(choice)
    case .topo: state.orderSlips(choice)
    }
  }

  /// The order of the alphabet, from the source on where there is one; the two ends alone.
  public func guesses(_ problem: Problem) -> [(name: String, answer: String)] {
    let others = problem.graph.nodes - NodeSet(problem.source)
    switch problem.graph.kind {
    case .bfs, .dijkstra:
      return [
        ("two ends", problem.names([problem.source, problem.goal])), ("no path", "none"),
      ]
    case .dfs: return [("alphabet", problem.names([problem.source] + Array(others)))]
    case .topo: return [("alphabet", problem.names(problem.graph.nodes))]
    }
  }

  public func shortcutBound(level: Int) -> Double { 0.15 }
}
