public import Files
public import Records

/// Traces of `sat`, with literals as signed numbers and assignments as lists of them.
public struct SatTraces: TraceEnumerator {
  public let family = "sat"
  public let alphabet = "abcdefghijklC0123456789-:;=x \nuniteofrsmpyAwSTU"

  public struct State {
    var clauses: [[Int]]
    var count: Int
    var trail: [Int] = []
    /// The clause that is being resolved.
    var explained: [Int]?
    /// Its index.
    var index = 0
  }

  public init() {}

  public func knobs(of record: Record) -> [String: JSON]? {
    let letters = record.problem.filter { $0.isLowercase }
    let last = letters.max().flatMap(\.asciiValue) ?? 96
    return [
      "variables": JSON(Int(last) - 96),
      "clauses": JSON(record.problem.split(separator: ";").count),
    ]
  }

  public func begin(_ lexemes: [String]) -> State? {
    var clauses: [[Int]] = []
    for part in lexemes.split(separator: ";", omittingEmptySubsequences: false).map({ Array($0) }) {
      guard part.count > 2, part[0] == "C\(clauses.count + 1)", part[1] == ":" else { return nil }
      var clause: [Int] = []
      var isNegative = false
      for lexeme in part.dropFirst(2) {
        if lexeme == "-", !isNegative {
          isNegative = true
          continue
        }
        guard lexeme.count == 1,
          let place = Array("abcdefghijklm").firstIndex(of: Character(lexeme))
        else { return nil }
        clause.append(isNegative ? -place - 1 : place + 1)
        isNegative = false
      }
      let variables = clause.map(abs)
      guard !isNegative, variables == Set(variables).sorted() else { return nil }
      clauses.append(clause)
    }
    guard clauses.count <= 64, let count = clauses.joined().map(abs).max() else { return nil }
    return State(clauses: clauses, count: count)
  }

  private static func text(_ clause: [Int]) -> String {
    let letters = Array("abcdefghijklm")
    let words = clause.sorted { abs($0) < abs($1) }.map { literal in
      (literal < 0 ? "-" : "") + String(letters[abs(literal) - 1])
    }
    return words.isEmpty ? "empty" : words.joined(separator: " ")
  }

  public func successors(_ state: State) -> [(line: String, state: State?)] {
    if let explained = state.explained { return explanations(state, explained) }
    var conflicts: [(line: String, state: State?)] = []
    var units: [(line: String, state: State?)] = []
    for (index, clause) in state.clauses.enumerated() {
      let rest = clause.filter { !state.trail.contains(-$0) }
      if rest.isEmpty {
        var next = state
        (next.explained, next.index) = (clause, index)
        conflicts.append(("conflict C\(index + 1)", next))
      } else if rest.count == 1, !state.trail.contains(rest[0]) {
        var next = state
        next.trail.append(rest[0])
        units.append(("unit C\(index + 1): \(Self.text(rest))", next))
      }
    }
    if !conflicts.isEmpty { return conflicts }
    if !units.isEmpty { return units }
    let open = (1...state.count).filter { !state.trail.map(abs).contains($0) }
    if open.isEmpty { return [("Answer: " + Self.text(state.trail), nil)] }
    return open.flatMap { [$0, -$0] }.map { literal in
      var next = state
      next.trail.append(literal)
      return ("decide " + Self.text([literal]), next)
    }
  }

  private func explanations(
    _ state: State, _ explained: [Int]
  ) -> [(line: String, state: State?)] {
    if explained.isEmpty { return [("Answer: UNSAT", nil)] }
    for (place, literal) in state.trail.enumerated().reversed() where explained.contains(-literal) {
      let before = state.trail[..<place]
      let lines = state.clauses.enumerated().compactMap {
        index, clause -> (line: String, state: State?)? in
        guard clause.contains(literal),
          clause.allSatisfy({ $0 == literal || before.contains(-$0) })
        else { return nil }
        let union = Set(explained).union(clause).subtracting([literal, -literal])
        var next = state
        next.clauses.append(Array(union))
        (next.explained, next.index) = (Array(union), state.clauses.count)
        let line =
          "C\(state.clauses.count + 1) = C\(state.index + 1) x C\(index + 1) on "
          + "\(Self.text([abs(literal)])): \(Self.text(Array(union)))"
        return (line, next)
      }
      if !lines.isEmpty { return lines }
    }
    guard let place = state.trail.lastIndex(where: { explained.contains(-$0) }) else { return [] }
    var next = state
    next.explained = nil
    next.trail.removeSubrange(place...)
    return [("undo " + Self.text([state.trail[place]]), next)]
  }
}
