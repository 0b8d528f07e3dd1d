internal import Randomness

extension KnightsKnaves {
  /// What an islander says of one islander or two.
  enum Atom: Hashable {
    case kind(Int, isKnight: Bool)
    /// Both are knights or both knaves; the first comes first in the alphabet.
    case same(Int, Int)

    func write(to text: inout LineText) {
      switch self {
      case .kind(let islander, let isKnight):
        Fact(islander: islander, isKnight: isKnight).write(to: &text)
      case .same(let first, let second):
        text.add(letter(first))
        text.add(" same ")
        text.add(letter(second))
      }
    }

    /// One bit for each islander.
    var subjects: Int {
      switch self {
      case .kind(let islander, _): 1 << islander
      case .same(let a, let b): 1 << a | 1 << b
      }
    }

    /// Two atoms of one subject say nothing new to each other.
    func hasSubject(of other: Atom) -> Bool {
      switch (self, other) {
      case (.kind(let a, _), .kind(let b, _)): a == b
      default: self == other
      }
    }
  }

  enum Connective: CaseIterable {
    case and, or, iff

    func write(to text: inout LineText) {
      switch self {
      case .and: text.add(" and ")
      case .or: text.add(" or ")
      case .iff: text.add(" iff ")
      }
    }
  }

  /// An atom or two joined atoms, perhaps negated.
  struct Part {
    var isNegated = false
    var first: Atom
    var rest: (connective: Connective, atom: Atom)?

    func write(to text: inout LineText) {
      if isNegated { text.add("not ") }
      if let rest {
        text.add(UInt8(ascii: "("))
        first.write(to: &text)
        rest.connective.write(to: &text)
        rest.atom.write(to: &text)
        text.add(UInt8(ascii: ")"))
      } else {
        first.write(to: &text)
      }
    }

    @inline(__always)
    func eachAtom(_ body: (Atom) -> Void) {
      body(first)
      if let rest { body(rest.atom) }
    }
  }

  /// A part, or two parts joined.
  struct Statement {
    var first: Part
    var rest: (connective: Connective, part: Part)?

    @inline(__always)
    func eachAtom(_ body: (Atom) -> Void) {
      first.eachAtom(body)
      rest?.part.eachAtom(body)
    }

    func write(to text: inout LineText) {
      first.write(to: &text)
      if let rest {
        rest.connective.write(to: &text)
        rest.part.write(to: &text)
      }
    }

    /// The bits of the assignments for which it is true, by a word of those for which each islander
    /// is a knight.
    func truth(_ knights: (Int) -> UInt64) -> UInt64 {
      func join(_ connective: Connective, _ a: UInt64, _ b: UInt64) -> UInt64 {
        switch connective {
        case .and: a & b
        case .or: a | b
        case .iff: ~(a ^ b)
        }
      }
      func atom(_ atom: Atom) -> UInt64 {
        switch atom {
        case .kind(let islander, let isKnight):
          isKnight ? knights(islander) : ~knights(islander)
        case .same(let a, let b): ~(knights(a) ^ knights(b))
        }
      }
      func part(_ part: Part) -> UInt64 {
        var value = atom(part.first)
        if let rest = part.rest { value = join(rest.connective, value, atom(rest.atom)) }
        return part.isNegated ? ~value : value
      }
      let value = part(first)
      return rest.map { join($0.connective, value, part($0.part)) } ?? value
    }
  }

  /// Bit k of word i: whether bit i of k is set; the knights among six islanders.
  static let patterns: InlineArray<6, UInt64> = [
    0xAAAA_AAAA_AAAA_AAAA, 0xCCCC_CCCC_CCCC_CCCC, 0xF0F0_F0F0_F0F0_F0F0, 0xFF00_FF00_FF00_FF00,
    0xFFFF_0000_FFFF_0000, 0xFFFF_FFFF_0000_0000,
  ]

