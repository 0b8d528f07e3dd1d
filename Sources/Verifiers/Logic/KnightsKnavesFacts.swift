extension KnightsKnaves {
  /// What one islander is.
  struct Fact: Equatable {
    var islander: Int
    var isKnight: Bool

    var opposite: Fact { Fact(islander: islander, isKnight: !isKnight) }

    init(islander: Int, isKnight: Bool) {
      self.islander = islander
      self.isKnight = isKnight
    }

    init(_ line: inout Lexer, among count: Int) throws(Rejection) {
      islander = try Island.islander(&line, among: count)
      isKnight = line.take("knight")
      guard isKnight || line.take("knave") else {
        throw .unreadable("expected knight or knave, found \(line.found)")
      }
    }
  }

  /// What some islanders are, one bit for each.
  struct Facts: Equatable {
    /// Of whom it is known.
    private(set) var mask = 0
    private(set) var knights = 0

    func knows(_ islander: Int) -> Bool { mask >> islander & 1 == 1 }

    mutating func learn(_ fact: Fact) {
      mask |= 1 << fact.islander
      knights = knights & ~(1 << fact.islander) | (fact.isKnight ? 1 << fact.islander : 0)
    }

    mutating func learn(knights: Int, knaves: Int) {
      mask |= knights | knaves
      self.knights |= knights
    }

    func about(_ concerned: Int) -> Facts {
      Facts(mask: mask & concerned, knights: knights & concerned)
    }

    var text: [UInt8] {
      var text: [UInt8] = []
      for islander in 0..<Island.most where knows(islander) {
        if !text.isEmpty { text += ", ".utf8 }
        text.append(UInt8(ascii: "A") + UInt8(islander))
        text += (knights >> islander & 1 == 1 ? " knight" : " knave").utf8
      }
      return text
    }
  }

  /// What is known, and from which lines.
  struct Known {
    private(set) var facts = Facts()
    private let count: Int
    private var sources: [Int]

    init(_ count: Int) {
      self.count = count
      sources = [Int](repeating: 0, count: count)
    }

    var isComplete: Bool { facts.mask == (1 << count) - 1 }

    mutating func learn(_ fact: Fact, line: Int) {
      facts.learn(fact)
      sources[fact.islander] = line
    }

    /// The problem and the lines behind the facts.
    func lines(about concerned: Int) -> [Int] {
      var lines = [0]
      for islander in 0..<count where (concerned & facts.mask) >> islander & 1 == 1 {
        if !lines.contains(sources[islander]) { lines.append(sources[islander]) }
      }
      return lines.sorted()
    }
  }

  /// A line as it is written.
  enum Step {
    /// Without a fact at its end, a contradiction.
    case by(Int, Facts?, Fact?)
    case suppose(Fact)
    case so(Fact)

    init(_ line: inout Lexer, among count: Int) throws(Rejection) {
      if line.take("by") {
        let speaker = try Island.islander(&line, among: count)
        let facts = line.take("with") ? try Self.facts(&line, among: count) : Facts()
        try line.expect(mark: UInt8(ascii: ":"))
        let fact = line.take("contradiction") ? nil : try Fact(&line, among: count)
        self = .by(speaker, facts, fact)
      } else if line.take("suppose") {
        self = .suppose(try Fact(&line, among: count))
      } else if line.take("so") {
        self = .so(try Fact(&line, among: count))
      } else {
        throw .unreadable("expected by or suppose or so, found \(line.found)")
      }
    }

    /// - Returns: `nil` if the islanders are not in the order of the alphabet, each once.
    static func facts(_ line: inout Lexer, among count: Int) throws(Rejection) -> Facts? {
      var facts = Facts()
      var isInOrder = true
      var found = 0
      repeat {
        let fact = try Fact(&line, among: count)
        found += 1
        guard found <= count else { throw .unreadable("expected at most \(count) facts") }
        if facts.mask >> fact.islander != 0 { isInOrder = false }
        facts.learn(fact)
      } while line.take(mark: UInt8(ascii: ","))
      return isInOrder ? facts : nil
    }
  }
}
