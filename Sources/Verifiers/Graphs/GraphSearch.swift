/// Graphs are searched line by line; what is open and what is done is restated on each.
///
/// Where several next nodes are right, every one of them is accepted. What a search ends with is
/// held against a certificate that owes nothing to the search (`GraphCertificate`).
struct GraphSearch: TraceVerifier {
  let family = "graph-search"
  let version = 1
  let rules = ["visit", "reach", "cut", "go", "back", "sources", "take"]
  let checks =
    "each line takes a node that is next, with the distances, the waiting and the finished nodes that "
    + "follow; paths exist and are shortest, cuts are closed, orders have no back edge"
  let grammar = """
    problem  = ( search | depth | order ) , [ newline ] ;
    search   = ( "bfs" | "dijkstra" ) , node , "to" , node , ":" , link , { link } ;
    depth    = "dfs" , "from" , node , ":" , link , { link } ;
    order    = "topo" , ":" , arc , { arc } ;                 (* 2 to 16 nodes, 1 to 40 edges *)
    link     = node , "-" , node , [ ":" , weight ] ;         (* a weight in dijkstra alone *)
    arc      = node , ">" , node ;
    solution = { step , newline } , answer , [ newline ] ;
    step     = visit | reach | cut | go | back | sources | take ;
    visit    = stop , "sets" , stops , ";" , "open" , stops , ";" , "done" , nodes ;
    reach    = stop , ";" , "path" , nodes ;
    cut      = "cut" , nodes , "/" , nodes ;
    go       = "go" , node , ";" , "stack" , nodes , ";" , "seen" , nodes ;
    back     = "back" , node , ";" , "stack" , nodes , ";" , "seen" , nodes ;
    sources  = "ready" , nodes ;
    take     = "take" , node , "frees" , free , ";" , "ready" , free , ";" , "order" , nodes ;
    stops    = "none" | stop , { stop } ;
    stop     = node , "=" , natural ;
    free     = "none" | nodes ;
    nodes    = node , { node } ;
    answer   = "Answer" , ":" , ( "none" | nodes ) ;
    node     = ? a letter A to Z ? ;
    weight   = "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" ;
    natural  = ? digits without leading zeros, at most 4 ? ;
    newline  = ? the byte 0A ? ;
    """
  let example = (
    problem: "bfs A to D: A-B C-B C-D",
    solution: """
    A=0 sets B=1; open B=1; done A
    B=1 sets C=2; open C=2; done A B
    C=2 sets D=3; open D=3; done A B C
    D=3; path A B C D
    Answer: A B C D
    """
  )

  func check(
    _ problem: inout Lexer, _ trace: inout TraceReader
  ) throws(Rejection) -> String {
    let puzzle = try GraphPuzzle(&problem)
    let answer: NodeRow?
    switch puzzle.kind {
    case .bfs, .dijkstra: answer = try SearchTrace(puzzle).check(&trace)
    case .dfs: answer = try depth(puzzle, &trace)
    case .topo: answer = try order(puzzle, &trace)
    }
    let text = try trace.finish(answer: answer.map { GraphPuzzle.spaced($0) } ?? Array("none".utf8))
    // Never fails unless the lines are wrong, whatever was overlooked in them.
    if !trace.usedGrant, let fault = GraphCertificate(puzzle).fault(of: answer) {
      throw Rejection(step: trace.number, fault)
    }
    return text
  }

  func checkAnswer(
    _ answer: inout Lexer, to problem: inout Lexer
  ) throws(Rejection) -> String {
    let puzzle = try GraphPuzzle(&problem)
    let found = answer.take("none") ? nil : try Self.nodes(&answer)
    try answer.expectEnd()
    if let fault = GraphCertificate(puzzle).fault(of: found) { throw .unreadable(fault) }
    return String(
      decoding: found.map { GraphPuzzle.spaced($0) } ?? Array("none".utf8), as: UTF8.self)
  }

