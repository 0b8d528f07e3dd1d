extension KnightsKnaves {
  enum Move: Equatable {
    case deduce(claim: Int, Fact)
    case contradict(claim: Int)
    case suppose(Fact)
    case conclude
  }

  /// The claims, and what is known of the islanders so far.
  public struct Problem: Sendable {
    var claims: [Claim]
    var facts = Facts()
    /// The line that stated each fact.
    var sources: [Int]
    /// A supposition under which the facts hold, with its line and what was known before it.
    var supposition: (fact: Fact, line: Int, before: Facts, sources: [Int])?
    /// The line that contradicted the supposition.
    var contradiction: Int?
    /// Lines written.
    var line = 0
    /// The possible next steps.
    var moves: [Move] = []

    /// `nil` where the rules do not find out about everyone.
    init?(_ statements: [Statement]) {
      claims = []
      for (speaker, statement) in statements.enumerated() {
        guard let claim = Claim(speaker: speaker, statement) else { return nil }
        claims.append(claim)
      }
      guard KnightsKnaves.canFinish(facts, claims) else { return nil }
      sources = [Int](repeating: 0, count: claims.count)
      moves = possibleMoves()
    }

    private func possibleMoves() -> [Move] {
      if contradiction != nil { return [.conclude] }
      var found: [Move] = []
      for (index, claim) in claims.enumerated() {
        let left = claim.left(facts)
        if left == 0, supposition != nil {
          // Likelier than further deductions, so that traces come to the point.
          for _ in 0..<4 { found.append(.contradict(claim: index)) }
        }
        claim.deductions(facts, left: left) { found.append(.deduce(claim: index, $0)) }
      }
      if !found.isEmpty || supposition != nil { return found }
      for islander in claims.indices where !facts.knows(islander) {
        for isKnight in [true, false] {
          let fact = Fact(islander: islander, isKnight: isKnight)
          if KnightsKnaves.refutes(fact, facts, claims) { found.append(.suppose(fact)) }
        }
      }
      return found
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
      let used = claims[claim].islanders.filter { facts.knows($0) }.map { sources[$0] }
      return Set(used + [0]).sorted()
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
      var text = Array(word.utf8)
      fact?.write(to: &text)
      return String(decoding: text, as: UTF8.self)
    }

    /// `by A with A knight, C knave: B knave`; without a fact, a contradiction.
    private func line(by claim: Int, _ fact: Fact?, forgetting forgotten: Int? = nil) -> String {
      var text = Array("by ".utf8)
      text.append(letter(claim))
      var word = " with "
      for islander in claims[claim].islanders
      where facts.knows(islander) && islander != forgotten {
        text += word.utf8
        facts.fact(islander).write(to: &text)
        word = ", "
      }
      text += ": ".utf8
      if let fact { fact.write(to: &text) } else { text += "contradiction".utf8 }
      return String(decoding: text, as: UTF8.self)
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
        if let known = claims[claim].islanders.first(where: { facts.knows($0) }) {
          add("forgotten-fact", line(by: claim, fact, forgetting: known)) { $0.learn(fact) }
        }
        let other = (claim + 1 + line) % claims.count
        if other != claim { add("wrong-statement", line(by: other, fact)) { $0.learn(fact) } }
        let open = claims[claim].islanders.filter { !facts.knows($0) && $0 != fact.islander }
        for islander in open.prefix(1) {
          let guess = Fact(islander: islander, isKnight: fact.isKnight)
          add("unproved", line(by: claim, guess)) { $0.learn(guess) }
        }
      case .contradict(let claim):
        let other = (claim + 1 + line) % claims.count
        if other != claim {
          add("wrong-statement", line(by: other, nil)) { $0.contradiction = $0.line }
        }
        if let known = claims[claim].islanders.first(where: { facts.knows($0) }) {
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

    private var canFinish: Bool {
      guard let supposition else { return KnightsKnaves.canFinish(facts, claims) }
      var closed = facts
      guard contradiction != nil || close(&closed, claims) else { return false }
      var after = supposition.before
      after.add(supposition.fact.opposite)
      return KnightsKnaves.canFinish(after, claims)
    }
  }
}
