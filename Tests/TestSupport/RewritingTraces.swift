public import Files
public import Records

/// Traces of `rewriting`, by cutting words in two wherever they can be cut.
public struct RewritingTraces: TraceEnumerator {
  public let family = "rewriting"

  public struct State {
    var rules: [(left: String, right: String)]
    var word: String
  }

  public let alphabet = "abcdet0123456789:> ;\nAnswr"

  public init() {}

  public func knobs(of record: Record) -> [String: JSON]? {
    let word = record.problem.split(separator: " ").last ?? ""
    return [
      "rules": JSON(record.problem.filter { $0 == ">" }.count), "length": JSON(word.count),
      "letters": JSON(Set(record.problem.filter { "abcd".contains($0) }).count),
    ]
  }

  private static func isWord(_ text: String) -> Bool {
    !text.isEmpty && text.allSatisfy { "abcd".contains($0) }
  }

  public func begin(_ lexemes: [String]) -> State? {
    guard lexemes.count >= 7, (lexemes.count - 2).isMultiple(of: 5), let word = lexemes.last,
      lexemes[lexemes.count - 2] == ";", Self.isWord(word), word.count <= 32
    else { return nil }
    var state = State(rules: [], word: word)
    for start in stride(from: 0, to: lexemes.count - 2, by: 5) {
      let (left, right) = (lexemes[start + 2], lexemes[start + 4])
      let text = right == "e" ? "" : right
      let isExchange =
        left.count == 2 && text == String(left.reversed()) && Set(left).count == 2
      guard lexemes[start] == "\(state.rules.count + 1)", lexemes[start + 1] == ":",
        lexemes[start + 3] == ">", Self.isWord(left), left.count == 2 || left.count == 3,
        text.isEmpty || Self.isWord(text), text.count < left.count || isExchange,
        state.rules.allSatisfy({ $0.left != left })
      else { return nil }
      state.rules.append((left, text))
    }
    guard state.rules.count <= 6, Self.hasOrder(state), Self.isConfluent(state) else { return nil }
    return state
  }

  /// Whether some order of the letters has every exchange put the earlier letter first.
  private static func hasOrder(_ state: State) -> Bool {
    let exchanges = state.rules.filter { $0.left.count == $0.right.count }.map { Array($0.right) }
    var orders: [[Character]] = [[]]
    for letter in "abcd" {
      orders = orders.flatMap { order in
        (0...order.count).map { Array(order[..<$0]) + [letter] + Array(order[$0...]) }
      }
    }
    return orders.contains { order in
      exchanges.allSatisfy { pair in
        (order.firstIndex(of: pair[0]) ?? 0) < (order.firstIndex(of: pair[1]) ?? 0)
      }
    }
  }

  /// Whether every word that two left sides cover together ends in one word, whatever is done.
  private static func isConfluent(_ state: State) -> Bool {
    for first in state.rules {
      for second in state.rules {
        for shift in 0..<first.left.count {
          let head = String(first.left.prefix(shift))
          let joined = head + second.left
          var words: [String] = []
          if first.left.hasPrefix(joined) { words.append(first.left) }
          if joined.hasPrefix(first.left) { words.append(joined) }
          for word in words where ends(word, state.rules).count != 1 { return false }
        }
      }
    }
    return true
  }

  /// All words that a word can end in.
  private static func ends(
    _ word: String, _ rules: [(left: String, right: String)]
  ) -> Set<String> {
    var seen: Set<String> = [word]
    var fresh = [word]
    var ends: Set<String> = []
    while let word = fresh.popLast() {
      let next = steps(word, rules)
      if next.isEmpty { ends.insert(word) }
      for step in next where seen.insert(step.word).inserted { fresh.append(step.word) }
    }
    return ends
  }

  private static func steps(
    _ word: String, _ rules: [(left: String, right: String)]
  ) -> [(rule: Int, place: Int, word: String)] {
    var steps: [(rule: Int, place: Int, word: String)] = []
    for cut in 0...word.count {
      let (head, tail) = (word.prefix(cut), word.dropFirst(cut))
      for (index, rule) in rules.enumerated() where tail.hasPrefix(rule.left) {
        steps.append((index, cut, head + rule.right + tail.dropFirst(rule.left.count)))
      }
    }
    return steps
  }

  public func successors(_ state: State) -> [(line: String, state: State?)] {
    func shown(_ word: String) -> String { word.isEmpty ? "e" : word }
    let steps = Self.steps(state.word, state.rules)
    if steps.isEmpty { return [("Answer: " + shown(state.word), nil)] }
    return steps.map { rule, place, word in
      ("\(rule + 1) at \(place + 1): \(shown(word))", State(rules: state.rules, word: word))
    }
  }
}