  private func depth(
    _ puzzle: GraphPuzzle, _ trace: inout TraceReader
  ) throws(Rejection) -> NodeRow {
    var stack = NodeRow()
    _ = stack.append(puzzle.source)
    var seen = stack
    while let top = stack.last {
      let unseen = puzzle.neighbours(of: top) - seen.members
      if unseen.isEmpty, stack.count == 1 { break }
      let claim = try trace.read("a step forth or back") { line throws(Rejection) in
        let isForth = try line.one(of: ["go", "back"]) == "go"
        let node = try GraphPuzzle.node(&line)
        try line.expect(all: [";", "stack"])
        let stack = try Self.nodes(&line)
        try line.expect(all: [";", "seen"])
        return (isForth: isForth, node: node, stack: stack, seen: try Self.nodes(&line))
      }
      let number = trace.number
      if unseen.isEmpty {
        stack.remove(at: stack.count - 1)
        try trace.require(
          !claim.isForth && claim.node == stack.last && claim.stack == stack && claim.seen == seen,
          "expected the step back from \(GraphPuzzle.text([top])), where no neighbour is unseen")
        try trace.applied("back", from: Self.inputs(number))
      } else {
        try trace.require(
          claim.isForth && unseen.contains(claim.node)
            && claim.stack == stack.appending(claim.node)
            && claim.seen == seen.appending(claim.node),
          "expected a step to one of \(GraphPuzzle.text(unseen)), added to stack and seen")
        try trace.applied("go", from: Self.inputs(number))
      }
      (stack, seen) = (claim.stack, claim.seen)
    }
    return seen
  }

  private func order(
    _ puzzle: GraphPuzzle, _ trace: inout TraceReader
  ) throws(Rejection) -> NodeRow {
    var sources = LetterSet()
    for node in puzzle.nodes where puzzle.sources(of: node).isEmpty { sources.insert(node) }
    var ready = try trace.read("the nodes that no arc enters") { line throws(Rejection) in
      try line.expect("ready")
      return try Self.nodes(&line)
    }
    try trace.require(
      ready == NodeRow(sources),
      "expected `ready \(GraphPuzzle.text(sources))`, where no arc enters")
    try trace.applied("sources", from: [0])
    var order = NodeRow()
    while !ready.isEmpty {
      let claim = try trace.read("the next node") { line throws(Rejection) in
        try line.expect("take")
        let node = try GraphPuzzle.node(&line)
        try line.expect("frees")
        let freed = try Self.nodesOrNone(&line)
        try line.expect(all: [";", "ready"])
        let ready = try Self.nodesOrNone(&line)
        try line.expect(all: [";", "order"])
        return (node: node, freed: freed, ready: ready, order: try Self.nodes(&line))
      }
      var taken = order.members
      taken.insert(claim.node)
      var freed = LetterSet()
      for node in puzzle.neighbours(of: claim.node) - taken - ready.members
      where puzzle.sources(of: node).isSubset(of: taken) {
        freed.insert(node)
      }
      let left = Self.left(of: ready, without: claim.node, and: freed)
      try trace.require(
        ready.contains(claim.node) && claim.freed == NodeRow(freed) && claim.ready == left
          && claim.order == order.appending(claim.node),
        "expected one of \(GraphPuzzle.text(ready)) and what it frees, found another node, or other "
          + "lists after it than frees \(GraphPuzzle.text(freed)); ready "
          + "\(left.map { GraphPuzzle.text($0) } ?? "more"); "
          + "order \(GraphPuzzle.text(Array(order) + [claim.node]))")
      let number = trace.number
      try trace.applied("take", from: Self.inputs(number))
      (ready, order) = (claim.ready, claim.order)
    }
    return order
  }

  /// What is ready after a node is taken; `nil` if it is more than a line may list. Only a granted
  /// line lists a node twice.
  private static func left(
    of ready: NodeRow, without node: UInt8, and freed: LetterSet
  ) -> NodeRow? {
    var left = NodeRow()
    for other in ready where other != node { _ = left.append(other) }
    for node in freed where !left.append(node) { return nil }
    left.sort(by: <)
    return left
  }

  /// The problem and the line before one.
  static func inputs(_ number: Int) -> [Int] { number == 1 ? [0] : [0, number - 1] }

  static func nodes(_ line: inout Lexer) throws(Rejection) -> NodeRow {
    var nodes = NodeRow()
    _ = nodes.append(try GraphPuzzle.node(&line))
    while let node = GraphPuzzle.takeNode(&line) {
      guard nodes.append(node) else {
        throw .unreadable("expected at most \(NodeRow.limit) nodes, found more")
      }
    }
    return nodes
  }

  static func nodesOrNone(_ line: inout Lexer) throws(Rejection) -> NodeRow {
    line.take("none") ? NodeRow() : try nodes(&line)
  }
}
