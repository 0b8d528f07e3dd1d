extension KnightsKnaves {
  /// What one islander is.
  struct Fact: Equatable {
    var islander: Int
    var isKnight: Bool

    var opposite: Fact { Fact(islander: islander, isKnight: !isKnight) }

    func write(to text: inout LineText) {
      text.add(letter(islander))
      text.add(isKnight ? " knight" : " knave")
    }
  }

  /// What is known of each islander, one bit for each.
  struct Facts {
    private(set) var known = 0
    private(set) var knights = 0

    func knows(_ islander: Int) -> Bool { known >> islander & 1 == 1 }
    func fact(_ islander: Int) -> Fact {
      Fact(islander: islander, isKnight: knights >> islander & 1 == 1)
    }
    mutating func add(_ fact: Fact) {
      let bit = 1 << fact.islander
      known |= bit
      knights = fact.isKnight ? knights | bit : knights & ~bit
    }
    mutating func add(_ forced: Forced) {
      known |= forced.islanders
      knights = knights & ~forced.knaves | forced.knights
    }
  }

  /// What follows from a claim, one bit for each islander.
  struct Forced {
    var knights = 0
    var knaves = 0

    var islanders: Int { knights | knaves }
  }

  /// What a statement and its speaker leave possible: the assignments to the islanders concerned
  /// that agree with it.
  struct Claim {
    /// Speaker and subjects, one bit for each.
    let concerned: Int
    /// Bit k: whether the claim allows that, of those concerned in their order, the ones with the
    /// bits of k are knights.
    private let allowed: UInt64

    /// `nil` for more than six islanders.
    init?(speaker: Int, _ statement: Statement) {
      var concerned = 1 << speaker
      statement.eachAtom { concerned |= $0.subjects }
      let count = concerned.nonzeroBitCount
      guard count <= 6 else { return nil }
      var words = InlineArray<12, UInt64>(repeating: 0)
      concerned.eachBit { place, islander in words[islander] = patterns[place] }
      let all: UInt64 = count == 6 ? ~0 : (1 << (1 << count)) - 1
      allowed = ~(words[speaker] ^ statement.truth { words[$0] }) & all
      self.concerned = concerned
    }

    /// The assignments that agree with claim and facts.
    func left(_ facts: Facts) -> UInt64 {
      var left = allowed
      concerned.eachBit { place, islander in
        guard facts.knows(islander) else { return }
        left &= facts.fact(islander).isKnight ? patterns[place] : ~patterns[place]
      }
      return left
    }

    /// What follows that is not known; nothing from a contradiction.
    func forced(beyond facts: Facts, left: UInt64) -> Forced {
      var forced = Forced()
      if left == 0 { return forced }
      concerned.eachBit { place, islander in
        if facts.knows(islander) { return }
        if left & patterns[place] == 0 { forced.knaves |= 1 << islander }
        if left & ~patterns[place] == 0 { forced.knights |= 1 << islander }
      }
      return forced
    }
  }

  /// Adds all that follows directly from the claims that are pending, and then from others.
  ///
  /// - Parameter pending: bits of the claims from which something may follow.
  /// - Returns: whether that contradicts a claim.
  static func close(_ facts: inout Facts, _ claims: [Claim], pending: Int) -> Bool {
    var pending = pending
    while pending != 0 {
      let claim = claims[pending.trailingZeroBitCount]
      pending &= pending - 1
      let left = claim.left(facts)
      if left == 0 { return true }
      let forced = claim.forced(beyond: facts, left: left)
      if forced.islanders == 0 { continue }
      facts.add(forced)
      pending |= concerning(forced.islanders, claims)
    }
    return false
  }

  /// The claims that concern any of some islanders.
  private static func concerning(_ islanders: Int, _ claims: [Claim]) -> Int {
    var concerning = 0
    for speaker in claims.indices where claims[speaker].concerned & islanders != 0 {
      concerning |= 1 << speaker
    }
    return concerning
  }

  static func all(_ claims: [Claim]) -> Int { (1 << claims.count) - 1 }

  /// Whether a supposition leads to a contradiction by deductions alone.
  ///
  /// - Precondition: without it nothing follows from the facts, and they contradict no claim.
  static func refutes(_ supposition: Fact, _ facts: Facts, _ claims: [Claim]) -> Bool {
    var facts = facts
    facts.add(supposition)
    return close(&facts, claims, pending: concerning(1 << supposition.islander, claims))
  }

  /// Whether deductions and suppositions find out about everyone.
  ///
  /// What can be deduced stays so as facts are added, until a claim is contradicted; and then every
  /// supposition is refuted. So the order does not matter.
  static func canFinish(_ facts: Facts, _ claims: [Claim]) -> Bool {
    var facts = facts
    var pending = all(claims)
    while true {
      if close(&facts, claims, pending: pending) { return true }
      if facts.known == all(claims) { return true }
      guard let refuted = refuted(facts, claims) else { return false }
      facts.add(refuted.opposite)
      pending = concerning(1 << refuted.islander, claims)
    }
  }

  /// The first supposition that is refuted.
  private static func refuted(_ facts: Facts, _ claims: [Claim]) -> Fact? {
    for islander in claims.indices where !facts.knows(islander) {
      for isKnight in [false, true] {
        let fact = Fact(islander: islander, isKnight: isKnight)
        if refutes(fact, facts, claims) { return fact }
      }
    }
    return nil
  }
}

extension Int {
  /// Calls `body` with each bit that is set, the lowest first, and how many come before it.
  @inline(__always)
  func eachBit(_ body: (_ place: Int, _ bit: Int) -> Void) {
    var rest = self
    var place = 0
    while rest != 0 {
      body(place, rest.trailingZeroBitCount)
      rest &= rest - 1
      place += 1
    }
  }
}
