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
      concerned.eachBit { place, bit in words[bit.trailingZeroBitCount] = patterns[place] }
      let all: UInt64 = count == 6 ? ~0 : (1 << (1 << count)) - 1
      allowed = ~(words[speaker] ^ statement.truth { words[$0] }) & all
      self.concerned = concerned
    }

    /// What follows from claim and facts that is not known; `nil` if they contradict each other.
    func consequences(of facts: Facts) -> Forced? {
      // Without branches: whether an islander is known is as good as random.
      var left = allowed
      concerned.eachBit { place, bit in
        let unknown: UInt64 = facts.known & bit == 0 ? ~0 : 0
        let knave: UInt64 = facts.knights & bit == 0 ? ~0 : 0
        left &= patterns[place] ^ knave | unknown
      }
      if left == 0 { return nil }
      let open = concerned & ~facts.known
      if open == 0 { return Forced() }
      var forced = Forced()
      concerned.eachBit { place, bit in
        forced.knaves |= left & patterns[place] == 0 ? bit : 0
        forced.knights |= left & ~patterns[place] == 0 ? bit : 0
      }
      return Forced(knights: forced.knights & open, knaves: forced.knaves & open)
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
      guard let forced = claim.consequences(of: facts) else { return true }
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

  /// The suppositions about each islander, in order, that deductions alone lead to a contradiction.
  ///
  /// What is so, is never refuted; nor is what follows from a supposition that is not.
  ///
  /// - Parameters:
  ///   - facts: nothing follows from them, and they contradict no claim.
  ///   - solution: the knights of the only solution.
  ///   - body: returns whether to go on.
  static func eachRefuted(
    _ facts: Facts, _ claims: [Claim], solution: Int, _ body: (Fact) -> Bool
  ) {
    let unknown = all(claims) & ~facts.known
    var sound = Forced()
    // After a mistake the facts may be wrong, and then the truth may be refuted.
    if (facts.knights ^ solution) & facts.known == 0 {
      sound = Forced(knights: solution & unknown, knaves: ~solution & unknown)
    }
    for islander in claims.indices where !facts.knows(islander) {
      for isKnight in [true, false] {
        if (isKnight ? sound.knights : sound.knaves) >> islander & 1 == 1 { continue }
        let fact = Fact(islander: islander, isKnight: isKnight)
        var closed = facts
        closed.add(fact)
        if close(&closed, claims, pending: concerning(1 << islander, claims)) {
          if !body(fact) { return }
        } else {
          sound.knights |= closed.knights & unknown
          sound.knaves |= closed.known & ~closed.knights & unknown
        }
      }
    }
  }

  /// Whether deductions and suppositions find out about everyone.
  ///
  /// What can be deduced stays so as facts are added, until a claim is contradicted; and then every
  /// supposition is refuted. So the order does not matter.
  static func canFinish(_ facts: Facts, _ claims: [Claim], solution: Int) -> Bool {
    var facts = facts
    var pending = all(claims)
    while true {
      if close(&facts, claims, pending: pending) { return true }
      if facts.known == all(claims) { return true }
      var refuted: Fact?
      eachRefuted(facts, claims, solution: solution) {
        refuted = $0
        return false
      }
      guard let refuted else { return false }
      facts.add(refuted.opposite)
      pending = concerning(1 << refuted.islander, claims)
    }
  }
}

extension Int {
  /// Calls `body` with each bit that is set, the lowest first, and how many come before it.
  @inline(__always)
  func eachBit(_ body: (_ place: Int, _ bit: Int) -> Void) {
    var rest = self
    var place = 0
    while rest != 0 {
      let bit = rest & (0 &- rest)
      body(place, bit)
      rest ^= bit
      place += 1
    }
  }
}
