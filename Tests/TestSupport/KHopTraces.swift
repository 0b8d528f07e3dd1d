public import Files
public import Records

/// The trace of `k-hop`, by searching the list of facts.
public struct KHopTraces: TraceEnumerator {
  public let family = "k-hop"
  public let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWZabcdefghijklmnopqrstuvwxyz:;? \n"

  public struct State {
    var facts: [[String]]
    /// A person and relations.
    var question: [String]
  }

  public init() {}

  /// Tables are complete, so no changed problem is one.
  public var kindsWithoutUse: Set<String> {
    ["digit", "number", "sign", "solution of another problem"]
  }

  public func knobs(of record: Record) -> [String: JSON]? {
    let parts = record.problem.split(separator: ";").map {
      $0.split { !$0.isLetter }.map(String.init)
    }
    return [
      "hops": JSON((parts.last?.count ?? 0) - 1),
      "people": JSON(Set(parts.dropLast().map { $0[0] }).count),
      "relations": JSON(Set(parts.dropLast().map { $0[1] }).count),
    ]
  }

  private static func isWord(_ text: String, isName: Bool) -> Bool {
    let letters = Array(text.utf8)
    return (2...12).contains(letters.count) && (isName ? 65...90 : 97...122).contains(letters[0])
      && letters.dropFirst().allSatisfy { (97...122).contains($0) }
  }

  public func begin(_ lexemes: [String]) -> State? {
    guard lexemes.last == "?" else { return nil }
    var parts = lexemes.dropLast().split(separator: ";", omittingEmptySubsequences: false).map {
      Array($0)
    }
    guard let question = parts.popLast(), (2...65).contains(question.count),
      Self.isWord(question[0], isName: true),
      question.dropFirst().allSatisfy({ Self.isWord($0, isName: false) }), parts.count <= 400
    else { return nil }
    for part in parts {
      guard part.count == 3, Self.isWord(part[0], isName: true),
        Self.isWord(part[1], isName: false), Self.isWord(part[2], isName: true),
        parts.count(where: { $0.starts(with: part.prefix(2)) }) == 1
      else { return nil }
    }
    let start = State(facts: parts, question: question)
    var state = start
    while state.question.count > 1 {
      guard let next = Self.next(state) else { return nil }
      state = next.state
    }
    return start
  }

  private static func next(_ state: State) -> (line: String, state: State)? {
    guard let fact = state.facts.first(where: { $0.starts(with: state.question.prefix(2)) }) else {
      return nil
    }
    var next = state
    next.question = [fact[2]] + state.question.dropFirst(2)
    return (
      fact.joined(separator: " ") + ": " + next.question.joined(separator: " "), next
    )
  }

  public func successors(_ state: State) -> [(line: String, state: State?)] {
    if let next = Self.next(state), state.question.count > 1 { return [(next.line, next.state)] }
    return [("Answer: \(state.question[0])", nil)]
  }
}
