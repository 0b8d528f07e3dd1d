/// The text that all renamings of the islanders share, with the sides of connectives in order.
///
/// Each islander gets a colour that no renaming changes: a hash of its statement, of who is
/// mentioned there and who mentions it, refined until colours split no further. Islanders of one
/// colour are told apart by trying each as the first of them. The least text wins.
struct KnightsKnavesNaming {
  typealias Statement = KnightsKnaves.Statement
  typealias Part = KnightsKnaves.Part
  typealias Atom = KnightsKnaves.Atom
  typealias Connective = KnightsKnaves.Connective
  /// Of each islander; of those who are not there, 0.
  private typealias Colors = InlineArray<12, UInt64>

  private let statements: [Statement]

  static func canonicalText(_ statements: [Statement]) -> String {
    let naming = Self(statements: statements)
    var start = Colors(repeating: 0)
    for islander in statements.indices { start[islander] = 1 }
    return naming.least(naming.refined(start))
  }

  private func least(_ colors: Colors) -> String {
    let sorted = statements.indices.map { colors[$0] }.sorted()
    let tied = sorted.indices.dropFirst().first { sorted[$0 - 1] == sorted[$0] }
    guard let tied else {
      return text(names: statements.indices.map { sorted.firstIndex(of: colors[$0]) ?? 0 })
    }
    var best: String?
    for islander in statements.indices where colors[islander] == sorted[tied] {
      var tried = colors
      tried[islander] = mixed(tried[islander] ^ 0x1D)
      let text = least(refined(tried))
      // Texts are ASCII, which strings order by bytes.
      if best.map({ text < $0 }) ?? true { best = text }
    }
    return best ?? ""
  }

  private func refined(_ start: Colors) -> Colors {
    var colors = start
    var distinct = distinct(colors)
    while true {
      var next = colors
      for (speaker, statement) in statements.enumerated() {
        next[speaker] &+= mixed(Self.hash(statement, colors))
        statement.eachAtom { atom in
          let mention = mixed(colors[speaker] &+ Self.hash(atom, colors))
          atom.subjects.eachBit { _, bit in next[bit.trailingZeroBitCount] &+= mention }
        }
      }
      for islander in statements.indices { colors[islander] = mixed(next[islander]) }
      let now = self.distinct(colors)
      if now == distinct { return colors }
      distinct = now
    }
  }

  private func distinct(_ colors: Colors) -> Int {
    var count = 0
    for islander in statements.indices {
      var isNew = true
      for other in 0..<islander where colors[other] == colors[islander] { isNew = false }
      count += isNew ? 1 : 0
    }
    return count
  }

  private static func hash(_ atom: Atom, _ colors: borrowing Colors) -> UInt64 {
    switch atom {
    case .kind(let islander, let isKnight): mixed(colors[islander] &+ (isKnight ? 3 : 5))
    case .same(let a, let b): mixed(mixed(colors[a] &+ 7) &+ mixed(colors[b] &+ 7))
    }
  }

  private static func hash(_ part: Part, _ colors: borrowing Colors) -> UInt64 {
    var value = hash(part.first, colors)
    if let rest = part.rest { value = joined(rest.connective, value, hash(rest.atom, colors)) }
    return part.isNegated ? mixed(value &+ 19) : value
  }

  private static func hash(_ statement: Statement, _ colors: borrowing Colors) -> UInt64 {
    let value = hash(statement.first, colors)
    guard let rest = statement.rest else { return value }
    return joined(rest.connective, value, hash(rest.part, colors))
  }

  private static func joined(_ connective: Connective, _ a: UInt64, _ b: UInt64) -> UInt64 {
    let salt: UInt64 = connective == .and ? 11 : connective == .or ? 13 : 17
    return mixed(mixed(a &+ salt) &+ mixed(b &+ salt))
  }

  /// The problem with its islanders renamed, speakers in their new order.
  private func text(names: [Int]) -> String {
    var ordered = statements
    for (speaker, statement) in statements.enumerated() {
      ordered[names[speaker]] = statement.renamed(names)
    }
    return KnightsKnaves.text(ordered)
  }
}

// Renamed, with the sides of connectives in the order of their texts.
extension KnightsKnaves.Statement {
  fileprivate func renamed(_ names: [Int]) -> Self {
    let first = first.renamed(names)
    guard let rest else { return Self(first: first) }
    let other = rest.part.renamed(names)
    return other.place < first.place
      ? Self(first: other, rest: (rest.connective, first))
      : Self(first: first, rest: (rest.connective, other))
  }
}

extension KnightsKnaves.Part {
  fileprivate func renamed(_ names: [Int]) -> Self {
    let first = first.renamed(names)
    guard let rest else { return Self(isNegated: isNegated, first: first) }
    let other = rest.atom.renamed(names)
    return other.place < first.place
      ? Self(isNegated: isNegated, first: other, rest: (rest.connective, first))
      : Self(isNegated: isNegated, first: first, rest: (rest.connective, other))
  }

  /// Parts are ordered by this as by their texts: brackets, islanders, `not`; then side by side.
  fileprivate var place: Int {
    var place = isNegated ? 2 : 0
    guard let rest else { return (place + 1) << 22 | first.place << 12 }
    place = place << 10 | first.place
    return (place << 2 | rest.connective.place) << 10 | rest.atom.place
  }
}

extension KnightsKnaves.Connective {
  fileprivate var place: Int {
    switch self {
    case .and: 0
    case .iff: 1
    case .or: 2
    }
  }
}

extension KnightsKnaves.Atom {
  fileprivate func renamed(_ names: [Int]) -> Self {
    switch self {
    case .kind(let islander, let isKnight): .kind(names[islander], isKnight: isKnight)
    case .same(let a, let b): .same(min(names[a], names[b]), max(names[a], names[b]))
    }
  }

  /// Atoms are ordered by this as by their texts; ten bits.
  fileprivate var place: Int {
    switch self {
    case .kind(let islander, let isKnight): islander << 6 | (isKnight ? 1 : 0) << 4
    case .same(let a, let b): a << 6 | 2 << 4 | b
    }
  }
}
