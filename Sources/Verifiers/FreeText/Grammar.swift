/// A grammar in EBNF, parsed from the same text that a family's page publishes.
///
/// Texts are therefore read by exactly what is published. Words and marks are in quotes; a rule
/// that is a `? remark ?` is a kind of lexeme that the reader's caller recognises.
struct Grammar: Sendable {
  indirect enum Expression: Sendable, Equatable {
    /// A word in lower case, or one mark.
    case lexeme(String)
    case rule(Int)
    /// A kind of lexeme, by the name of its rule.
    case kind(String)
    case sequence([Expression])
    case choice([Expression])
    case optional(Expression)
    case repeated(Expression)
  }

  /// In the order of the text; the first rule is for a whole text.
  private(set) var names: [String] = []
  private(set) var rules: [Expression] = []
  /// What each rule can start with.
  private(set) var starts: [Start] = []

  /// The lexemes and kinds that may come first, and whether the rule can be empty.
  struct Start: Sendable, Equatable {
    var lexemes: Set<String> = []
    var kinds: Set<String> = []
    var isNullable = false

    mutating func formUnion(_ other: Start) {
      lexemes.formUnion(other.lexemes)
      kinds.formUnion(other.kinds)
    }
  }

  /// - Precondition: every rule is well formed, and every name in one has a rule.
  init(_ text: String) {
    var symbols = Self.symbols(of: text)[...]
    var bodies: [ArraySlice<String>] = []
    while let name = symbols.popFirst() {
      precondition(symbols.popFirst() == "=", "grammar: expected = after \(name)")
      let body = symbols.prefix { $0 != ";" }
      symbols = symbols.dropFirst(body.count + 1)
      names.append(name)
      bodies.append(body)
    }
    for (name, var body) in zip(names, bodies) {
      rules.append(
        body.first?.first == "?" ? .kind(name) : Self.choice(&body, names: names))
      precondition(
        body.isEmpty || body.first?.first == "?", "grammar: \(name) goes on after its end")
    }
    findStarts()
  }

  /// Computes `starts` of all rules, by repetition until nothing is added.
  private mutating func findStarts() {
    starts = Array(repeating: Start(), count: rules.count)
    var isChanged = true
    while isChanged {
      isChanged = false
      for rule in rules.indices {
        let start = start(of: rules[rule])
        if start != starts[rule] { (starts[rule], isChanged) = (start, true) }
      }
    }
  }

  private func start(of expression: Expression) -> Start {
    switch expression {
    case .lexeme(let text): return Start(lexemes: [text])
    case .kind(let name): return Start(kinds: [name])
    case .rule(let rule): return starts[rule]
    case .sequence(let parts):
      var all = Start(isNullable: true)
      for part in parts where all.isNullable {
        let start = start(of: part)
        all.formUnion(start)
        all.isNullable = start.isNullable
      }
      return all
    case .choice(let parts):
      return parts.reduce(into: Start()) { all, part in
        let start = start(of: part)
        all.formUnion(start)
        all.isNullable = all.isNullable || start.isNullable
      }
    case .optional(let part), .repeated(let part):
      var start = start(of: part)
      start.isNullable = true
      return start
    }
  }

  /// Names, quoted texts, remarks and marks, without comments.
  private static func symbols(of text: String) -> [String] {
    var symbols: [String] = []
    var rest = Substring(text)
    while let first = rest.first {
      let symbol: Substring
      if first.isWhitespace {
        rest.removeFirst()
        continue
      } else if rest.hasPrefix("(*") {
        let end = rest.firstRange(of: "*)")?.upperBound ?? rest.endIndex
        rest = rest[end...]
        continue
      } else if first == "\"" || first == "?" {
        let inner = rest.dropFirst().prefix { $0 != first }
        symbol = rest.prefix(inner.count + 2)
      } else if first.isLetter {
        symbol = rest.prefix { $0.isLetter || $0 == "-" }
      } else {
        symbol = rest.prefix(1)
      }
      symbols.append(String(symbol))
      rest = rest.dropFirst(symbol.count)
    }
    return symbols
  }

  private static func choice(_ symbols: inout ArraySlice<String>, names: [String]) -> Expression {
    var parts = [sequence(&symbols, names: names)]
    while symbols.first == "|" {
      symbols.removeFirst()
      parts.append(sequence(&symbols, names: names))
    }
    return parts.count == 1 ? parts[0] : .choice(parts)
  }

  private static func sequence(_ symbols: inout ArraySlice<String>, names: [String]) -> Expression {
    var parts = [single(&symbols, names: names)]
    while symbols.first == "," {
      symbols.removeFirst()
      parts.append(single(&symbols, names: names))
    }
    return parts.count == 1 ? parts[0] : .sequence(parts)
  }

  private static func single(_ symbols: inout ArraySlice<String>, names: [String]) -> Expression {
    let symbol = symbols.popFirst() ?? ""
    if symbol.first == "\"" { return .lexeme(String(symbol.dropFirst().dropLast())) }
    guard let close = ["(": ")", "[": "]", "{": "}"][symbol] else {
      let rule = names.firstIndex(of: symbol)
      precondition(rule != nil, "grammar: no rule is called \(symbol)")
      return .rule(rule ?? 0)
    }
    let inner = choice(&symbols, names: names)
    precondition(symbols.popFirst() == close, "grammar: expected \(close)")
    return symbol == "(" ? inner : symbol == "[" ? .optional(inner) : .repeated(inner)
  }
}
