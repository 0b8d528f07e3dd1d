public import Files
public import Records

/// Traces of `derivative`, over terms as nested lists of words: `["+", a, b]`, `["sin", a]`.
public struct DerivativeTraces: TraceEnumerator {
  public let family = "derivative"
  public let alphabet = "0123456789x+-*/^()sincoexplnD \nguesAnswr:"

  /// An operator or a leaf with its operands.
  public struct Tree: Equatable, Sendable {
    var word: String
    var parts: [Tree] = []

    init(_ word: String, _ parts: Tree...) { (self.word, self.parts) = (word, parts) }

    var number: Int? { parts.isEmpty && word != "x" ? Int(word) : nil }
  }
  public enum State {
    case unguessed(Tree)
    case open(Tree, goal: Tree?, guess: Tree?)
  }

  public init() {}

  public func knobs(of record: Record) -> [String: JSON]? {
    let words = record.problem.split(separator: " ")
    let signs = words[1].count { "+-*/^".contains($0) }
    let names = words[1].split { !$0.isLetter }.count { $0.count > 1 }
    return [
      "form": JSON(words[0] == "derive" ? 1 : 2), "operators": JSON(signs + names),
    ]
  }

  public func begin(_ lexemes: [String]) -> State? {
    var rest = lexemes.dropFirst()
    guard let word = lexemes.first, ["derive", "integrate"].contains(word),
      let tree = Self.sum(&rest, 0), rest.isEmpty, Self.places(tree).isEmpty,
      Self.operators(tree) <= 30
    else { return nil }
    let written = NormalText.lexemes(Array(Self.write(tree, 0).utf8))
    guard written.map({ String(decoding: $0, as: UTF8.self) }) == Array(lexemes.dropFirst()) else {
      return nil
    }
    if word == "derive" { return .open(Tree("D", tree), goal: nil, guess: nil) }
    return Self.antiderivative(tree) == nil ? nil : .unguessed(tree)
  }

  public func successors(_ state: State) -> [(line: String, state: State?)] {
    switch state {
    case .unguessed(let goal):
      guard let guess = Self.antiderivative(goal) else { return [] }
      return [
        (
          "guess \(Self.write(guess, 0))",
          .open(Tree("D", guess), goal: goal, guess: guess)
        )
      ]
    case .open(let tree, let goal, let guess):
      let next = Self.places(tree)
      if next.isEmpty {
        guard let goal, let guess else { return [("Answer: \(Self.write(tree, 0))", nil)] }
        return [("Answer: \(tree == goal ? Self.write(guess, 0) : "none")", nil)]
      }
      return next.map { (Self.write($0, 0), .open($0, goal: goal, guess: guess)) }
    }
  }

  private static func operators(_ tree: Tree) -> Int {
    (tree.parts.isEmpty ? 0 : 1)
      + tree.parts.reduce(0) { $0 + operators($1) }
  }

  /// All trees one step away.
  private static func places(_ tree: Tree) -> [Tree] {
    var trees = here(tree).map { [$0] } ?? []
    if tree.word == "D" { return trees }
    for index in tree.parts.indices {
      for changed in places(tree.parts[index]) {
        var copy = tree
        copy.parts[index] = changed
        trees.append(copy)
      }
    }
    return trees
  }

  private static func here(_ tree: Tree) -> Tree? {
    if tree.word == "D" { return derivative(tree.parts[0]) }
    guard tree.parts.count == 2, tree.word != "^" else { return nil }
    let (a, b) = (tree.parts[0], tree.parts[1])
    switch tree.word {
    case "*":
      guard let factor = a.number else { return nil }
      if factor == 1 { return b }
      if let other = b.number { return Tree("\(factor * other)") }
      if b.word == "*", let other = b.parts[0].number {
        return Tree("*", Tree("\(factor * other)"), b.parts[1])
      }
      return nil
    case "+": return a.number == 0 ? (b.number == 0 ? a : b) : b.number == 0 ? a : nil
    case "-": return b.number == 0 ? a : nil
    default: return nil
    }
  }

  private static func derivative(_ u: Tree) -> Tree {
    func d(_ v: Tree) -> Tree { Tree("D", v) }
    func times(_ v: Tree, _ w: Tree) -> Tree { Tree("*", v, w) }
    if u.number != nil { return Tree("0") }
    if u.word == "x" { return Tree("1") }
    let a = u.parts[0]
    func chain(_ outer: Tree) -> Tree { a.word == "x" ? outer : times(outer, d(a)) }
    switch u.word {
    case "+", "-": return Tree(u.word, d(a), d(u.parts[1]))
    case "*":
      let b = u.parts[1]
      return a.number != nil ? times(a, d(b)) : Tree("+", times(d(a), b), times(a, d(b)))
    case "/":
      let b = u.parts[1]
      return Tree("/", Tree("-", times(d(a), b), times(a, d(b))), Tree("^", b, Tree("2")))
    case "^":
      let n = u.parts[1].number ?? 0
      return times(Tree("\(n)"), chain(n == 2 ? a : Tree("^", a, Tree("\(n - 1)"))))
    case "sin": return chain(Tree("cos", a))
    case "cos": return times(Tree("-1"), chain(Tree("sin", a)))
    case "exp": return chain(u)
    default: return Tree("/", a.word == "x" ? Tree("1") : d(a), a)
    }
  }

