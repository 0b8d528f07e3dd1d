extension KnightsKnaves {
  /// The claims of a problem.
  struct Island {
    var claims: [Claim] = []

    static let most = 12

    init(_ problem: inout Lexer) throws(Rejection) {
      // How many there are is known at the end; until then any islander may be mentioned.
      repeat {
        guard claims.count < Self.most else {
          throw .unreadable("expected at most \(Self.most) claims, found more")
        }
        let speaker = try Self.islander(&problem, among: Self.most)
        guard speaker == claims.count else {
          throw .unreadable("expected the claims in the order of their speakers, from A on")
        }
        try problem.expect(":")
        claims.append(try Claim(speaker: speaker, &problem))
      } while problem.take(";")
      try problem.expectEnd()
      guard claims.count >= 2 else { throw .unreadable("expected at least 2 claims, found 1") }
      guard claims.allSatisfy({ $0.concerned < 1 << claims.count }) else {
        throw .unreadable("expected statements about islanders who make one")
      }
    }

    static func islander(_ lexer: inout Lexer, among count: Int) throws(Rejection) -> Int {
      guard let word = lexer.word, word.count == 1, let byte = word.first,
        byte >= UInt8(ascii: "A"), Int(byte) < Int(UInt8(ascii: "A")) + count
      else { throw .unreadable("expected an islander, found \(lexer.found)") }
      lexer.advance()
      return Int(byte - UInt8(ascii: "A"))
    }

    /// The knights of the only assignment that agrees with every claim; `nil` for none or several.
    ///
    /// Every assignment is tried: at most 4096.
    var soleSolution: Int? {
      var found: Int?
      for knights in 0..<(1 << claims.count) where claims.allSatisfy({ $0.holds(knights) }) {
        if found != nil { return nil }
        found = knights
      }
      return found
    }

    /// Whether deductions from a supposition arrive at a contradiction.
    func refutes(_ supposition: Fact, _ known: Known) -> Bool {
      var known = known
      known.learn(supposition, line: 0)
      var size = -1
      while size != known.mask {
        size = known.mask
        for claim in claims {
          let models = claim.models(known)
          if models.isEmpty { return true }
          for islander in claims.indices where !known.knows(islander) {
            for isKnight in [false, true] {
              let fact = Fact(islander: islander, isKnight: isKnight)
              if models.force(fact) { known.learn(fact, line: 0) }
            }
          }
        }
      }
      return false
    }
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

    func forceSomething(_ known: Known) -> Bool {
      !isEmpty && (always | ~sometimes) & concerned & ~known.mask != 0
    }
  }

  struct Claim {
    private enum Atom {
      case kind(Int, Bool)
      case same(Int, Int)
    }
    private struct Part {
      var isNegated: Bool
      var first: Atom
      var rest: (connective: String, atom: Atom)?
    }

    private let speaker: Int
    private let first: Part
    private var rest: (connective: String, part: Part)?
    /// Speaker and subjects as bits.
    private(set) var concerned: Int

    init(speaker: Int, _ lexer: inout Lexer) throws(Rejection) {
      self.speaker = speaker
      concerned = 1 << speaker
      var subjects = 0
      first = try Self.part(&lexer, &subjects)
      if lexer.isAt(oneOf: ["and", "or", "iff"]) {
        let connective = try lexer.one(of: ["and", "or", "iff"])
        rest = (connective, try Self.part(&lexer, &subjects))
      }
      concerned |= subjects
    }

    private static func part(
      _ lexer: inout Lexer, _ subjects: inout Int
    ) throws(Rejection) -> Part {
      let isNegated = lexer.take("not")
      guard lexer.take("(") else {
        return Part(isNegated: isNegated, first: try atom(&lexer, &subjects))
      }
      var part = Part(isNegated: isNegated, first: try atom(&lexer, &subjects))
      let connective = try lexer.one(of: ["and", "or", "iff"])
      part.rest = (connective, try atom(&lexer, &subjects))
      try lexer.expect(")")
      return part
    }

    private static func atom(
      _ lexer: inout Lexer, _ subjects: inout Int
    ) throws(Rejection) -> Atom {
      let islander = try Island.islander(&lexer, among: Island.most)
      subjects |= 1 << islander
      let word = try lexer.one(of: ["knight", "knave", "same"])
      guard word == "same" else { return .kind(islander, word == "knight") }
      let other = try Island.islander(&lexer, among: Island.most)
      guard islander < other else {
        throw .unreadable("expected two islanders in the order of the alphabet after each other")
      }
      subjects |= 1 << other
      return .same(islander, other)
    }

    /// Whether the speaker is a knight exactly if the statement is true.
    func holds(_ knights: Int) -> Bool {
      var value = Self.value(first, knights)
      if let rest {
        value = Self.join(rest.connective, value, Self.value(rest.part, knights))
      }
      return value == (knights >> speaker & 1 == 1)
    }

    private static func value(_ part: Part, _ knights: Int) -> Bool {
      var value = Self.value(part.first, knights)
      if let rest = part.rest {
        value = join(rest.connective, value, Self.value(rest.atom, knights))
      }
      return value != part.isNegated
    }

    private static func value(_ atom: Atom, _ knights: Int) -> Bool {
      switch atom {
      case .kind(let islander, let isKnight): (knights >> islander & 1 == 1) == isKnight
      case .same(let a, let b): knights >> a & 1 == knights >> b & 1
      }
    }

    private static func join(_ connective: String, _ a: Bool, _ b: Bool) -> Bool {
      switch connective {
      case "and": a && b
      case "or": a || b
      default: a == b
      }
    }

    /// The assignments to those concerned that agree with the facts: at most 2^9.
    func models(_ known: Known) -> Models {
      var models = Models(concerned: concerned, always: concerned)
      let open = concerned & ~known.mask
      let fixed = known.knights & concerned
      var chosen = open
      while true {
        if holds(fixed | chosen) {
          models.isEmpty = false
          models.always &= fixed | chosen
          models.sometimes |= fixed | chosen
        }
        if chosen == 0 { return models }
        chosen = (chosen - 1) & open
      }
    }
  }
}
