public import Files
public import Records

/// Traces of `graph-search`, from sets and dictionaries of names.
public struct GraphSearchTraces: TraceEnumerator {
  public let family = "graph-search"

  public struct State {
    var kind: String
    var ends: [String]
    /// Weights by the name of the first node, then of the second.
    var next: [String: [String: Int]] = [:]
    var nodes: Set<String> = []

    var distances: [String: Int] = [:]
    /// What waits, in the order of the queue.
    var queue: [String] = []
    var done: [String] = []
    var ways: [String: [String]] = [:]
    var stack: [String] = []
    var ready: Set<String>?
    var answer: String?
  }

  public let alphabet = "ABCDEFGHIJ0123456789=;-:>/ \nsetopndwrac"

  public init() {}

  public func knobs(of record: Record) -> [String: JSON]? {
    let kinds = ["bfs", "dfs", "dijkstra", "topo"]
    guard let kind = kinds.firstIndex(where: { record.problem.hasPrefix($0) }) else { return nil }
    let edges = record.problem.filter { $0 == "-" || $0 == ">" }.count
    let nodes = Set(record.problem.filter(\.isUppercase)).count
    return ["kind": JSON(kind), "nodes": JSON(nodes), "edges": JSON(edges)]
  }

  public func begin(_ lexemes: [String]) -> State? {
    guard let colon = lexemes.firstIndex(of: ":") else { return nil }
    var state: State
    switch (lexemes.first, lexemes[..<colon].count) {
    case ("bfs", 4), ("dijkstra", 4):
      guard lexemes[2] == "to", lexemes[1] != lexemes[3] else { return nil }
      state = State(kind: lexemes[0], ends: [lexemes[1], lexemes[3]])
    case ("dfs", 3):
      guard lexemes[1] == "from" else { return nil }
      state = State(kind: "dfs", ends: [lexemes[2]])
    case ("topo", 1): state = State(kind: "topo", ends: [])
    default: return nil
    }
    state.nodes = Set(state.ends)
    var rest = Array(lexemes[(colon + 1)...])
    let size = state.kind == "dijkstra" ? 5 : 3
    var count = 0
    while !rest.isEmpty {
      guard rest.count >= size, rest[1] == (state.kind == "topo" ? ">" : "-") else { return nil }
      var weight = 1
      if state.kind == "dijkstra" {
        guard rest[3] == ":", let number = (1...9).first(where: { String($0) == rest[4] })
        else { return nil }
        weight = number
      }
      let (a, b) = (rest[0], rest[2])
      guard a != b, state.next[a]?[b] == nil, state.next[b]?[a] == nil else { return nil }
      state.next[a, default: [:]][b] = weight
      if state.kind != "topo" { state.next[b, default: [:]][a] = weight }
      state.nodes.formUnion([a, b])
      rest.removeFirst(size)
      count += 1
    }
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ".map(String.init)
    guard (1...40).contains(count), (2...16).contains(state.nodes.count),
      state.nodes.allSatisfy(letters.contains)
    else { return nil }
    if state.kind == "topo" {
      // Whatever comes first is taken away, until nothing is left.
      var left = state.nodes
      while let first = left.first(where: { node in
        !left.contains { state.next[$0]?[node] != nil }
      }) { left.remove(first) }
      if !left.isEmpty { return nil }
    } else {
      state.queue = [state.ends[0]]
      state.distances = [state.ends[0]: 0]
      state.ways = [state.ends[0]: [state.ends[0]]]
      (state.stack, state.done) = state.kind == "dfs" ? (state.queue, state.queue) : ([], [])
    }
    return state
  }

  public func successors(_ state: State) -> [(line: String, state: State?)] {
    if let answer = state.answer { return [("Answer: " + answer, nil)] }
    switch state.kind {
    case "dfs": return depth(state)
    case "topo": return order(state)
    default: return search(state)
    }
  }

  private func names(_ nodes: some Sequence<String>) -> String {
    let text = nodes.joined(separator: " ")
    return text.isEmpty ? "none" : text
  }

  private func search(_ state: State) -> [(line: String, state: State?)] {
    func stops(_ nodes: [String], _ state: State) -> String {
      names(nodes.map { "\($0)=\(state.distances[$0] ?? 0)" })
    }
    if state.queue.isEmpty {
      var next = state
      next.answer = "none"
      let rest = state.nodes.subtracting(state.done).sorted()
      return [("cut \(names(state.done.sorted())) / \(names(rest))", next)]
    }
    let least = state.queue.map { state.distances[$0] ?? 0 }.min()
    let takable =
      state.kind == "bfs"
      ? [state.queue[0]] : state.queue.filter { state.distances[$0] == least }
    return takable.map { node in
      var next = state
      let distance = state.distances[node] ?? 0
      if node == state.ends[1] {
        let path = names(state.ways[node] ?? [])
        next.answer = path
        return ("\(node)=\(distance); path \(path)", next)
      }
      next.queue.removeAll { $0 == node }
      next.done.append(node)
      var set: [String] = []
      for (other, weight) in (state.next[node] ?? [:]).sorted(by: { $0.key < $1.key }) {
        if let known = state.distances[other], known <= distance + weight { continue }
        if state.kind == "bfs", state.distances[other] != nil { continue }
        next.distances[other] = distance + weight
        next.ways[other] = (state.ways[node] ?? []) + [other]
        set.append(other)
      }
      next.queue = next.queue.filter { !set.contains($0) } + set
      if state.kind == "dijkstra" { next.queue.sort() }
      return (
        "\(node)=\(distance) sets \(stops(set, next)); open \(stops(next.queue, next)); done "
          + names(next.done), next
      )
    }
  }

  private func depth(_ state: State) -> [(line: String, state: State?)] {
    let unseen = (state.next[state.stack.last ?? ""] ?? [:]).keys.filter {
      !state.done.contains($0)
    }
    if unseen.isEmpty {
      var next = state
      next.stack.removeLast()
      guard let top = next.stack.last else { return [("Answer: " + names(state.done), nil)] }
      return [("back \(top); stack \(names(next.stack)); seen \(names(next.done))", next)]
    }
    return unseen.sorted().map { node in
      var next = state
      next.stack.append(node)
      next.done.append(node)
      return ("go \(node); stack \(names(next.stack)); seen \(names(next.done))", next)
    }
  }

  private func order(_ state: State) -> [(line: String, state: State?)] {
    /// Nodes that nothing but these comes before.
    func free(_ taken: [String]) -> Set<String> {
      state.nodes.subtracting(taken).filter { node in
        state.nodes.allSatisfy { state.next[$0]?[node] == nil || taken.contains($0) }
      }
    }
    var next = state
    guard let ready = state.ready else {
      next.ready = free([])
      return [("ready " + names(free([]).sorted()), next)]
    }
    if ready.isEmpty { return [("Answer: " + names(state.done), nil)] }
    return ready.sorted().map { node in
      var next = state
      next.done.append(node)
      next.ready = free(next.done)
      let freed = free(next.done).subtracting(ready).sorted()
      return (
        "take \(node) frees \(names(freed)); ready \(names(free(next.done).sorted())); order "
          + names(next.done), next
      )
    }
  }
}
