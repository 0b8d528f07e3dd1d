extension NaturalDeduction {
  enum Rule: String, Sendable {
    case premise, assume, copy
    case andIntro = "and-intro"
    case andElim = "and-elim"
    case orIntro = "or-intro"
    case orElim = "or-elim"
    case impIntro = "imp-intro"
    case impElim = "imp-elim"
    case notIntro = "not-intro"
    case notElim = "not-elim"
    case falseElim = "false-elim"
    case raa
  }

  /// A proof whose lines are not yet in order: what each line uses, and which subproof it is in.
  struct Plan: Sendable {
    struct Node: Sendable {
      var formula: Int
      var rule: Rule
      /// Lines cited, then subproofs cited.
      var nodes: [Int] = []
      var blocks: [Int] = []
      var block: Int
    }
    struct Block: Sendable {
      var parent: Int
      var assumption: Int
      var conclusion: Int
      /// Lines of enclosing subproofs that it cites.
      var needs: [Int] = []
      var depth: Int
    }
    var nodes: [Node] = []
    /// The first is the proof itself, without an assumption.
    var blocks: [Block] = []
    /// Whether a node is used, in the end, by the goal.
    var isUsed: [Bool] = []
    /// The lines of each block, and the blocks directly in it.
    var members: [[Int]] = []
    var children: [[Int]] = []

    /// Lines of the whole proof.
    var lineCount: Int { isUsed.count { $0 } }
  }

  /// Looks for a proof from the goal backwards and from the facts forwards, led by truth tables:
  /// a subgoal is tried only if it follows.
  struct Prover {
    private(set) var formulas: Formulas
    private var plan = Plan()
    /// What is known in the open subproofs, in order of discovery.
    private var facts: [(formula: Int, node: Int)] = []
    /// Facts left out of what a subgoal may follow from.
    private var excluded: [Int] = []
    private var inProgress: [Int] = []
    private var block = 0
    /// Proofs of more lines than this are not looked for.
    private static let nodeLimit = 160

    init(_ formulas: Formulas) { self.formulas = formulas }

    static func plan(
      _ formulas: Formulas, premises: [Int], goal: Int
    ) -> (plan: Plan, formulas: Formulas)? {
      var prover = Prover(formulas)
      prover.plan.blocks = [.init(parent: 0, assumption: -1, conclusion: -1, depth: 0)]
      for premise in premises {
        _ = prover.add(.init(formula: premise, rule: .premise, block: 0))
      }
      guard let node = prover.prove(goal) else { return nil }
      prover.plan.blocks[0].conclusion = node
      prover.finish()
      return (prover.plan, prover.formulas)
    }

    private mutating func add(_ node: Plan.Node) -> Int {
      plan.nodes.append(node)
      facts.append((node.formula, plan.nodes.count - 1))
      return plan.nodes.count - 1
    }

    private mutating func derive(
      _ formula: Int, _ rule: Rule, _ nodes: [Int], _ blocks: [Int] = []
    ) -> Int {
      add(.init(formula: formula, rule: rule, nodes: nodes, blocks: blocks, block: block))
    }

    private func find(_ formula: Int) -> Int? { facts.first { $0.formula == formula }?.node }

    /// Where all facts hold but the excluded ones and one more.
    private func models(without formula: Int = -1) -> UInt64 {
      var models = ~UInt64(0)
      for fact in facts where fact.formula != formula && !excluded.contains(fact.formula) {
        models &= formulas.truth[fact.formula]
      }
      return models
    }

    private func follows(_ formula: Int, from models: UInt64) -> Bool {
      models & ~formulas.truth[formula] == 0
    }

    /// Takes conjunctions apart and applies implications to what is known, until nothing is new.
    private mutating func saturate() {
      var grows = true
      while grows, plan.nodes.count < Self.nodeLimit {
        grows = false
        for fact in facts {
          let node = formulas.nodes[fact.formula]
          switch node.op {
          case .and:
            for side in [node.left, node.right] where find(side) == nil {
              _ = derive(side, .andElim, [fact.node])
              grows = true
            }
          case .implies:
            if let premise = find(node.left), find(node.right) == nil {
              _ = derive(node.right, .impElim, [fact.node, premise])
              grows = true
            }
          default: break
          }
        }
      }
    }

    private mutating func prove(_ goal: Int) -> Int? {
      if let node = find(goal) { return node }
      if plan.nodes.count >= Self.nodeLimit || inProgress.count > 24 { return nil }
      saturate()
      if let node = find(goal) { return node }
      inProgress.append(goal)
      defer { inProgress.removeLast() }
      if formulas.nodes[goal].op == .falsum { return contradiction() }
      if models() == 0 {
        return prove(formulas.formula(.falsum)).map { derive(goal, .falseElim, [$0]) }
      }
      return byShape(goal) ?? byElimination(goal)
    }

    private mutating func byShape(_ goal: Int) -> Int? {
      let node = formulas.nodes[goal]
      switch node.op {
      case .and:
        guard let left = prove(node.left), let right = prove(node.right) else { return nil }
        return derive(goal, .andIntro, [left, right])
      case .implies:
        return subproof(node.left, of: node.right).map { derive(goal, .impIntro, [], [$0]) }
      case .not:
        let falsum = formulas.formula(.falsum)
        return subproof(node.left, of: falsum).map { derive(goal, .notIntro, [], [$0]) }
      case .or:
        let models = models()
        for side in [node.left, node.right] where follows(side, from: models) {
          if let proof = prove(side) { return derive(goal, .orIntro, [proof]) }
        }
        return nil
      case .atom, .falsum: return nil
      }
    }

    private mutating func byElimination(_ goal: Int) -> Int? {
      let models = models()
      for fact in facts {
        let node = formulas.nodes[fact.formula]
        if node.op == .implies, find(node.right) == nil, follows(node.left, from: models),
          !inProgress.contains(node.left), let premise = prove(node.left)
        {
          _ = derive(node.right, .impElim, [fact.node, premise])
          return again(goal)
        }
      }
      if let split = split(goal) { return split }
      let not = formulas.formula(.not, goal)
      let falsum = formulas.formula(.falsum)
      guard find(not) == nil else { return nil }
      return subproof(not, of: falsum).map { derive(goal, .raa, [], [$0]) }
    }

    /// The same goal once more facts are known.
    private mutating func again(_ goal: Int) -> Int? {
      inProgress.removeLast()
      defer { inProgress.append(goal) }
      return prove(goal)
    }

    /// Either side of a disjunction.
    private mutating func split(_ goal: Int) -> Int? {
      for fact in facts {
        let node = formulas.nodes[fact.formula]
        guard node.op == .or, find(node.left) == nil, find(node.right) == nil else { continue }
        guard let left = subproof(node.left, of: goal),
          let right = subproof(node.right, of: goal)
        else { return nil }
        return derive(goal, .orElim, [fact.node], [left, right])
      }
      return nil
    }

    private mutating func contradiction() -> Int? {
      let falsum = formulas.formula(.falsum)
      for fact in facts where formulas.nodes[fact.formula].op == .not {
        if let other = find(formulas.nodes[fact.formula].left) {
          return derive(falsum, .notElim, [other, fact.node])
        }
      }
      for fact in facts where !excluded.contains(fact.formula) {
        let node = formulas.nodes[fact.formula]
        guard node.op == .not || (node.op == .implies && find(node.right) == nil),
          !inProgress.contains(node.left)
        else { continue }
        // If the rest is contradictory already, this fact is not to blame.
        guard models(without: fact.formula) != 0, models() == 0 else { continue }
        excluded.append(fact.formula)
        let proof = prove(node.left)
        excluded.removeLast()
        guard let proof else { continue }
        if node.op == .not { return derive(falsum, .notElim, [proof, fact.node]) }
        _ = derive(node.right, .impElim, [fact.node, proof])
        return again(falsum)
      }
      return split(falsum)
    }

    /// A subproof of `goal` from one more assumption.
    private mutating func subproof(_ assumption: Int, of goal: Int) -> Int? {
      let (outer, known) = (block, facts.count)
      plan.blocks.append(
        .init(
          parent: outer, assumption: plan.nodes.count, conclusion: -1,
          depth: plan.blocks[outer].depth + 1))
      let opened = plan.blocks.count - 1
      block = opened
      _ = add(.init(formula: assumption, rule: .assume, block: opened))
      var conclusion = prove(goal)
      if let found = conclusion, plan.nodes[found].block != opened {
        conclusion = derive(goal, .copy, [found])
      }
      block = outer
      facts.removeSubrange(known...)
      guard let conclusion else { return nil }
      plan.blocks[opened].conclusion = conclusion
      return opened
    }

    /// Finds out what is used and where.
    private mutating func finish() {
      plan.isUsed = [Bool](repeating: false, count: plan.nodes.count)
      var open = [plan.blocks[0].conclusion]
      while let node = open.popLast() {
        if plan.isUsed[node] { continue }
        plan.isUsed[node] = true
        open += plan.nodes[node].nodes
        for block in plan.nodes[node].blocks {
          open += [plan.blocks[block].assumption, plan.blocks[block].conclusion]
        }
      }
      plan.members = plan.blocks.map { _ in [] }
      plan.children = plan.blocks.map { _ in [] }
      for (index, node) in plan.nodes.enumerated() where plan.isUsed[index] {
        if node.rule != .assume { plan.members[node.block].append(index) }
        for block in node.blocks { plan.children[plan.blocks[block].parent].append(block) }
        for cited in node.nodes { need(cited, in: node.block) }
      }
    }

    private mutating func need(_ cited: Int, in block: Int) {
      var block = block
      while block != plan.nodes[cited].block {
        plan.blocks[block].needs.append(cited)
        block = plan.blocks[block].parent
      }
    }
  }
}
