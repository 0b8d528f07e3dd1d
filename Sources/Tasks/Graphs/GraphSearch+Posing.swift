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
    var parts = [order]
    if kind.hasGoal, stream.uniform(Self.splitShare) == 0 {
      let first = stream.uniform(2...count - 2)
      parts = [Array(order[..<first]), Array(order[first...])]
    }
    var edges = parts.flatMap { part in
      Self.connectedGraph(part.count, using: &stream).map { (part[$0.0], part[$0.1]) }
    }
    stream.shuffle(&edges)
    let rank = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
    let written = edges.map { a, b in
      let isForward =
        kind == .topo ? (rank[a] ?? 0) < (rank[b] ?? 0) : stream.uniform(2) == 0
      let weight = kind == .dijkstra ? stream.uniform(1...Self.weightLimit) : 1
      return Edge(from: isForward ? a : b, to: isForward ? b : a, weight: weight)
    }
    var letters = (UInt8(ascii: "A")...UInt8(ascii: "Z")).map(\.self)
    stream.shuffle(&letters)
    var problem = Problem(
      kind: kind, letters: letters.prefix(count).sorted(), edges: written, source: 0, goal: 0)
    switch kind {
    case .topo: break
    case .dfs: problem.source = stream.uniform(count)
    case .bfs, .dijkstra:
      repeat {
        problem.source = parts[0][stream.uniform(parts[0].count)]
        let last = parts[parts.count - 1]
        problem.goal = last[stream.uniform(last.count)]
      } while problem.source == problem.goal || problem.weight(problem.source, problem.goal) > 0
    }
    problem.begin()
    return posed(problem, text: problem.text, at: difficulty)
  }

  /// A uniform labelled tree (Prüfer 1918) and `extraEdges` of the other pairs, uniform.
  private static func connectedGraph(
    _ count: Int, using stream: inout RandomStream
  ) -> [(Int, Int)] {
    let code = (0..<count - 2).map { _ in stream.uniform(count) }
    var degree = [Int](repeating: 1, count: count)
    for node in code { degree[node] += 1 }
    var isEdge = [Bool](repeating: false, count: count * count)
    var edges: [(Int, Int)] = []
    func join(_ a: Int, _ b: Int) {
      edges.append((a, b))
      isEdge[a * count + b] = true
      isEdge[b * count + a] = true
    }
    for node in code {
      guard let leaf = degree.firstIndex(of: 1) else { break }
      join(leaf, node)
      degree[leaf] -= 1
      degree[node] -= 1
    }
    let last = degree.indices.filter { degree[$0] == 1 }
    if last.count == 2 { join(last[0], last[1]) }
    for _ in 0..<extraEdges(count) {
      var (a, b) = (0, 0)
      repeat {
        (a, b) = (stream.uniform(count), stream.uniform(count))
      } while a == b
        || isEdge[a * count + b]
      join(a, b)
    }
    return edges
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
  init(
    kind: GraphSearch.Kind, letters: [UInt8], edges: [GraphSearch.Edge], source: Int, goal: Int
  ) {
    self.init(
      kind: kind, letters: letters, edges: edges,
      weights: Array(repeating: 0, count: letters.count * letters.count),
      parent: Array(repeating: -1, count: letters.count),
      setLine: Array(repeating: 0, count: letters.count))
    (self.source, self.goal) = (source, goal)
    for edge in edges {
      weights[edge.from * count + edge.to] = edge.weight
      if kind != .topo { weights[edge.to * count + edge.from] = edge.weight }
    }
  }

  /// Before the first line.
  mutating func begin() {
    switch kind {
    case .bfs, .dijkstra: open = [Stop(node: source, distance: 0)]
    case .dfs: (stack, done) = ([source], [source])
    case .topo: break
    }
  }

  /// The nodes that edges join to a node, whatever their direction.
  func part(of node: Int) -> Set<Int> {
    var part: Set<Int> = [node]
    var fresh = [node]
    while let node = fresh.popLast() {
      for other in 0..<count where weight(node, other) > 0 || weight(other, node) > 0 {
        if part.insert(other).inserted { fresh.append(other) }
      }
    }
    return part
  }

  /// Whether parts, edges and ends are such as `pose` draws.
  var isLikePosed: Bool {
    func size(_ nodes: Int) -> Int { nodes - 1 + GraphSearch.extraEdges(nodes) }
    let part = part(of: source)
    if part.count == count {
      return edges.count == size(count) && (!kind.hasGoal || weight(source, goal) == 0)
    }
    let other = self.part(of: goal)
    guard kind.hasGoal, part.count >= 2, other.count >= 2, !part.contains(goal),
      part.count + other.count == count
    else { return false }
    let inside = edges.count { part.contains($0.from) }
    return inside == size(part.count) && edges.count - inside == size(other.count)
  }
}
