extension NaturalDeduction.Problem {
  typealias Move = NaturalDeduction.Move
  typealias Rule = NaturalDeduction.Rule

  /// The assignments that make all premises true.
  var models: UInt64 { premises.reduce(~0) { $0 & formulas.truth[$1] } }

  /// Finds the proof; false if none is found.
  mutating func prepare() -> Bool {
    guard
      let found = NaturalDeduction.Prover.plan(
        formulas, premises: premises, goal: options[right])
    else { return false }
    (plan, formulas) = found
    lineOf = [Int](repeating: 0, count: plan.nodes.count)
    rangeOf = plan.blocks.map { _ in (0, 0) }
    moves = possibleMoves()
    return true
  }

  func possibleMoves() -> [Move] {
    guard reached == nil, let block = open.last else { return [] }
    var moves: [Move] = []
    // Premises come first, in their order.
    for node in plan.members[block] where lineOf[node] == 0 {
      if plan.nodes[node].rule == .premise { return [.node(node)] }
      let isReady =
        plan.nodes[node].nodes.allSatisfy { lineOf[$0] > 0 }
        && plan.nodes[node].blocks.allSatisfy { rangeOf[$0].last > 0 }
      if isReady { moves.append(.node(node)) }
    }
    for child in plan.children[block] where rangeOf[child].first == 0 {
      if plan.blocks[child].needs.allSatisfy({ lineOf[$0] > 0 }) {
        moves.append(.open(block: child))
      }
    }
    return moves
  }

  func after(_ move: Move) -> Self {
    var next = self
    next.line += 1
    switch move {
    case .open(let block):
      next.open.append(block)
      next.rangeOf[block].first = next.line
      next.lineOf[plan.blocks[block].assumption] = next.line
      next.closeIfDone(plan.blocks[block].assumption)
    case .node(let node):
      next.lineOf[node] = next.line
      // The plan may come by what is to be shown on its way; then the proof ends there.
      if plan.nodes[node].block == 0, plan.nodes[node].formula == options[right] {
        next.reached = right
      }
      next.closeIfDone(node)
    }
    next.moves = next.possibleMoves()
    return next
  }

  private mutating func closeIfDone(_ node: Int) {
    guard let block = open.last, plan.blocks[block].conclusion == node else { return }
    rangeOf[block].last = line
    if block == 0 { reached = right } else { open.removeLast() }
  }

  /// Lines and ends of subproofs that a node cites, ascending.
  func linesUsed(by node: Int) -> [Int] {
    let node = plan.nodes[node]
    let lines =
      node.nodes.map { lineOf[$0] }
      + node.blocks.flatMap { [rangeOf[$0].first, rangeOf[$0].last] }
    return Set(lines).sorted()
  }

  private func citations(of node: Int) -> String {
    let node = plan.nodes[node]
    let lines =
      node.nodes.map { String(lineOf[$0]) }
      + node.blocks.map { "\(rangeOf[$0].first)-\(rangeOf[$0].last)" }
    return lines.joined(separator: ", ")
  }

  private func line(_ formula: Int, depth: Int, _ rule: Rule, _ citations: String) -> String {
    var text = Array("\(line + 1). ".utf8)
    for _ in 0..<depth { text.append(UInt8(ascii: "|")) }
    formulas.write(formula, to: &text)
    text += " by \(rule.rawValue)".utf8
    if !citations.isEmpty { text += " \(citations)".utf8 }
    return String(decoding: text, as: UTF8.self)
  }

  func line(of move: Move) -> String {
    switch move {
    case .open(let block):
      let assumption = plan.nodes[plan.blocks[block].assumption].formula
      return line(assumption, depth: plan.blocks[block].depth, .assume, "")
    case .node(let node):
      let (formula, rule) = (plan.nodes[node].formula, plan.nodes[node].rule)
      return line(
        formula, depth: plan.blocks[plan.nodes[node].block].depth, rule, citations(of: node))
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
        Slip(
          "wrong-rule", line: line(formula, depth: depth, other, citations(of: node)), state: right)
      )
    }
    slips.append(
      Slip(
        "wrong-citation", line: line(formula, depth: depth, rule, wrongCitations(of: node)),
        state: right))
    /// A line that is written besides; if it states an option at depth 0, that is the answer.
    func extra(_ kind: String, _ formula: Int, _ rule: Rule, _ citations: String) {
      var next = self
      next.line += 1
      if depth == 0, let option = options.firstIndex(of: formula) {
        next.reached = option
        next.moves = []
      }
      slips.append(
        Slip(kind, line: line(formula, depth: depth, rule, citations), state: next))
    }
    if let block = plan.nodes[node].blocks.first {
      let conclusion = plan.blocks[block].conclusion
      extra(
        "closed-subproof", plan.nodes[conclusion].formula, .copy, String(rangeOf[block].last))
    }
    let shape = formulas.nodes[formula]
    if shape.op == .implies, rule == .impIntro, shape.left != shape.right,
      let converse = formulas.nodes.firstIndex(
        of: .init(op: .implies, left: shape.right, right: shape.left))
    {
      extra("converse", converse, .impIntro, citations(of: node))
    }
    if depth == 0 {
      let wrong = options.indices.filter { $0 != self.right }
      extra("leap", options[wrong[line % wrong.count]], rule, citations(of: node))
    }
    return slips
  }

  /// The node's citations, the first of them its own line.
  private func wrongCitations(of node: Int) -> String {
    var parts = citations(of: node).split(separator: ",").map(String.init)
    if let first = parts.first {
      parts[0] = first.contains("-") ? "\(line + 1)-\(line + 1)" : String(line + 1)
    }
    return parts.joined(separator: ",")
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
