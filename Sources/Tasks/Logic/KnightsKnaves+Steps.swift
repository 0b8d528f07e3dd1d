extension KnightsKnaves {
  enum Move: Equatable {
    case deduce(claim: Int, Fact)
    case contradict(claim: Int)
    case suppose(Fact)
    case conclude
  }

  /// The claims, and what is known of the islanders so far.
  public struct Problem: Sendable {
    let statements: [Statement]
    let claims: [Claim]
    /// The knights of the only solution.
    let solution: Int
    var facts = Facts()
    /// The line that stated each fact.
    var sources = InlineArray<12, Int>(repeating: 0)
    /// A supposition under which the facts hold, with its line and what was known before it.
    var supposition: (fact: Fact, line: Int, before: Facts, sources: InlineArray<12, Int>)?
    /// The line that contradicted the supposition.
    var contradiction: Int?
    /// Lines written.
    var line = 0
    /// The possible next steps.
    var moves: [Move] = []

    /// `nil` unless there is one solution and the rules find out about everyone.
    init?(_ statements: [Statement]) {
      guard let solution = KnightsKnaves.soleSolution(statements) else { return nil }
      self.statements = statements
      self.solution = solution
      var claims: [Claim] = []
      claims.reserveCapacity(statements.count)
      for (speaker, statement) in statements.enumerated() {
        guard let claim = Claim(speaker: speaker, statement) else { return nil }
        claims.append(claim)
      }
      self.claims = claims
      guard KnightsKnaves.canFinish(facts, claims, solution: solution) else { return nil }
      moves = possibleMoves()
    }

    private func possibleMoves() -> [Move] {
      if contradiction != nil { return [.conclude] }
      var found: [Move] = []
      found.reserveCapacity(claims.count)
      var isContradictory = false
      for (index, claim) in claims.enumerated() {
        guard let forced = claim.consequences(of: facts) else {
          isContradictory = true
          // Likelier than further deductions, so that traces come to the point.
          let share = supposition == nil ? 0 : 4
          for _ in 0..<share { found.append(.contradict(claim: index)) }
          continue
        }
        forced.islanders.eachBit { _, bit in
          let fact = Fact(
            islander: bit.trailingZeroBitCount, isKnight: forced.knights & bit != 0)
          found.append(.deduce(claim: index, fact))
        }
      }
      if !found.isEmpty || supposition != nil { return found }
      return isContradictory ? everySupposition : refutedSuppositions
    }

    private var refutedSuppositions: [Move] {
      var found: [Move] = []
      KnightsKnaves.eachRefuted(facts, claims, solution: solution) {
        found.append(.suppose($0))
        return true
      }
      return found
    }

    /// A contradiction refutes everything.
    private var everySupposition: [Move] {
      claims.indices.filter { !facts.knows($0) }.flatMap { islander in
        [true, false].map { .suppose(Fact(islander: islander, isKnight: $0)) }
      }
    }

    func after(_ move: Move) -> Problem {
      var next = self
      next.line += 1
      switch move {
      case .deduce(_, let fact): next.learn(fact)
      case .contradict: next.contradiction = next.line
      case .suppose(let fact):
        next.supposition = (fact, next.line, facts, sources)
        next.learn(fact)
      case .conclude:
        if let supposition { next.conclude(supposition.fact.opposite) }
      }
      next.moves = next.possibleMoves()
      return next
    }

    private mutating func learn(_ fact: Fact) {
      facts.add(fact)
      sources[fact.islander] = line
    }

    private mutating func conclude(_ fact: Fact) {
      if let supposition {
        facts = supposition.before
        sources = supposition.sources
      }
      supposition = nil
      contradiction = nil
      learn(fact)
    }

    /// The lines that a claim and what is known of its islanders come from.
    func lines(usedBy claim: Int) -> [Int] {
      var lines = [0]
      (claims[claim].concerned & facts.known).eachBit { _, bit in
        let islander = bit.trailingZeroBitCount
        if !lines.contains(sources[islander]) { lines.append(sources[islander]) }
      }
      return lines.sorted()
    }

    func line(of move: Move) -> String {
      switch move {
      case .deduce(let claim, let fact): line(by: claim, fact)
      case .contradict(let claim): line(by: claim, nil)
      case .suppose(let fact): Self.line("suppose ", fact)
      case .conclude: Self.line("so ", supposition?.fact.opposite)
      }
    }

    private static func line(_ word: String, _ fact: Fact?) -> String {
      var text = LineText()
      text.add(word)
      fact?.write(to: &text)
      return text.text
    }

    /// `by A with A knight, C knave: B knave`; without a fact, a contradiction.
    private func line(by claim: Int, _ fact: Fact?, forgetting forgotten: Int? = nil) -> String {
      var text = LineText(capacity: 96)
      text.add("by ")
      text.add(letter(claim))
      var word = " with "
      (claims[claim].concerned & facts.known).eachBit { _, bit in
        let islander = bit.trailingZeroBitCount
        if islander == forgotten { return }
        text.add(word)
        facts.fact(islander).write(to: &text)
        word = ", "
      }
      text.add(": ")
      if let fact { fact.write(to: &text) } else { text.add("contradiction") }
      return text.text
    }

    /// Mistakes from which the rules still come to an end.
    func slips(at move: Move) -> [Slip<Problem>] {
      var slips: [Slip<Problem>] = []
      func add(_ kind: String, _ line: String, _ change: (inout Problem) -> Void) {
        var next = self
        next.line += 1
        change(&next)
        guard next.canFinish else { return }
        next.moves = next.possibleMoves()
        slips.append(Slip(kind, line: line, state: next))
      }
      switch move {
      case .deduce(let claim, let fact):
        add("wrong-kind", line(by: claim, fact.opposite)) { $0.learn(fact.opposite) }
        if let known = firstKnown(to: claim) {
          add("forgotten-fact", line(by: claim, fact, forgetting: known)) { $0.learn(fact) }
        }
        let other = (claim + 1 + line) % claims.count
        if other != claim { add("wrong-statement", line(by: other, fact)) { $0.learn(fact) } }
        let open = claims[claim].concerned & ~facts.known & ~(1 << fact.islander)
        if open != 0 {
          let islander = open.trailingZeroBitCount
          let guess = Fact(islander: islander, isKnight: fact.isKnight)
          add("unproved", line(by: claim, guess)) { $0.learn(guess) }
        }
      case .contradict(let claim):
        let other = (claim + 1 + line) % claims.count
        if other != claim {
          add("wrong-statement", line(by: other, nil)) { $0.contradiction = $0.line }
        }
        if let known = firstKnown(to: claim) {
          add("forgotten-fact", line(by: claim, nil, forgetting: known)) {
            $0.contradiction = $0.line
          }
        }
      case .suppose(let fact):
        add("no-contradiction", Self.line("so ", fact.opposite)) { $0.conclude(fact.opposite) }
      case .conclude:
        guard let fact = supposition?.fact else { break }
        add("wrong-conclusion", Self.line("so ", fact)) { $0.conclude(fact) }
      }
      return slips
    }

    private func firstKnown(to claim: Int) -> Int? {
      let known = claims[claim].concerned & facts.known
      return known == 0 ? nil : known.trailingZeroBitCount
    }

    private var canFinish: Bool {
      guard let supposition else {
        return KnightsKnaves.canFinish(facts, claims, solution: solution)
      }
      var closed = facts
      guard contradiction != nil || close(&closed, claims, pending: all(claims)) else {
        return false
      }
      var after = supposition.before
      after.add(supposition.fact.opposite)
      return KnightsKnaves.canFinish(after, claims, solution: solution)
    }
  }
}