  /// The knights of the only assignment that makes every knight's statement true and every knave's
  /// false; `nil` for none or several.
  static func soleSolution(_ statements: [Statement]) -> Int? {
    var found: Int?
    let count = statements.count
    for high in 0..<(1 << max(0, count - 6)) {
      func knights(_ islander: Int) -> UInt64 {
        islander < 6 ? patterns[islander] : high >> (islander - 6) & 1 == 1 ? ~0 : 0
      }
      var models: UInt64 = count < 6 ? (1 << (1 << count)) - 1 : ~0
      for (speaker, statement) in statements.enumerated() where models != 0 {
        models &= ~(knights(speaker) ^ statement.truth(knights))
      }
      if models == 0 { continue }
      if found != nil || models & (models - 1) != 0 { return nil }
      found = high << 6 | models.trailingZeroBitCount
    }
    return found
  }
}

extension KnightsKnaves.Statement {
  // How often statements have one, two, negated two, and three atoms, in twentieths.
  private static let shapes = [5, 9, 2, 4]

  static func drawn(
    by speaker: Int, among count: Int, using stream: inout RandomStream
  ) -> Self {
    func connective() -> KnightsKnaves.Connective {
      KnightsKnaves.Connective.allCases[stream.uniform(3)]
    }
    func atoms(_ wanted: Int) -> InlineArray<3, KnightsKnaves.Atom> {
      var atoms = InlineArray<3, _>(repeating: KnightsKnaves.Atom.kind(0, isKnight: true))
      while true {
        var repeats = false
        for place in 0..<wanted {
          let atom = KnightsKnaves.Atom.drawn(by: speaker, among: count, using: &stream)
          for other in 0..<place where atoms[other].hasSubject(of: atom) { repeats = true }
          atoms[place] = atom
        }
        if !repeats { return atoms }
      }
    }
    switch stream.uniform(20) {
    case ..<5: return Self(first: .init(first: atoms(1)[0]))
    case ..<14:
      let two = atoms(2)
      return Self(first: .init(first: two[0]), rest: (connective(), .init(first: two[1])))
    case ..<16:
      let two = atoms(2)
      return Self(first: .init(isNegated: true, first: two[0], rest: (connective(), two[1])))
    default:
      let three = atoms(3)
      let pair = KnightsKnaves.Part(first: three[0], rest: (connective(), three[1]))
      let single = KnightsKnaves.Part(first: three[2])
      return stream.uniform(2) == 0
        ? Self(first: pair, rest: (connective(), single))
        : Self(first: single, rest: (connective(), pair))
    }
  }

  /// At least the sum over statements of the squared probability of each, times the ways to swap
  /// its sides: of the three connectives each has a third, so both together give 2/3 for each
  /// connective; redrawing repeated subjects divides by the share of draws without.
  static func squaredProbabilities(among count: Int) -> Double {
    let others = Double(count - 1)
    let pairs = others * (others - 1) / 2
    let atom = 0.5625 / (2 * others) + 0.0625 / pairs
    let repeats = 0.5625 / others + 0.0625 / pairs
    let triples = 0.421875 / (others * others) + 0.015625 / (pairs * pairs)
    let (two, three) = (1 - repeats, 1 - 3 * repeats + 2 * triples)
    let weights = shapes.map { Double($0) / 20 }
    let ofTwo = weights[1] * weights[1] + weights[2] * weights[2]
    return weights[0] * weights[0] * atom + ofTwo * (2.0 / 3) * atom * atom / (two * two)
      + weights[3] * weights[3] * (4.0 / 9) / 2 * atom * atom * atom / (three * three)
  }
}

extension KnightsKnaves.Atom {
  /// About others than the speaker; three in four say what one islander is.
  fileprivate static func drawn(
    by speaker: Int, among count: Int, using stream: inout RandomStream
  ) -> Self {
    func other(_ index: Int) -> Int { index < speaker ? index : index + 1 }
    if stream.uniform(4) < 3 {
      return .kind(other(stream.uniform(count - 1)), isKnight: stream.uniform(2) == 0)
    }
    let first = stream.uniform(count - 1)
    var second = stream.uniform(count - 2)
    if second >= first { second += 1 }
    return .same(other(min(first, second)), other(max(first, second)))
  }
}