  private static func antiderivative(_ tree: Tree) -> Tree? {
    if ["+", "-"].contains(tree.word), tree.parts.count == 2 {
      guard let a = antiderivative(tree.parts[0]), let b = antiderivative(tree.parts[1]) else {
        return nil
      }
      return Tree(tree.word, a, b)
    }
    if let value = tree.number, value > 0 { return scaled(value, Tree("x")) }
    var (factor, body) = (1, tree)
    if tree.word == "*", tree.parts.count == 2 {
      guard let value = tree.parts[0].number, value > 1 else { return nil }
      (factor, body) = (value, tree.parts[1])
      let n = body.word == "^" && body.parts[0].word == "x" ? body.parts[1].number ?? 0 : 1
      if body.word == "x" || n > 1 {
        return factor % (n + 1) == 0
          ? scaled(factor / (n + 1), Tree("^", Tree("x"), Tree("\(n + 1)"))) : nil
      }
    }
    guard body.parts.count == 1, body.parts[0].word == "x" else { return nil }
    switch body.word {
    case "sin": return Tree("*", Tree("\(-factor)"), Tree("cos", Tree("x")))
    case "cos": return scaled(factor, Tree("sin", Tree("x")))
    case "exp": return scaled(factor, body)
    default: return nil
    }
  }

  private static func scaled(_ factor: Int, _ tree: Tree) -> Tree {
    factor == 1 ? tree : Tree("*", Tree("\(factor)"), tree)
  }

  // Writing and reading.

  private static let ranks = ["+": 1, "-": 1, "*": 2, "/": 2, "^": 3]

  private static func write(_ tree: Tree, _ least: Int) -> String {
    guard let rank = tree.parts.count == 2 ? ranks[tree.word] : nil else {
      return tree.parts.isEmpty ? tree.word : "\(tree.word)(\(write(tree.parts[0], 0)))"
    }
    let left = write(tree.parts[0], tree.word == "^" ? 4 : rank)
    let text = left + tree.word + write(tree.parts[1], rank + 1)
    return rank < least ? "(\(text))" : text
  }

  private static func sum(_ rest: inout ArraySlice<String>, _ depth: Int) -> Tree? {
    guard depth < 60 else { return nil }
    return chain(&rest, ["+", "-"]) { rest in
      chain(&rest, ["*", "/"]) { rest in power(&rest, depth) }
    }
  }

  private static func chain(
    _ rest: inout ArraySlice<String>, _ signs: [String],
    _ part: (inout ArraySlice<String>) -> Tree?
  ) -> Tree? {
    guard var left = part(&rest) else { return nil }
    while let sign = rest.first, signs.contains(sign) {
      rest = rest.dropFirst()
      guard let right = part(&rest) else { return nil }
      left = Tree(sign, left, right)
    }
    return left
  }

  private static func power(_ rest: inout ArraySlice<String>, _ depth: Int) -> Tree? {
    guard let base = atom(&rest, depth) else { return nil }
    guard rest.first == "^" else { return base }
    rest = rest.dropFirst()
    guard let exponent = natural(&rest, 2), exponent > 1 else { return nil }
    return Tree("^", base, Tree("\(exponent)"))
  }

  private static func natural(_ rest: inout ArraySlice<String>, _ digits: Int) -> Int? {
    guard let word = rest.first, word.count <= digits,
      word.allSatisfy({ "0123456789".contains($0) }), word == "0" || word.first != "0"
    else { return nil }
    rest = rest.dropFirst()
    return Int(word)
  }

  private static func atom(_ rest: inout ArraySlice<String>, _ depth: Int) -> Tree? {
    guard let word = rest.first else { return nil }
    switch word {
    case "x":
      rest = rest.dropFirst()
      return Tree("x")
    case "-":
      rest = rest.dropFirst()
      guard let value = natural(&rest, 3), value > 0 else { return nil }
      return Tree("-\(value)")
    case "(", "sin", "cos", "exp", "ln":
      rest = rest.dropFirst()
      if word != "(" {
        guard rest.first == "(" else { return nil }
        rest = rest.dropFirst()
      }
      guard let inner = sum(&rest, depth + 1), rest.first == ")" else { return nil }
      rest = rest.dropFirst()
      return word == "(" ? inner : Tree(word, inner)
    default: return natural(&rest, 3).map { Tree("\($0)") }
    }
  }
}
