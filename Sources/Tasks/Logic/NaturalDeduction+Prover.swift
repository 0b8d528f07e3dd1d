extension NaturalDeduction {
  /// Looks for a proof from the goal backwards and from the facts forwards, led by truth tables:
  /// a subgoal is tried only if it follows.
  ///
  /// What it finds does not depend on how formulas are numbered.
  struct Prover {
    /// What is known in an open subproof.
    private struct Fact {
      var formula: Int
      var node: Int
      var shape: Formulas.Node
      /// Where it and all facts before it hold.
      var models: UInt64
    }
    /// What is known of a formula at this point of the search.
    private struct Standing {
      /// The first line that states it.
      var node: Int?
      /// How often it is among the goals under way.
      var sought = 0
      /// Left out of what a subgoal may follow from.
      var isExcluded = false
    }

    private(set) var formulas = Formulas()
    private var plan = Plan()
    /// In order of discovery.
    private var facts: [Fact] = []
    /// Of each formula.
    private var standings: [Standing] = []
    /// Goals under way.
    private var depth = 0
    private var excludedCount = 0
    /// Facts from which nothing more follows directly.
    private var saturated = 0
    private var block = 0
    private var isUsed: [Bool] = []
    /// What follows directly from the premises: every search begins here.
    private var start = (formulas: Formulas.simpleCount, nodes: 0)

    /// Proofs of more lines than this are not looked for.
    private static let nodeLimit = 160
    private static let depthLimit = 24

    init() {
      plan.nodes.reserveCapacity(64)
      plan.blocks.append(.init(parent: 0, assumption: 0, conclusion: 0, depth: 0))
      facts.reserveCapacity(48)
      standings.reserveCapacity(64)
    }

    /// Takes premises in place of those before.
    ///
    /// - Parameter premises: finds their numbers.
    mutating func begin(_ premises: (inout Formulas) -> [Int]) {
      start = (Formulas.simpleCount, 0)
      forget()
      let premises = premises(&formulas)
      extendStandings()
      for premise in premises {
        _ = add(.init(formula: premise, rule: .premise, block: 0))
      }
      saturate()
      start = (formulas.count, plan.nodes.count)
    }

    /// Looks for a proof of a formula.
    ///
    /// - Returns: the number of its lines; `nil` if none is found.
    mutating func lineCount(proving goal: (inout Formulas) -> Int) -> Int? {
      forget()
      let goal = goal(&formulas)
      extendStandings()
      guard let conclusion = prove(goal) else { return nil }
      plan.blocks[0].conclusion = conclusion
      return plan.markUsed(&isUsed)
    }

    /// The proof that was looked for last, of so many lines.
    func proof(lineCount: Int) -> Plan { plan.reduced(to: isUsed, count: lineCount) }

    /// Goes back to the premises.
    private mutating func forget() {
      forgetFacts(from: start.nodes)
      plan.nodes.removeLast(plan.nodes.count - start.nodes)
      plan.blocks.removeLast(plan.blocks.count - 1)
      formulas.keep(start.formulas)
      standings.removeLast(max(0, standings.count - start.formulas))
      saturated = min(saturated, start.nodes)
    }

    private mutating func forgetFacts(from count: Int) {
      while facts.count > count {
        let fact = facts.removeLast()
        if standings[fact.formula].node == fact.node { standings[fact.formula].node = nil }
      }
    }

    private mutating func add(_ node: Plan.Node) -> Int {
      let index = plan.nodes.count
      plan.nodes.append(node)
      if standings[node.formula].node == nil { standings[node.formula].node = index }
      let models = (facts.last?.models ?? ~0) & formulas.truth[node.formula]
      facts.append(
        Fact(
          formula: node.formula, node: index, shape: formulas.nodes[node.formula], models: models))
      return index
    }

    /// Call it when formulas have been added.
    private mutating func extendStandings() {
      while standings.count < formulas.count { standings.append(Standing()) }
    }

    private mutating func derive(
      _ formula: Int, _ rule: Rule, _ nodes: Citations, _ blocks: Citations = Citations()
    ) -> Int {
      add(.init(formula: formula, rule: rule, nodes: nodes, blocks: blocks, block: block))
    }

    private func find(_ formula: Int) -> Int? { standings[formula].node }

    /// Where all facts hold but the excluded ones.
    private var models: UInt64 {
      if excludedCount == 0 { return facts.last?.models ?? ~0 }
      var models = ~UInt64(0)
      for fact in facts where !standings[fact.formula].isExcluded {
        models &= formulas.truth[fact.formula]
      }
      return models
    }

    /// Where exactly one fact fails, the excluded ones aside; `nil` unless some fails everywhere.
    private var blame: UInt64? {
      var (once, twice) = (UInt64(0), UInt64(0))
      for fact in facts
      where !standings[fact.formula].isExcluded && find(fact.formula) == fact.node {
        let fails = ~formulas.truth[fact.formula]
        twice |= once & fails
        once |= fails
      }
      return once == ~0 ? ~twice : nil
    }

    private func follows(_ formula: Int, from models: UInt64) -> Bool {
      models & ~formulas.truth[formula] == 0
    }

    /// Takes conjunctions apart and applies implications to what is known, until nothing is new.
    private mutating func saturate() {
      while saturated < facts.count, plan.nodes.count < Self.nodeLimit {
        let count = facts.count
        for index in 0..<count {
          let fact = facts[index]
          let node = fact.shape
          switch node.op {
          case .and:
            for side in Citations(node.left, node.right) where find(side) == nil {
              _ = derive(side, .andElim, Citations(fact.node))
            }
          case .implies:
            if let premise = find(node.left), find(node.right) == nil {
              _ = derive(node.right, .impElim, Citations(fact.node, premise))
            }
          default: break
          }
        }
        if facts.count == count { saturated = count }
      }
    }

    private mutating func prove(_ goal: Int) -> Int? {
      if let node = find(goal) { return node }
      if plan.nodes.count >= Self.nodeLimit || depth > Self.depthLimit { return nil }
      saturate()
      if let node = find(goal) { return node }
      seek(goal, 1)
      defer { seek(goal, -1) }
      if goal == Formulas.falsum { return contradiction() }
      if models == 0 {
        return prove(Formulas.falsum).map { derive(goal, .falseElim, Citations($0)) }
      }
      return byShape(goal) ?? byElimination(goal)
    }

    private mutating func seek(_ goal: Int, _ change: Int) {
      standings[goal].sought += change
      depth += change
    }

    private mutating func byShape(_ goal: Int) -> Int? {
      let node = formulas.nodes[goal]
      switch node.op {
      case .and:
        guard let left = prove(node.left), let right = prove(node.right) else { return nil }
        return derive(goal, .andIntro, Citations(left, right))
      case .implies:
        return subproof(node.left, of: node.right).map { discharge($0, .impIntro, goal) }
      case .not:
        return subproof(node.left, of: Formulas.falsum).map { discharge($0, .notIntro, goal) }
      case .or:
        let models = models
        for side in Citations(node.left, node.right) where follows(side, from: models) {
          if let proof = prove(side) { return derive(goal, .orIntro, Citations(proof)) }
        }
        return nil
      case .atom, .falsum: return nil
      }
    }

    private mutating func discharge(_ subproof: Int, _ rule: Rule, _ goal: Int) -> Int {
      derive(goal, rule, Citations(), Citations(subproof))
    }

    private mutating func byElimination(_ goal: Int) -> Int? {
      let models = models
      for index in 0..<facts.count {
        let fact = facts[index]
        let node = fact.shape
        if node.op == .implies, find(node.right) == nil, follows(node.left, from: models),
          standings[node.left].sought == 0, let premise = prove(node.left)
        {
          _ = derive(node.right, .impElim, Citations(fact.node, premise))
          return again(goal)
        }
      }
      if let split = split(goal) { return split }
      let not = formulas.formula(.not, goal)
      extendStandings()
      guard find(not) == nil else { return nil }
      return subproof(not, of: Formulas.falsum).map { discharge($0, .raa, goal) }
    }

    /// The same goal once more facts are known.
    private mutating func again(_ goal: Int) -> Int? {
      seek(goal, -1)
      defer { seek(goal, 1) }
      return prove(goal)
    }

    /// Either side of a disjunction.
    private mutating func split(_ goal: Int) -> Int? {
      for index in 0..<facts.count {
        let fact = facts[index]
        let node = fact.shape
        guard node.op == .or, find(node.left) == nil, find(node.right) == nil else { continue }
        guard let left = subproof(node.left, of: goal),
          let right = subproof(node.right, of: goal)
        else { return nil }
        return derive(goal, .orElim, Citations(fact.node), Citations(left, right))
      }
      return nil
    }

    private mutating func contradiction() -> Int? {
      for fact in facts where fact.shape.op == .not {
        if let other = find(fact.shape.left) {
          return derive(Formulas.falsum, .notElim, Citations(other, fact.node))
        }
      }
      var blame = blame
      for index in 0..<facts.count {
        let fact = facts[index]
        let node = fact.shape
        guard node.op == .not || (node.op == .implies && find(node.right) == nil),
          !standings[fact.formula].isExcluded, standings[node.left].sought == 0
        else { continue }
        // If the rest is contradictory already, this fact is not to blame.
        guard let blamed = blame, blamed & ~formulas.truth[fact.formula] != 0 else { continue }
        exclude(fact.formula, true)
        let proof = prove(node.left)
        exclude(fact.formula, false)
        guard let proof else {
          // The attempt may have found facts.
          blame = self.blame
          continue
        }
        if node.op == .not {
          return derive(Formulas.falsum, .notElim, Citations(proof, fact.node))
        }
        _ = derive(node.right, .impElim, Citations(fact.node, proof))
        return again(Formulas.falsum)
      }
      return split(Formulas.falsum)
    }

    private mutating func exclude(_ formula: Int, _ isExcluded: Bool) {
      standings[formula].isExcluded = isExcluded
      excludedCount += isExcluded ? 1 : -1
    }

    /// A subproof of `goal` from one more assumption.
    private mutating func subproof(_ assumption: Int, of goal: Int) -> Int? {
      let (outer, known, unchanged) = (block, facts.count, saturated)
      plan.blocks.append(
        .init(
          parent: outer, assumption: plan.nodes.count, conclusion: 0,
          depth: plan.blocks[outer].depth + 1))
      let opened = plan.blocks.count - 1
      block = opened
      _ = add(.init(formula: assumption, rule: .assume, block: opened))
      var conclusion = prove(goal)
      if let found = conclusion, plan.nodes[found].block != opened {
        conclusion = derive(goal, .copy, Citations(found))
      }
      block = outer
      forgetFacts(from: known)
      saturated = unchanged
      guard let conclusion else { return nil }
      plan.blocks[opened].conclusion = conclusion
      return opened
    }
  }
}
