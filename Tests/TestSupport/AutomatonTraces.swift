public import Files
public import Records

/// Traces of `automaton`, from dictionaries of named states and ways one by one.
public struct AutomatonTraces: TraceEnumerator {
  public let family = "automaton"

  public struct State {
    /// Targets by place, as it is written: `1a`.
    var moves: [String: Set<Int>] = [:]
    var accepting: Set<Int> = []
    var named: Set<Int> = []
    /// Labels of a run's lines to come; `nil` for `minimal`.
    var labels: [String]?
    var current: Set<Int> = []
    var isAccepted = false
    /// Of `minimal`: for each state the number of its block; none before the first line.
    var block: [Int: Int] = [:]
  }

  public let alphabet = "abcdeon0123456789:> |;,\nAnswryp"

  public init() {}

  public func knobs(of record: Record) -> [String: JSON]? {
    let words = record.problem.split { " :;,>".contains($0) }
    let isRun = words.first == "run"
    let places = words.filter { ($0.first?.isNumber ?? false) && !($0.last?.isNumber ?? true) }
    let numbers = words.compactMap { Int($0) } + places.compactMap { Int($0.dropLast()) }
    let letters = Set(places.compactMap(\.last) + (isRun ? Array(words[1]) : [])).subtracting("e")
    // A move by `e` is followed by its targets, up to the next comma.
    let silent = record.problem.split { ",;:".contains($0) }
      .filter { $0.contains("e>") }.map { $0.split(separator: ">")[1].split(separator: " ").count }
    let answer = record.answer ?? ""
    return [
      "kind": JSON(isRun ? 0 : 1), "states": JSON(Set(numbers).count),
      "letters": JSON(letters.count), "length": JSON(isRun ? words[1].count : 0),
      "silent": JSON(silent.reduce(0, +)),
      "blocks": JSON(isRun ? 0 : answer.split(separator: "|").count),
    ]
  }

  /// A state as it must be written.
  private static func state(_ lexeme: some StringProtocol) -> Int? {
    (1...16).first { String($0) == lexeme }
  }

  private static func set(_ lexemes: ArraySlice<String>) -> [Int]? {
    let states = lexemes.compactMap { state($0) }
    let isAscending = zip(states, states.dropFirst()).allSatisfy { $0 < $1 }
    return !states.isEmpty && states.count == lexemes.count && isAscending ? states : nil
  }

  public func begin(_ lexemes: [String]) -> State? {
    guard let colon = lexemes.firstIndex(of: ":"), let end = lexemes.firstIndex(of: ";"),
      colon < end, lexemes.count > end + 2, lexemes[end + 1] == "accept",
      let accepting = Self.set(lexemes[(end + 2)...])
    else { return nil }
    var state = State(accepting: Set(accepting), named: Set(accepting))
    let isRun = lexemes[0] == "run"
    var word: [String] = []
    if isRun {
      guard colon == 4, lexemes[2] == "from", let start = Self.state(lexemes[3]) else { return nil }
      word = lexemes[1].map { String($0) }
      guard word.count <= 32, word.allSatisfy({ "abcd".contains($0) }) else { return nil }
      state.current = [start]
      state.named.insert(start)
    } else {
      guard colon == 1, lexemes[0] == "minimal" else { return nil }
    }
    let body = lexemes[(colon + 1)..<end]
    for part in body.split(separator: ",", omittingEmptySubsequences: false) {
      guard let place = part.first, part.dropFirst().first == ">",
        let from = Self.state(place.dropLast()), let letter = place.last,
        (isRun ? "abcde" : "abcd").contains(letter), let targets = Self.set(part.dropFirst(2)),
        state.moves[place] == nil, isRun || targets.count == 1
      else { return nil }
      state.moves[place] = Set(targets)
      state.named.formUnion(targets + [from])
    }
    guard state.named == Set(1...state.named.count) else { return nil }
    if isRun {
      let silent = state.moves.keys.contains { $0.hasSuffix("e") } ? ["e"] : []
      state.labels = silent + word.flatMap { [$0] + silent } + ["accept"]
    } else {
      for letter in "abcd" where state.moves.keys.contains(where: { $0.last == letter }) {
        guard state.named.allSatisfy({ state.moves["\($0)\(letter)"] != nil }) else { return nil }
      }
      if state.named == state.accepting { return nil }
    }
    return state
  }

  private static func shown(_ states: some Collection<Int>) -> String {
    states.isEmpty ? "none" : states.sorted().map { String($0) }.joined(separator: " ")
  }

  /// Blocks in the order of their least states.
  private static func blocks(_ state: State) -> [[Int]] {
    Dictionary(grouping: state.named.sorted()) { state.block[$0] ?? 0 }.values
      .sorted { $0[0] < $1[0] }
  }

  private static func shown(_ state: State) -> String {
    blocks(state).map { shown($0) }.joined(separator: " | ")
  }

  public func successors(_ state: State) -> [(line: String, state: State?)] {
    guard let labels = state.labels else { return splits(state) }
    guard let label = labels.first else {
      let verdict = state.isAccepted ? "yes" : "no"
      return [("Answer: \(Self.shown(state.current)) \(verdict)", nil)]
    }
    var next = state
    next.labels = Array(labels.dropFirst())
    if label == "accept" {
      let accepted = state.current.filter { state.accepting.contains($0) }
      next.isAccepted = !accepted.isEmpty
      return [("accept: \(Self.shown(accepted))", next)]
    }
    var reached: Set<Int> = label == "e" ? state.current : []
    var open = Array(state.current)
    while let from = open.popLast() {
      for target in state.moves["\(from)\(label)"] ?? [] where reached.insert(target).inserted {
        // Only moves that read nothing may be followed on.
        if label == "e" { open.append(target) }
      }
    }
    next.current = reached
    return [("\(label): \(Self.shown(reached))", next)]
  }

  private func splits(_ state: State) -> [(line: String, state: State?)] {
    var next = state
    if state.block.isEmpty {
      for name in state.named { next.block[name] = state.accepting.contains(name) ? 1 : 2 }
      return [(Self.shown(next), next)]
    }
    var found: [(line: String, state: State?)] = []
    for block in Self.blocks(state) {
      for letter in "abcd" where state.moves["\(block[0])\(letter)"] != nil {
        next = state
        var homes: Set<Int> = []
        for name in block {
          let target = state.moves["\(name)\(letter)"]?.first ?? 0
          let home = state.block[target] ?? 0
          homes.insert(home)
          // Numbers that no block has yet.
          next.block[name] = 100 + home + (state.block.values.max() ?? 0)
        }
        if homes.count < 2 { continue }
        found.append(("\(letter) on \(Self.shown(block)): \(Self.shown(next))", next))
      }
    }
    return found.isEmpty ? [("Answer: \(Self.shown(state))", nil)] : found
  }
}
