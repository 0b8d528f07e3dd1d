extension KnightsKnaves {
  /// What an islander says.
  struct Claim {
    private enum Connective { case and, or, iff }
    private enum Atom {
      case kind(Int, Bool)
      case same(Int, Int)
    }
    private struct Part {
      var isNegated: Bool
      var first: Atom
      var rest: (connective: Connective, atom: Atom)?
    }

    private let speaker: Int
    private let first: Part
    private var rest: (connective: Connective, part: Part)?
    /// Speaker and subjects as bits.
    private(set) var concerned: Int

    init(speaker: Int, _ lexer: inout Lexer) throws(Rejection) {
      self.speaker = speaker
      concerned = 1 << speaker
      var subjects = 0
      first = try Self.part(&lexer, &subjects)
      if let connective = Self.connective(&lexer) {
        rest = (connective, try Self.part(&lexer, &subjects))
      }
      concerned |= subjects
    }

    private static func connective(_ lexer: inout Lexer) -> Connective? {
      if lexer.take("and") { return .and }
      if lexer.take("or") { return .or }
      return lexer.take("iff") ? .iff : nil
    }

    private static func part(
      _ lexer: inout Lexer, _ subjects: inout Int
    ) throws(Rejection) -> Part {
      let isNegated = lexer.take("not")
      guard lexer.take(mark: UInt8(ascii: "(")) else {
        return Part(isNegated: isNegated, first: try atom(&lexer, &subjects))
      }
      var part = Part(isNegated: isNegated, first: try atom(&lexer, &subjects))
      guard let connective = connective(&lexer) else {
        throw .unreadable("expected and or or or iff, found \(lexer.found)")
      }
      part.rest = (connective, try atom(&lexer, &subjects))
      try lexer.expect(mark: UInt8(ascii: ")"))
      return part
    }

    private static func atom(
      _ lexer: inout Lexer, _ subjects: inout Int
    ) throws(Rejection) -> Atom {
      let islander = try Island.islander(&lexer, among: Island.most)
      subjects |= 1 << islander
      if lexer.take("knight") { return .kind(islander, true) }
      if lexer.take("knave") { return .kind(islander, false) }
      guard lexer.take("same") else {
        throw .unreadable("expected knight or knave or same, found \(lexer.found)")
      }
      let other = try Island.islander(&lexer, among: Island.most)
      guard islander < other else {
        throw .unreadable("expected two islanders in the order of the alphabet after each other")
      }
      subjects |= 1 << other
      return .same(islander, other)
    }

    /// Bit k: whether in world k the speaker is a knight exactly if the statement is true.
    func agreeing(_ worlds: borrowing Worlds) -> UInt64 {
      var truth = Self.truth(first, worlds)
      if let rest { truth = Self.join(rest.connective, truth, Self.truth(rest.part, worlds)) }
      return ~(truth ^ worlds[speaker])
    }

    private static func truth(_ part: Part, _ worlds: borrowing Worlds) -> UInt64 {
      var truth = truth(part.first, worlds)
      if let rest = part.rest {
        truth = join(rest.connective, truth, self.truth(rest.atom, worlds))
      }
      return part.isNegated ? ~truth : truth
    }

    private static func truth(_ atom: Atom, _ worlds: borrowing Worlds) -> UInt64 {
      switch atom {
      case .kind(let islander, let isKnight): isKnight ? worlds[islander] : ~worlds[islander]
      case .same(let a, let b): ~(worlds[a] ^ worlds[b])
      }
    }

    private static func join(_ connective: Connective, _ a: UInt64, _ b: UInt64) -> UInt64 {
      switch connective {
      case .and: a & b
      case .or: a | b
      case .iff: ~(a ^ b)
      }
    }

    /// The assignments to those concerned that agree with the facts: at most 2^9.
    func models(_ facts: Facts) -> Models {
      var models = Models(concerned: concerned, always: concerned)
      for part in 0..<Worlds.parts(open: concerned & ~facts.mask) {
        let worlds = Worlds(of: concerned, facts, part: part)
        let agreeing = agreeing(worlds)
        if agreeing == 0 { continue }
        models.isEmpty = false
        var rest = concerned
        while rest != 0 {
          let islander = rest & -rest
          let knights = worlds[rest.trailingZeroBitCount]
          rest ^= islander
          if agreeing & ~knights != 0 { models.always &= ~islander }
          if agreeing & knights != 0 { models.sometimes |= islander }
        }
      }
      return models
    }
  }
}
