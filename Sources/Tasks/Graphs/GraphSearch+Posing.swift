internal import Foundation
public import Randomness

extension GraphSearch {
  /// One in so many searches asks for a goal that cannot be reached.
  private static let splitShare = 8

  public func pose(
    at difficulty: Difficulty, using stream: inout RandomStream
  ) -> PosedProblem {
    let kind = Kind(rawValue: difficulty["kind"] ?? stream.uniform(4)) ?? .bfs
    let count = Self.nodes(at: difficulty)
    var order = Array(0..<count)
    stream.shuffle(&order)
    // The nodes of each connected part; a search begins in the first and ends in the last.
    var parts = [order[...]]
    if kind.hasGoal, stream.uniform(Self.splitShare) == 0 {
      let first = stream.uniform(2...count - 2)
      parts = [order[..<first], order[first...]]
    }
    var edges: [Edge] = []
    edges.reserveCapacity(2 * count)
    for part in parts { Self.connect(part, into: &edges, using: &stream) }
    stream.shuffle(&edges)
    var rank = InlineArray<16, Int>(repeating: 0)
    for (index, node) in order.enumerated() { rank[node] = index }
    for (index, edge) in edges.enumerated() {
      let isForward =
        kind == .topo ? rank[edge.from] < rank[edge.to] : stream.uniform(2) == 0
      let weight = kind == .dijkstra ? stream.uniform(1...Self.weightLimit) : 1
      edges[index] = Edge(
        from: isForward ? edge.from : edge.to, to: isForward ? edge.to : edge.from, weight: weight)
    }
    var letters = Self.alphabet
    stream.shuffle(&letters)
    let graph = Graph(kind: kind, letters: letters.prefix(count).sorted(), edges: edges)
    var (source, goal) = (0, 0)
    switch kind {
    case .topo: break
    case .dfs: source = stream.uniform(count)
    case .bfs, .dijkstra:
      let (first, last) = (parts[0], parts[parts.count - 1])
      repeat {
        source = first[first.startIndex + stream.uniform(first.count)]
        goal = last[last.startIndex + stream.uniform(last.count)]
      } while source == goal || graph.leaving[source].contains(goal)
    }
    let problem = Problem(graph, source: source, goal: goal)
    return posed(problem, text: problem.text, at: difficulty)
  }

  private static let alphabet = Array(UInt8(ascii: "A")...UInt8(ascii: "Z"))

  /// A uniform labelled tree (Prüfer 1918) and `extraEdges` of the other pairs, uniform.
  private static func connect(
    _ nodes: ArraySlice<Int>, into edges: inout [Edge], using stream: inout RandomStream
  ) {
    let count = nodes.count
    var joined = InlineArray<16, NodeSet>(repeating: NodeSet())
    func join(_ a: Int, _ b: Int) {
      let (from, to) = (nodes[nodes.startIndex + a], nodes[nodes.startIndex + b])
      edges.append(Edge(from: from, to: to, weight: 1))
      joined[a].insert(b)
      joined[b].insert(a)
    }
    var code = NodeList()
    var degree = InlineArray<16, Int>(repeating: 1)
    for _ in 0..<count - 2 {
      let node = stream.uniform(count)
      code.append(node)
      degree[node] += 1
    }
    var leaves = NodeSet(below: count) - code.members
    for node in code {
      guard let leaf = leaves.next() else { break }
      join(leaf, node)
      degree[node] -= 1
      if degree[node] == 1 { leaves.insert(node) }
    }
    if leaves.count == 2 { join(leaves[0], leaves[1]) }
    for _ in 0..<extraEdges(count) {
      var (a, b) = (0, 0)
      repeat {
        (a, b) = (stream.uniform(count), stream.uniform(count))
      } while a == b || joined[a].contains(b)
      join(a, b)
    }
  }

  /// A labelled connected graph of m edges on n nodes is drawn with the probability that one of its
  /// spanning trees is, uniform among n^(n-2) (Cayley), times that of the other edges; it has at
  /// most (2m/(n-1))^(n-1) / n spanning trees (Grimmett 1976). At most n! graphs are one up to
  /// renaming. Ends and weights are uniform; of the directions along a drawn order nothing is used.
  public func space(at difficulty: Difficulty) -> ProblemSpace {
    let n = Self.nodes(at: difficulty)
    let edges = n - 1 + Self.extraEdges(n)
    let pairs = Double(n * (n - 1) - 2 * edges)
    let kinds = difficulty["kind"].flatMap(Kind.init).map { [$0] } ?? Kind.allCases
    let kindShare = 1 / Double(kinds.count)
    var (collision, heaviest) = (0.0, 0.0)
    func add(_ share: Double, _ bound: Double) {
      collision += share * share * min(1, bound)
      heaviest = max(heaviest, share * min(1, bound))
    }
    for kind in kinds {
      let weights = kind == .dijkstra ? pow(Double(Self.weightLimit), -Double(edges)) : 1
      switch kind {
      case .topo: add(kindShare, Self.classBound(n))
      case .dfs: add(kindShare, Self.classBound(n) / Double(n))
      case .bfs, .dijkstra:
        let split = 1 / Double(Self.splitShare)
        add(kindShare * (1 - split), Self.classBound(n) / pairs * weights)
        for first in 2...n - 2 {
          let sides = [first, n - first].map { side in
            let weights =
              kind == .dijkstra
              ? pow(Double(Self.weightLimit), -Double(side - 1 + Self.extraEdges(side))) : 1
            return min(1, Self.classBound(side) / Double(side) * weights)
          }
          add(kindShare * split / Double(n - 3), sides[0] * sides[1])
        }
      }
    }
    return ProblemSpace(
      problems: ProblemSpace.uncounted, collision: collision, collisionIsExact: false,
      heaviest: heaviest,
      note: "graphs of \(n) nodes up to renaming; collision bounded by trees, edges, ends, weights")
  }

  /// The probability of any connected graph up to renaming, at most.
  private static func classBound(_ nodes: Int) -> Double {
    let (n, extra) = (Double(nodes), extraEdges(nodes))
    let edges = n - 1 + Double(extra)
    let renamings = (1...nodes).reduce(1.0) { $0 * Double($1) }
    let trees = pow(2 * edges / (n - 1), n - 1) / n / pow(n, n - 2)
    let rest = n * (n - 1) / 2 - (n - 1)
    let others = (0..<extra).reduce(1.0) { $0 * (rest - Double($1)) / Double($1 + 1) }
    return renamings * trees / others
  }
}

extension GraphSearch.Problem {
  /// Before the first line.
  init(_ graph: Graph, source: Int, goal: Int) {
    (self.graph, self.source, self.goal) = (graph, source, goal)
    switch graph.kind {
    case .bfs, .dijkstra: open.append(source)
    case .dfs:
      stack.append(source)
      done.append(source)
    case .topo: break
    }
  }

  /// Whether parts, edges and ends are such as `pose` draws.
  var isLikePosed: Bool {
    func size(_ nodes: Int) -> Int { nodes - 1 + GraphSearch.extraEdges(nodes) }
    let (kind, count, edges) = (graph.kind, graph.count, graph.edges)
    let part = graph.part(of: source)
    if part.count == count {
      return edges.count == size(count)
        && (!kind.hasGoal || !graph.leaving[source].contains(goal))
    }
    let other = graph.part(of: goal)
    guard kind.hasGoal, part.count >= 2, other.count >= 2, !part.contains(goal),
      part.count + other.count == count
    else { return false }
    let inside = edges.count { part.contains($0.from) }
    return inside == size(part.count) && edges.count - inside == size(other.count)
  }
}
