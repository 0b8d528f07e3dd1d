extension NaturalDeduction.Problem {
  typealias Move = NaturalDeduction.Move
  typealias Rule = NaturalDeduction.Rule

  /// The assignments that make all premises true.
  var models: UInt64 { premises.reduce(~0) { $0 & formulas.truth[$1] } }

  /// Finds the proof; false if none is found.
  mutating func prepare() -> Bool {
    let (formulas, premises, goal) = (formulas, premises, options[right])
    var prover = NaturalDeduction.Prover()
    prover.begin { known in
      known = formulas
      return premises
    }
    guard let count = prover.lineCount(proving: { _ in goal }) else { return false }
    (plan, self.formulas) = (prover.proof(lineCount: count), prover.formulas)
    lineOf = [Int](repeating: 0, count: count)
    moves = possibleMoves()
    return true
  }

  private func firstLine(of block: Int) -> Int { lineOf[plan.blocks[block].assumption] }
  /// 0 while it is open.
  private func lastLine(of block: Int) -> Int { lineOf[plan.blocks[block].conclusion] }

  func possibleMoves() -> [Move] {
    if reached != nil { return [] }
    var moves: [Move] = []
    // Premises come first, in their order.
    for (index, node) in plan.nodes.enumerated()
    where node.block == block && lineOf[index] == 0 && node.rule != .assume {
      if node.rule == .premise { return [.node(index)] }
      let isReady =
        node.nodes.allSatisfy { lineOf[$0] > 0 } && node.blocks.allSatisfy { lastLine(of: $0) > 0 }
      if isReady { moves.append(.node(index)) }
    }
    for node in plan.nodes where node.block == block {
      for child in node.blocks where firstLine(of: child) == 0 && canOpen(child) {
        moves.append(.open(block: child))
      }
    }
    return moves
  }

  private func canOpen(_ block: Int) -> Bool {
    plan.needs.allSatisfy { $0.block != block || lineOf[$0.node] > 0 }
  }

  func after(_ move: Move) -> Self {
    var next = self
    next.line += 1
    switch move {
    case .open(let block):
      next.block = block
      next.write(plan.blocks[block].assumption)
    case .node(let node):
      // The plan may come by what is to be shown on its way; then the proof ends there.
      if plan.nodes[node].block == 0, plan.nodes[node].formula == options[right] {
        next.reached = right
      }
      next.write(node)
    }
    next.moves = next.possibleMoves()
    return next
  }

  /// Writes a line of the innermost open subproof and closes that with its conclusion.
  private mutating func write(_ node: Int) {
    lineOf[node] = line
    guard plan.blocks[block].conclusion == node else { return }
    if block == 0 { reached = right } else { block = plan.blocks[block].parent }
  }

  /// Lines and ends of subproofs that a node cites, ascending.
  func linesUsed(by node: Int) -> [Int] {
    var lines: [Int] = []
    for cited in plan.nodes[node].nodes { lines.append(lineOf[cited]) }
    for block in plan.nodes[node].blocks {
      lines += [firstLine(of: block), lastLine(of: block)]
    }
    lines.sort()
    // A line may be cited twice, and a subproof have one line.
    return lines.enumerated().filter { $0 == 0 || lines[$0 - 1] != $1 }.map(\.element)
  }

  private func line(
    _ formula: Int, depth: Int, _ rule: Rule, citing node: Int? = nil, own: Int? = nil
  ) -> String {
    var text = begun(formula, depth: depth, rule)
    if let node { cite(node, own: own, in: &text) }
    return text.text
  }

  private func begun(_ formula: Int, depth: Int, _ rule: Rule) -> LineText {
    var text = LineText(capacity: 64)
    text.add(line + 1)
    text.add(". ")
    for _ in 0..<depth { text.add(UInt8(ascii: "|")) }
    formulas.write(formula, to: &text)
    text.add(" by ")
    text.add(rule.rawValue)
    return text
  }

  /// - Parameter own: a line to cite in place of the first.
  private func cite(_ node: Int, own: Int?, in text: inout LineText) {
    let node = plan.nodes[node]
    var own = own
    var mark = " "
    for cited in node.nodes {
      text.add(mark)
      text.add(own ?? lineOf[cited])
      (own, mark) = (nil, ", ")
    }
    for block in node.blocks {
      text.add(mark)
      text.add(own ?? firstLine(of: block))
      text.add(UInt8(ascii: "-"))
      text.add(own ?? lastLine(of: block))
      (own, mark) = (nil, ", ")
    }
  }

  func line(of move: Move) -> String {
    switch move {
    case .open(let block):
      let assumption = plan.nodes[plan.blocks[block].assumption].formula
      return line(assumption, depth: plan.blocks[block].depth, .assume)
    case .node(let node):
      let (formula, rule) = (plan.nodes[node].formula, plan.nodes[node].rule)
      return line(
        formula, depth: plan.blocks[plan.nodes[node].block].depth, rule, citing: node)
    }
  }

  func slips(at node: Int) -> [Slip<Self>] {
    let (formula, rule) = (plan.nodes[node].formula, plan.nodes[node].rule)
    if rule == .premise { return [] }
    let depth = plan.blocks[plan.nodes[node].block].depth
    var slips: [Slip<Self>] = []
    let right = after(.node(node))
    if let other = rule.mistaken {
      slips.append(
        Slip("wrong-rule", line: line(formula, depth: depth, other, citing: node), state: right))
    }
    slips.append(
      Slip(
        "wrong-citation", line: line(formula, depth: depth, rule, citing: node, own: line + 1),
        state: right))
    /// A line that is written besides; if it states an option at depth 0, that is the answer.
    func extra(_ kind: String, _ formula: Int, line: String) {
      var next = self
      next.line += 1
      if depth == 0, let option = options.firstIndex(of: formula) {
        next.reached = option
        next.moves = []
      }
      slips.append(Slip(kind, line: line, state: next))
    }
    if let block = plan.nodes[node].blocks.first {
      let inner = plan.nodes[plan.blocks[block].conclusion].formula
      var text = begun(inner, depth: depth, .copy)
      text.add(UInt8(ascii: " "))
      text.add(lastLine(of: block))
      extra("closed-subproof", inner, line: text.text)
    }
    let shape = formulas.nodes[formula]
    if shape.op == .implies, rule == .impIntro, shape.left != shape.right,
      let converse = formulas.number(
        of: .init(op: .implies, left: shape.right, right: shape.left))
    {
      extra("converse", converse, line: line(converse, depth: depth, .impIntro, citing: node))
    }
    if depth == 0 {
      let wrong = options.indices.filter { $0 != self.right }
      let leap = options[wrong[line % wrong.count]]
      extra("leap", leap, line: line(leap, depth: depth, rule, citing: node))
    }
    return slips
  }
}

extension NaturalDeduction.Rule {
  /// A rule that can be taken for this one and never gives the same formula from the same lines.
  fileprivate var mistaken: Self? {
    switch self {
    case .andIntro: .impElim
    case .impElim: .andIntro
    case .andElim: .orIntro
    case .orIntro: .andElim
    case .impIntro: .notIntro
    case .notIntro, .raa: .impIntro
    case .notElim: .impElim
    case .falseElim, .copy: .andElim
    case .premise, .assume, .orElim: nil
    }
  }
}
