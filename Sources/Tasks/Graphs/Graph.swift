/// The graph of a problem: what no step changes, shared by all states of its work.
final class Graph: Sendable {
  typealias Edge = GraphSearch.Edge

  let kind: GraphSearch.Kind
  /// ASCII, ascending; a node is its index here.
  let letters: [UInt8]
  let edges: [Edge]
  /// Where edges lead from a node, and from where they come.
  let leaving: InlineArray<16, NodeSet>
  let entering: InlineArray<16, NodeSet>
  /// Entry `16 u + v`: the weight of the edge from u to v, 0 for none.
  private let weights: InlineArray<256, UInt8>

  var count: Int { letters.count }
  var nodes: NodeSet { NodeSet(below: letters.count) }

  /// - Precondition: at most 16 letters; weights are below 256.
  init(kind: GraphSearch.Kind, letters: [UInt8], edges: [Edge]) {
    (self.kind, self.letters, self.edges) = (kind, letters, edges)
    var leaving = InlineArray<16, NodeSet>(repeating: NodeSet())
    var entering = leaving
    var weights = InlineArray<256, UInt8>(repeating: 0)
    func join(_ from: Int, _ to: Int, _ weight: Int) {
      leaving[from].insert(to)
      entering[to].insert(from)
      weights[16 * from + to] = UInt8(weight)
    }
    for edge in edges {
      join(edge.from, edge.to, edge.weight)
      if kind != .topo { join(edge.to, edge.from, edge.weight) }
    }
    (self.leaving, self.entering, self.weights) = (leaving, entering, weights)
  }

  func weight(_ from: Int, _ to: Int) -> Int { Int(weights[16 * from + to]) }

  /// The nodes that edges join to a node, whatever their direction.
  func part(of node: Int) -> NodeSet {
    var part = NodeSet(node)
    var fresh = part
    while let node = fresh.next() {
      let found = (leaving[node] | entering[node]) - part
      (part, fresh) = (part | found, fresh | found)
    }
    return part
  }

  /// Whether arcs lead in a circle: then some set of nodes has no first one.
  var hasCycle: Bool {
    var left = nodes
    while true {
      var later = NodeSet()
      for node in left where !(entering[node] & left).isEmpty { later.insert(node) }
      if later.isEmpty { return false }
      if later == left { return true }
      left = later
    }
  }

  /// Letters from bits, bit 0 for A.
  static func letters(_ bits: UInt32) -> [UInt8] {
    (0..<UInt8(26)).filter { bits >> UInt32($0) & 1 == 1 }.map { UInt8(ascii: "A") + $0 }
  }
}
