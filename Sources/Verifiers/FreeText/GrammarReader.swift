/// Reads lexemes by a grammar. Every way that leads to the end is tried, so the reader accepts
/// exactly what the grammar gives.
///
/// If several ways lead to one place, that of the earlier alternative is kept. A rule is tried once
/// at each place; time is bounded by rules × places × the ends they reach.
struct GrammarReader {
  /// What a rule reads.
  struct Node: Equatable {
    let rule: String
    /// Range of its lexemes.
    let range: Range<Int>
    /// The rules inside, in order.
    let children: [Node]
  }

  /// One way to read a part: where it ends, and what it holds as an index into `entries`.
  private struct Way {
    let end: Int
    let content: Int
  }

  /// Nothing, a rule's node, or the contents of two parts, which are joined without copies.
  private enum Entry {
    case nothing
    case node(rule: Int, range: Range<Int>, content: Int)
    case pair(Int, Int)
  }

  private let grammar: Grammar
  private let tokens: [ChatLexer.Token]
  private let isKind: (String, ChatLexer.Token) -> Bool
  /// The lexemes as a grammar spells them; empty for a number.
  private let spellings: [String]
  private var entries: [Entry] = [.nothing]
  private var known: [[Way]?]
  /// The furthest lexeme at which something else was expected.
  private(set) var furthest = 0

  /// - Parameter isKind: whether a lexeme is of the kind that the rule of this name stands for.
  init(
    _ grammar: Grammar, tokens: [ChatLexer.Token],
    isKind: @escaping (String, ChatLexer.Token) -> Bool
  ) {
    self.grammar = grammar
    self.tokens = tokens
    self.isKind = isKind
    spellings = tokens.map { token in
      switch token.kind {
      case .word(let word): word
      case .mark(let mark): String(Unicode.Scalar(mark))
      case .number: ""
      }
    }
    known = Array(repeating: nil, count: grammar.rules.count * (tokens.count + 1))
  }

  /// All lexemes parsed as the grammar's first rule; `nil` if they do not match it.
  mutating func whole() -> Node? {
    guard let way = ways(byRule: 0, at: 0).first(where: { $0.end == tokens.count }) else {
      return nil
    }
    return nodes(way.content).first
  }

  private mutating func ways(byRule rule: Int, at place: Int) -> [Way] {
    guard canBegin(grammar.starts[rule], at: place) else {
      furthest = max(furthest, place)
      return []
    }
    let key = rule * (tokens.count + 1) + place
    if let ways = known[key] { return ways }
    let found = ways(of: grammar.rules[rule], at: place).map { way in
      Way(
        end: way.end,
        content: add(.node(rule: rule, range: place..<way.end, content: way.content)))
    }
    known[key] = found
    return found
  }

  private mutating func ways(of expression: Grammar.Expression, at place: Int) -> [Way] {
    switch expression {
    case .lexeme(let text): return one(at: place, place < tokens.count && spellings[place] == text)
    case .kind(let name):
      return one(at: place, place < tokens.count && isKind(name, tokens[place]))
    case .rule(let rule): return ways(byRule: rule, at: place)
    case .sequence(let parts):
      var reached = [Way(end: place, content: 0)]
      for part in parts {
        var next: [Way] = []
        for way in reached {
          for more in ways(of: part, at: way.end)
          where !next.contains(where: { $0.end == more.end }) {
            next.append(Way(end: more.end, content: pair(way.content, more.content)))
          }
        }
        reached = next
        if reached.isEmpty { break }
      }
      return reached
    case .choice(let parts):
      var reached: [Way] = []
      for part in parts {
        for way in ways(of: part, at: place) where !reached.contains(where: { $0.end == way.end }) {
          reached.append(way)
        }
      }
      return reached
    case .optional(let part):
      return ways(of: part, at: place).filter { $0.end > place } + [Way(end: place, content: 0)]
    case .repeated(let part):
      var reached = [Way(end: place, content: 0)]
      var ends: Set = [place]
      var index = 0
      while index < reached.count {
        let way = reached[index]
        index += 1
        for more in ways(of: part, at: way.end) where ends.insert(more.end).inserted {
          reached.append(Way(end: more.end, content: pair(way.content, more.content)))
        }
      }
      return reached
    }
  }

  private mutating func one(at place: Int, _ fits: Bool) -> [Way] {
    if fits { return [Way(end: place + 1, content: 0)] }
    furthest = max(furthest, place)
    return []
  }

  private func canBegin(_ start: Grammar.Start, at place: Int) -> Bool {
    if start.isNullable { return true }
    guard place < tokens.count else { return false }
    return start.lexemes.contains(spellings[place])
      || start.kinds.contains { isKind($0, tokens[place]) }
  }

  private mutating func add(_ entry: Entry) -> Int {
    entries.append(entry)
    return entries.count - 1
  }

  private mutating func pair(_ first: Int, _ second: Int) -> Int {
    first == 0 ? second : second == 0 ? first : add(.pair(first, second))
  }

  private func nodes(_ content: Int) -> [Node] {
    var nodes: [Node] = []
    var open = [content]
    while let next = open.popLast() {
      switch entries[next] {
      case .nothing: break
      case .pair(let first, let second): open += [second, first]
      case .node(let rule, let range, let content):
        nodes.append(
          Node(rule: grammar.names[rule], range: range, children: self.nodes(content)))
      }
    }
    return nodes
  }
}
