extension KnightsKnaves {
  /// The claims of a problem.
  struct Island {
    var claims: [Claim] = []

    static let most = 12

    init(_ problem: inout Lexer) throws(Rejection) {
      claims.reserveCapacity(Self.most)
      // How many there are is known at the end; until then any islander may be mentioned.
      repeat {
        guard claims.count < Self.most else {
          throw .unreadable("expected at most \(Self.most) claims, found more")
        }
        let speaker = try Self.islander(&problem, among: Self.most)
        guard speaker == claims.count else {
          throw .unreadable("expected the claims in the order of their speakers, from A on")
        }
        try problem.expect(mark: UInt8(ascii: ":"))
        claims.append(try Claim(speaker: speaker, &problem))
      } while problem.take(mark: UInt8(ascii: ";"))
      try problem.expectEnd()
      guard claims.count >= 2 else { throw .unreadable("expected at least 2 claims, found 1") }
      guard claims.allSatisfy({ $0.concerned < 1 << claims.count }) else {
        throw .unreadable("expected statements about islanders who make one")
      }
    }

    static func islander(_ lexer: inout Lexer, among count: Int) throws(Rejection) -> Int {
      guard let byte = lexer.single, byte >= UInt8(ascii: "A"),
        Int(byte) < Int(UInt8(ascii: "A")) + count
      else { throw .unreadable("expected an islander, found \(lexer.found)") }
      lexer.advance()
      return Int(byte - UInt8(ascii: "A"))
    }

    /// The only assignment that agrees with every claim; `nil` for none or several.
    ///
    /// Every assignment is tried: at most 4096, 64 at a time.
    var soleSolution: Facts? {
      let everyone = (1 << claims.count) - 1
      var sole: Facts?
      for part in 0..<Worlds.parts(open: everyone) {
        let worlds = Worlds(of: everyone, Facts(), part: part)
        var agreeing = Worlds.distinct(open: everyone)
        for claim in claims where agreeing != 0 { agreeing &= claim.agreeing(worlds) }
        if agreeing == 0 { continue }
        if sole != nil || agreeing & (agreeing - 1) != 0 { return nil }
        sole = worlds.facts(of: everyone, in: agreeing.trailingZeroBitCount)
      }
      return sole
    }

    /// Whether a claim says what somebody is of whom it is not known.
    func forceSomething(_ facts: Facts) -> Bool {
      claims.contains { claim in
        let forced = claim.models(facts).forced(beyond: facts)
        return forced.knights | forced.knaves != 0
      }
    }

    /// Whether deductions from a supposition arrive at a contradiction.
    func refutes(_ supposition: Fact, _ facts: Facts) -> Bool {
      var facts = facts
      facts.learn(supposition)
      // Claims that may say more than when they were last asked.
      var pending = (1 << claims.count) - 1
      while pending != 0 {
        let speaker = pending.trailingZeroBitCount
        pending &= pending - 1
        let models = claims[speaker].models(facts)
        if models.isEmpty { return true }
        let forced = models.forced(beyond: facts)
        let news = forced.knights | forced.knaves
        if news == 0 { continue }
        facts.learn(knights: forced.knights, knaves: forced.knaves)
        for (other, claim) in claims.enumerated() where claim.concerned & news != 0 {
          pending |= 1 << other
        }
      }
      return false
    }
  }

  /// Up to 64 assignments side by side: those to the first six islanders who may be either; of the
  /// others who may, the part says what they are.
  struct Worlds {
    /// Bit k: whether the islander is a knight in world k.
    private var knights = InlineArray<12, UInt64>(repeating: 0)

    /// How many parts there are to be looked at.
    static func parts(open: Int) -> Int { 1 << max(0, open.nonzeroBitCount - 6) }

    /// Bit k: whether world k is not one of those before it again.
    static func distinct(open: Int) -> UInt64 {
      open.nonzeroBitCount >= 6 ? ~0 : (1 << (1 << UInt64(open.nonzeroBitCount))) - 1
    }

    /// - Parameter concerned: the islanders who matter.
    init(of concerned: Int, _ facts: Facts, part: Int) {
      var place = 0
      var rest = concerned
      while rest != 0 {
        let islander = rest.trailingZeroBitCount
        rest &= rest - 1
        if facts.knows(islander) {
          knights[islander] = facts.knights >> islander & 1 == 1 ? ~0 : 0
          continue
        }
        knights[islander] =
          place < 6 ? Self.alternating[place] : part >> (place - 6) & 1 == 1 ? ~0 : 0
        place += 1
      }
    }

    subscript(islander: Int) -> UInt64 { knights[islander] }

    /// What the islanders are in one world.
    func facts(of concerned: Int, in world: Int) -> Facts {
      var facts = Facts()
      for islander in 0..<Island.most where concerned >> islander & 1 == 1 {
        facts.learn(Fact(islander: islander, isKnight: knights[islander] >> world & 1 == 1))
      }
      return facts
    }

    /// Bit k of word i is bit i of k.
    private static let alternating: InlineArray<6, UInt64> = [
      0xAAAA_AAAA_AAAA_AAAA, 0xCCCC_CCCC_CCCC_CCCC, 0xF0F0_F0F0_F0F0_F0F0, 0xFF00_FF00_FF00_FF00,
      0xFFFF_0000_FFFF_0000, 0xFFFF_FFFF_0000_0000,
    ]
  }

  /// What a claim leaves possible: whom every assignment has as a knight, and whom some has.
  struct Models {
    var concerned: Int
    var always: Int
    var sometimes = 0
    var isEmpty = true

    func force(_ fact: Fact) -> Bool {
      guard !isEmpty, concerned >> fact.islander & 1 == 1 else { return false }
      return fact.isKnight
        ? always >> fact.islander & 1 == 1 : sometimes >> fact.islander & 1 == 0
    }

    /// What follows that is not known.
    func forced(beyond facts: Facts) -> (knights: Int, knaves: Int) {
      if isEmpty { return (0, 0) }
      let unknown = concerned & ~facts.mask
      return (always & unknown, ~sometimes & unknown)
    }
  }
}
