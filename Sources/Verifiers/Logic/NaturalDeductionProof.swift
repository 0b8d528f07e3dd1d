extension NaturalDeduction {
  /// Formulas by number, each once, so that equal numbers are equal formulas.
  struct Formulas {
    enum Operator: UInt8 { case atom, falsum, not, and, or, implies }

    struct Node: Hashable {
      var op: Operator
      /// For an atom, its number.
      var left = 0
      var right = 0
    }

    private(set) var nodes: [Node] = []
    /// The assignments to the atoms for which each formula is true.
    private(set) var truth: [UInt64] = []
    private var numbers: [Node: Int] = [:]

    mutating func number(_ node: Node) -> Int {
      if let known = numbers[node] { return known }
      nodes.append(node)
      truth.append(table(of: node))
      numbers[node] = nodes.count - 1
      return nodes.count - 1
    }

    /// Bit a: whether it is true if the atoms are the bits of a.
    private func table(of node: Node) -> UInt64 {
      switch node.op {
      case .atom:
        (0..<64).reduce(0) { $0 | UInt64($1 >> node.left & 1) << UInt64($1) }
      case .falsum: 0
      case .not: ~truth[node.left]
      case .and: truth[node.left] & truth[node.right]
      case .or: truth[node.left] | truth[node.right]
      case .implies: ~truth[node.left] | truth[node.right]
      }
    }

    mutating func read(_ lexer: inout Lexer, depth: Int = 0) throws(Rejection) -> Int {
      let left = try unit(&lexer, depth: depth)
      for (mark, op) in [("&", Operator.and), ("|", .or)] where lexer.take(mark) {
        let right = try unit(&lexer, depth: depth)
        return number(Node(op: op, left: left, right: right))
      }
      guard lexer.take("-") else { return left }
      try lexer.expect(">")
      let right = try unit(&lexer, depth: depth)
      return number(Node(op: .implies, left: left, right: right))
    }

    private mutating func unit(_ lexer: inout Lexer, depth: Int) throws(Rejection) -> Int {
      guard depth < 32 else { throw .unreadable("expected a formula nested less than 32 deep") }
      if lexer.take("~") {
        let inner = try unit(&lexer, depth: depth + 1)
        return number(Node(op: .not, left: inner))
      }
      if lexer.take("(") {
        let inner = try read(&lexer, depth: depth + 1)
        try lexer.expect(")")
        return inner
      }
      if lexer.take("false") { return number(Node(op: .falsum)) }
      guard let word = lexer.word, word.count == 1, let letter = word.first,
        (UInt8(ascii: "p")...UInt8(ascii: "u")).contains(letter)
      else { throw .unreadable("expected a formula, found \(lexer.found)") }
      lexer.advance()
      return number(Node(op: .atom, left: Int(letter - UInt8(ascii: "p"))))
    }

    func isNegation(_ formula: Int, of other: Int) -> Bool {
      nodes[formula] == Node(op: .not, left: other)
    }
    func isFalse(_ formula: Int) -> Bool { nodes[formula].op == .falsum }
  }

  /// The lines so far, and which of them are in scope.
  struct Proof {
    private struct Block {
      var parent: Int
      var first: Int
      /// The last line, once it is closed.
      var last: Int?
    }
    private var lines: [(formula: Int, block: Int)] = []
    private var blocks = [Block(parent: 0, first: 1)]
    private var open = [0]
    /// The subproof that begins at each line.
    private var begins: [Int: Int] = [:]

    /// Open subproofs.
    var depth: Int { open.count - 1 }

    /// Adds a line at a depth of at most one more than that of the line before, and that only for
    /// an assumption.
    mutating func append(_ formula: Int, at depth: Int, isAssumed: Bool) {
      let number = lines.count + 1
      let kept = isAssumed ? max(0, depth - 1) : depth
      while open.count - 1 > kept {
        blocks[open.removeLast()].last = number - 1
      }
      if isAssumed {
        blocks.append(Block(parent: open[open.count - 1], first: number))
        open.append(blocks.count - 1)
        begins[number] = blocks.count - 1
      }
      lines.append((formula, open[open.count - 1]))
    }

    /// Why a line at this depth does not follow; `nil` if it does.
    func fault(
      of line: Line, at depth: Int, premises: [Int], _ formulas: inout Formulas
    ) -> String? {
      // What a line at this depth may cite stands in the subproofs that it leaves open.
      let block = open[min(depth, open.count - 1)]
      var cited: [Int] = []
      var subproofs: [(assumption: Int, conclusion: Int)] = []
      for (first, last) in line.cited {
        guard (1...max(1, lines.count)).contains(first), !lines.isEmpty else {
          return "expected lines before this one to be cited"
        }
        guard let last else {
          let home = lines[first - 1].block
          guard let place = open.firstIndex(of: home), place <= depth else {
            return "line \(first) is in a subproof that is closed"
          }
          cited.append(lines[first - 1].formula)
          continue
        }
        guard let begun = begins[first], blocks[begun].parent == block else {
          return "expected a subproof directly before in the same scope, from its assumption on"
        }
        // The innermost subproofs end where this line begins.
        guard last == blocks[begun].last ?? lines.count else {
          return "expected the subproof from line \(first) to its last line"
        }
        // Its last line must be its own, not one of a subproof within.
        guard lines[last - 1].block == begun else { return "the subproof ends in another" }
        subproofs.append((lines[first - 1].formula, lines[last - 1].formula))
      }
      let isRight = Self.follows(
        line.formula, by: line.rule, cited, subproofs, premises: depth == 0 ? premises : [],
        formulas)
      return isRight ? nil : "this is no use of \(line.rule.rawValue)"
    }

    private static func follows(
      _ formula: Int, by rule: Rule, _ cited: [Int],
      _ subproofs: [(assumption: Int, conclusion: Int)],
      premises: [Int], _ formulas: Formulas
    ) -> Bool {
      let counts: (Int, Int) =
        switch rule {
        case .premise, .assume: (0, 0)
        case .copy, .andElim, .orIntro, .falseElim: (1, 0)
        case .andIntro, .impElim, .notElim: (2, 0)
        case .orElim: (1, 2)
        case .impIntro, .notIntro, .raa: (0, 1)
        }
      guard counts == (cited.count, subproofs.count) else { return false }
      let node = formulas.nodes[formula]
      let sides = [node.left, node.right]
      let inner = cited.first.map { formulas.nodes[$0] }
      switch rule {
      case .premise: return premises.contains(formula)
      case .assume: return true
      case .copy: return cited[0] == formula
      case .andIntro: return node.op == .and && (sides == cited || sides == cited.reversed())
      case .andElim: return inner?.op == .and && (inner?.left == formula || inner?.right == formula)
      case .orIntro: return node.op == .or && sides.contains(cited[0])
      case .impElim:
        return [(cited[0], cited[1]), (cited[1], cited[0])].contains { implication, premise in
          formulas.nodes[implication] == .init(op: .implies, left: premise, right: formula)
        }
      case .notElim:
        return formulas.isFalse(formula)
          && (formulas.isNegation(cited[0], of: cited[1])
            || formulas.isNegation(cited[1], of: cited[0]))
      case .falseElim: return formulas.isFalse(cited[0])
      case .orElim:
        let cases = subproofs.map(\.assumption)
        let disjuncts = inner.map { [$0.left, $0.right] } ?? []
        return inner?.op == .or && (cases == disjuncts || cases == disjuncts.reversed())
          && subproofs.allSatisfy { $0.conclusion == formula }
      case .impIntro:
        return node
          == .init(op: .implies, left: subproofs[0].assumption, right: subproofs[0].conclusion)
      case .notIntro:
        return formulas.isNegation(formula, of: subproofs[0].assumption)
          && formulas.isFalse(subproofs[0].conclusion)
      case .raa:
        return formulas.isNegation(subproofs[0].assumption, of: formula)
          && formulas.isFalse(subproofs[0].conclusion)
      }
    }
  }
}
