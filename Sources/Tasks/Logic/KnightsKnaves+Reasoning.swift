extension KnightsKnaves {
  /// What one islander is.
  struct Fact: Equatable {
    var islander: Int
    var isKnight: Bool

    var opposite: Fact { Fact(islander: islander, isKnight: !isKnight) }

    func write(to text: inout [UInt8]) {
      text.append(letter(islander))
      text += (isKnight ? " knight" : " knave").utf8
    }
  }

  /// What is known of each islander.
  struct Facts {
    var known: UInt16 = 0
    var knights: UInt16 = 0

    func knows(_ islander: Int) -> Bool { known >> UInt16(islander) & 1 == 1 }
    func fact(_ islander: Int) -> Fact {
      Fact(islander: islander, isKnight: knights >> UInt16(islander) & 1 == 1)
    }
    mutating func add(_ fact: Fact) {
      let bit = UInt16(1) << UInt16(fact.islander)
      known |= bit
      knights = fact.isKnight ? knights | bit : knights & ~bit
    }
  }

  /// A statement with its speaker: the assignments to the islanders concerned that agree with it.
  struct Claim {
    var statement: Statement
    /// Speaker and subjects, in order.
    var islanders: [Int]
    /// Bit k: whether the claim allows that `islanders[i]` are knights for the bits i of k.
    var allowed: UInt64

    /// `nil` for more than six islanders.
    init?(speaker: Int, _ statement: Statement) {
      var concerned: UInt16 = 1 << UInt16(speaker)
      for atom in statement.atoms {
        switch atom {
        case .kind(let islander, _): concerned |= 1 << UInt16(islander)
        case .same(let a, let b): concerned |= 1 << UInt16(a) | 1 << UInt16(b)
        }
      }
      guard concerned.nonzeroBitCount <= 6 else { return nil }
      let islanders = (0..<most).filter { concerned >> UInt16($0) & 1 == 1 }
      var words = [UInt64](repeating: 0, count: most)
      for (place, islander) in islanders.enumerated() { words[islander] = patterns[place] }
      let all: UInt64 = islanders.count == 6 ? ~0 : (1 << (1 << islanders.count)) - 1
      self.statement = statement
      self.islanders = islanders
      allowed = ~(words[speaker] ^ statement.truth { words[$0] }) & all
    }

    /// The assignments that agree with claim and facts.
    func left(_ facts: Facts) -> UInt64 {
      var left = allowed
      for (place, islander) in islanders.enumerated() where facts.knows(islander) {
        left &= facts.fact(islander).isKnight ? patterns[place] : ~patterns[place]
      }
      return left
    }

    /// What follows that is not known; nothing from a contradiction.
    func deductions(_ facts: Facts, left: UInt64, _ body: (Fact) -> Void) {
      if left == 0 { return }
      for (place, islander) in islanders.enumerated() where !facts.knows(islander) {
        if left & patterns[place] == 0 { body(Fact(islander: islander, isKnight: false)) }
        if left & ~patterns[place] == 0 { body(Fact(islander: islander, isKnight: true)) }
      }
    }
  }

  /// Adds all that follows directly.
  ///
  /// - Returns: whether that contradicts a claim.
  static func close(_ facts: inout Facts, _ claims: [Claim]) -> Bool {
    var grows = true
    while grows {
      grows = false
      for claim in claims {
        let left = claim.left(facts)
        if left == 0 { return true }
        var next = facts
        claim.deductions(facts, left: left) { next.add($0) }
        if next.known != facts.known {
          facts = next
          grows = true
        }
      }
    }
    return false
  }

  /// Whether a supposition leads to a contradiction by deductions alone.
  static func refutes(_ supposition: Fact, _ facts: Facts, _ claims: [Claim]) -> Bool {
    var facts = facts
    facts.add(supposition)
    return close(&facts, claims)
  }

  /// Whether deductions and suppositions find out about everyone.
  ///
  /// What can be deduced stays so as facts are added, until a claim is contradicted; and then every
  /// supposition is refuted. So the order does not matter.
  static func canFinish(_ facts: Facts, _ claims: [Claim]) -> Bool {
    var facts = facts
    while true {
      if close(&facts, claims) { return true }
      let unknown = claims.indices.filter { !facts.knows($0) }
      if unknown.isEmpty { return true }
      var refuted: Fact?
      for islander in unknown where refuted == nil {
        for isKnight in [true, false] {
          let fact = Fact(islander: islander, isKnight: isKnight)
          if refutes(fact, facts, claims) { refuted = fact }
        }
      }
      guard let refuted else { return false }
      facts.add(refuted.opposite)
    }
  }
}
