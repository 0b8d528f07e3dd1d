/// The lines of a search for a shortest path, by breadth or by weight.
struct SearchTrace {
  private struct Stop: Equatable {
    var node: UInt8
    var distance: Int
  }

  private enum Claim {
    case visit(Stop, sets: [Stop], open: [Stop], done: [UInt8])
    case reach(Stop, path: [UInt8])
    case cut([UInt8], [UInt8])
  }

  private let puzzle: GraphPuzzle
  private var isWeighted: Bool { puzzle.kind == .dijkstra }
  private var open: [Stop]
  private var done: [UInt8] = []
  /// Who set a node's distance last, on which line.
  private var parents: [UInt8: (node: UInt8, line: Int)] = [:]

  init(_ puzzle: GraphPuzzle) {
    self.puzzle = puzzle
    open = [Stop(node: puzzle.source, distance: 0)]
  }

  /// Reads the lines up to the answer.
  ///
  /// - Returns: the path that the last line states; `nil` after a cut.
  consuming func check(_ trace: inout TraceReader) throws(Rejection) -> [UInt8]? {
    while true {
      let claim = try trace.read("the next node, the path to the goal or a cut", Self.claim)
      guard !open.isEmpty else {
        let reached = puzzle.nodes.filter(done.contains)
        let rest = puzzle.nodes.filter { !done.contains($0) }
        var isRight = false
        if case .cut(let left, let right) = claim { isRight = left == reached && right == rest }
        try trace.require(
          isRight,
          "expected `cut \(GraphPuzzle.text(reached)) / \(GraphPuzzle.text(rest))`: no node "
            + "is open")
        try trace.applied("cut") { GraphSearch.inputs(line: $0) }
        if case .cut = claim { return nil }
        throw Rejection(step: trace.number, "expected a cut")
      }
      switch claim {
      case .visit(let stop, let sets, let next, let finished):
        let right = self.sets(taking: stop)
        try trace.require(
          isNext(stop) && stop.node != puzzle.goal && sets == right
            && next == opened(without: stop, with: right) && finished == done + [stop.node],
          expectation(of: stop))
        try trace.applied("visit") { GraphSearch.inputs(line: $0) }
        // What was taken keeps the way that it was taken by.
        for set in sets where !done.contains(set.node) && set.node != stop.node {
          parents[set.node] = (stop.node, trace.number)
        }
        (open, done) = (next, finished)
      case .reach(let stop, let path):
        let (right, lines) = pathByParents(to: stop.node)
        try trace.require(
          isNext(stop) && stop.node == puzzle.goal && path == right, expectation(of: stop))
        let inputs = Set(lines + [trace.number - 1]).sorted()
        try trace.applied("reach", from: inputs)
        return path
      case .cut:
        try trace.require(false, "expected no cut while nodes are open")
        try trace.applied("cut") { GraphSearch.inputs(line: $0) }
        return nil
      }
    }
  }

  /// The first of the queue, or one of the nearest.
  private func isNext(_ stop: Stop) -> Bool {
    isWeighted
      ? open.contains(stop) && open.allSatisfy { $0.distance >= stop.distance }
      : open.first == stop
  }

  private func sets(taking stop: Stop) -> [Stop] {
    var sets: [Stop] = []
    for node in puzzle.neighbours(of: stop.node) where node != stop.node && !done.contains(node) {
      let distance = stop.distance + puzzle.weight(from: stop.node, to: node)
      if let known = open.first(where: { $0.node == node }),
        !isWeighted || known.distance <= distance
      {
        continue
      }
      sets.append(Stop(node: node, distance: distance))
    }
    return sets
  }

  private func opened(without stop: Stop, with sets: [Stop]) -> [Stop] {
    var next = open
    if let place = next.firstIndex(of: stop) { next.remove(at: place) }
    guard isWeighted else { return next + sets }
    next.removeAll { old in sets.contains { $0.node == old.node } }
    return (next + sets).sorted { $0.node < $1.node }
  }

  private func pathByParents(to goal: UInt8) -> (nodes: [UInt8], lines: [Int]) {
    var nodes = [goal]
    var lines: [Int] = []
    // A wrong line that is granted may have made a circle.
    while let last = nodes.last, last != puzzle.source, nodes.count <= puzzle.nodes.count,
      let parent = parents[last]
    {
      nodes.append(parent.node)
      lines.append(parent.line)
    }
    return (nodes.reversed(), lines)
  }

  private func expectation(of stop: Stop) -> String {
    let candidates = isWeighted ? open.filter { isNext($0) } : Array(open.prefix(1))
    guard candidates.contains(stop) else {
      return "expected \(Self.text(candidates)) to be taken next, found \(Self.text([stop]))"
    }
    if stop.node == puzzle.goal {
      let path = pathByParents(to: stop.node).nodes
      return "expected `\(Self.text([stop])); path \(GraphPuzzle.text(path))`"
    }
    let sets = sets(taking: stop)
    return "expected `\(Self.text([stop])) sets \(Self.text(sets)); open "
      + "\(Self.text(opened(without: stop, with: sets))); done "
      + "\(GraphPuzzle.text(done + [stop.node]))`"
  }

  private static func text(_ stops: [Stop]) -> String {
    stops.isEmpty
      ? "none"
      : stops.prefix(GraphSearch.listLimit).map {
        "\(GraphPuzzle.text([$0.node]))=\($0.distance)"
      }.joined(separator: " ")
  }

  private static func claim(_ line: inout Lexer) throws(Rejection) -> Claim {
    if line.take("cut") {
      let left = try GraphSearch.nodes(&line)
      try line.expect("/")
      return .cut(left, try GraphSearch.nodes(&line))
    }
    let stop = try stop(&line)
    if line.take(";") {
      try line.expect("path")
      return .reach(stop, path: try GraphSearch.nodes(&line))
    }
    try line.expect("sets")
    let sets = try stops(&line)
    try line.expect(all: [";", "open"])
    let open = try stops(&line)
    try line.expect(all: [";", "done"])
    return .visit(stop, sets: sets, open: open, done: try GraphSearch.nodes(&line))
  }

  private static func stop(_ line: inout Lexer) throws(Rejection) -> Stop {
    let node = try GraphPuzzle.node(&line)
    try line.expect("=")
    return Stop(node: node, distance: try line.natural(digitLimit: 4))
  }

  private static func stops(_ line: inout Lexer) throws(Rejection) -> [Stop] {
    if line.take("none") { return [] }
    var stops: [Stop] = []
    repeat {
      guard stops.count < GraphSearch.listLimit else {
        throw .unreadable("expected at most \(GraphSearch.listLimit) distances, found more")
      }
      stops.append(try stop(&line))
    } while line.word != nil
    return stops
  }
}
