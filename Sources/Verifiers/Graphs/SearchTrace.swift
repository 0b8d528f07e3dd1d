/// The lines of a search for a shortest path, by breadth or by weight.
struct SearchTrace {
  private struct Stop: BitwiseCopyable, Equatable, Sendable {
    var node: UInt8
    /// At most four digits in a line, and a weight more in what is right.
    var distance: UInt16
  }

  private typealias Stops = ShortList<Stop>

  private enum Claim {
    case visit(Stop, sets: Stops, open: Stops, done: NodeRow)
    case reach(Stop, path: NodeRow)
    case cut(NodeRow, NodeRow)
  }

  private let puzzle: GraphPuzzle
  private var isWeighted: Bool { puzzle.kind == .dijkstra }
  private var open = Self.none
  private var done = NodeRow()
  /// By letter, from A on: who set a node's distance last, 0 for nobody, and on which line.
  private var parents = InlineArray<26, (node: UInt8, line: Int)>(repeating: (0, 0))

  private static let none = Stops(filler: Stop(node: 0, distance: 0))

  init(_ puzzle: GraphPuzzle) {
    self.puzzle = puzzle
    _ = open.append(Stop(node: puzzle.source, distance: 0))
  }

  /// Reads the lines up to the answer.
  ///
  /// - Returns: the path that the last line states; `nil` after a cut.
  consuming func check(_ trace: inout TraceReader) throws(Rejection) -> NodeRow? {
    while true {
      let claim = try trace.read("the next node, the path to the goal or a cut", Self.claim)
      let number = trace.number
      guard !open.isEmpty else {
        let reached = puzzle.nodes & done.members
        let rest = puzzle.nodes - reached
        var isRight = false
        if case .cut(let left, let right) = claim {
          isRight = left == NodeRow(reached) && right == NodeRow(rest)
        }
        try trace.require(
          isRight,
          "expected `cut \(GraphPuzzle.text(reached)) / \(GraphPuzzle.text(rest))`: no node "
            + "is open")
        try trace.applied("cut", from: GraphSearch.inputs(number))
        if case .cut = claim { return nil }
        throw Rejection(step: trace.number, "expected a cut")
      }
      switch claim {
      case .visit(let stop, let sets, let next, let finished):
        let right = self.sets(taking: stop)
        try trace.require(
          isNext(stop) && stop.node != puzzle.goal && sets == right
            && next == opened(without: stop, with: right) && finished == done.appending(stop.node),
          expectation(of: stop))
        try trace.applied("visit", from: GraphSearch.inputs(number))
        // What was taken keeps the way that it was taken by.
        let fixed = done.members
        for set in sets where !fixed.contains(set.node) && set.node != stop.node {
          parents[Self.index(set.node)] = (stop.node, number)
        }
        (open, done) = (next, finished)
      case .reach(let stop, let path):
        let (right, lines) = pathByParents(to: stop.node, at: number)
        try trace.require(
          isNext(stop) && stop.node == puzzle.goal && path == right, expectation(of: stop))
        try trace.applied("reach", from: lines)
        return path
      case .cut:
        try trace.require(false, "expected no cut while nodes are open")
        try trace.applied("cut", from: GraphSearch.inputs(number))
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

  private func sets(taking stop: Stop) -> Stops {
    var sets = Self.none
    for node in puzzle.neighbours(of: stop.node) - done.members {
      let distance = stop.distance + UInt16(puzzle.weight(from: stop.node, to: node))
      if let known = open.first(where: { $0.node == node }),
        !isWeighted || known.distance <= distance
      {
        continue
      }
      // There are fewer letters than a list has room for.
      _ = sets.append(Stop(node: node, distance: distance))
    }
    return sets
  }

  /// What is open next; `nil` if it is more than a line may list. Only a granted line lists a node
  /// twice.
  private func opened(without stop: Stop, with sets: Stops) -> Stops? {
    var next = Self.none
    var (isTaken, renewed) = (false, LetterSet())
    if isWeighted { for set in sets { renewed.insert(set.node) } }
    for old in open {
      if !isTaken, old == stop {
        isTaken = true
      } else if !renewed.contains(old.node) {
        _ = next.append(old)
      }
    }
    for set in sets where !next.append(set) { return nil }
    if isWeighted { next.sort { $0.node < $1.node } }
    return next
  }

  /// The path by which the lines before set a node's distance, and these lines with the one before
  /// the current one, ascending.
  private func pathByParents(to goal: UInt8, at number: Int) -> (nodes: NodeRow, lines: [Int]) {
    var way = NodeRow()
    _ = way.append(goal)
    var lines = [number - 1]
    // A wrong line that is granted may have made a circle.
    while let last = way.last, last != puzzle.source, way.count <= puzzle.nodes.count {
      let parent = parents[Self.index(last)]
      guard parent.line > 0 else { break }
      _ = way.append(parent.node)
      if !lines.contains(parent.line) { lines.append(parent.line) }
    }
    var nodes = NodeRow()
    for node in way.reversed() { _ = nodes.append(node) }
    return (nodes, lines.sorted())
  }

  private static func index(_ node: UInt8) -> Int { Int(node - UInt8(ascii: "A")) }

  private func expectation(of stop: Stop) -> String {
    let candidates = isWeighted ? open.filter { isNext($0) } : Array(open.prefix(1))
    guard candidates.contains(stop) else {
      return "expected \(Self.text(candidates)) to be taken next, found \(Self.text([stop]))"
    }
    if stop.node == puzzle.goal {
      let path = pathByParents(to: stop.node, at: 1).nodes
      return "expected `\(Self.text([stop])); path \(GraphPuzzle.text(path))`"
    }
    let sets = sets(taking: stop)
    let next = opened(without: stop, with: sets)
    return "expected `\(Self.text([stop])) sets \(Self.text(sets)); open "
      + "\(next.map { Self.text($0) } ?? "more"); done "
      + "\(GraphPuzzle.text(Array(done) + [stop.node]))`"
  }

  private static func text(_ stops: some Collection<Stop>) -> String {
    stops.isEmpty
      ? "none"
      : stops.map { "\(GraphPuzzle.text([$0.node]))=\($0.distance)" }.joined(separator: " ")
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
    return Stop(node: node, distance: UInt16(try line.natural(digitLimit: 4)))
  }

  private static func stops(_ line: inout Lexer) throws(Rejection) -> Stops {
    var stops = none
    if line.take("none") { return stops }
    repeat {
      guard stops.count < Stops.limit else {
        throw .unreadable("expected at most \(Stops.limit) distances, found more")
      }
      _ = stops.append(try stop(&line))
    } while line.word != nil
    return stops
  }
}
