/// The text that all renamings of the islanders share, with the sides of connectives in order.
///
/// Each islander gets a colour that no renaming changes: a hash of its statement, of who is
/// mentioned there and who mentions it, refined until colours split no further. Islanders of one
/// colour are told apart by trying each as the first of them. The least text wins.
enum KnightsKnavesNaming {
  static func canonicalText(_ statements: [KnightsKnaves.Statement]) -> String {
    let start = [UInt64](repeating: 1, count: statements.count)
    let text = least(statements, refined(statements, start)) ?? []
    return String(decoding: text, as: UTF8.self)
  }

  private static func least(
    _ statements: [KnightsKnaves.Statement], _ colors: [UInt64]
  ) -> [UInt8]? {
    let sorted = colors.sorted()
    guard let shared = zip(sorted, sorted.dropFirst()).first(where: { $0 == $1 })?.0 else {
      return text(statements, names: colors.map { color in sorted.firstIndex(of: color) ?? 0 })
    }
    var best: [UInt8]?
    for islander in colors.indices where colors[islander] == shared {
      var tried = colors
      tried[islander] = mixed(tried[islander] ^ 0x1D)
      if let text = least(statements, refined(statements, tried)),
        best.map({ text.lexicographicallyPrecedes($0) }) ?? true
      {
        best = text
      }
    }
    return best
  }

  private static func refined(
    _ statements: [KnightsKnaves.Statement], _ start: [UInt64]
  ) -> [UInt64] {
    var colors = start
    var distinct = Set(colors).count
    while true {
      var next = colors
      for (speaker, statement) in statements.enumerated() {
        next[speaker] &+= mixed(hash(statement, colors))
        for atom in statement.atoms {
          let mention = mixed(colors[speaker] &+ hash(atom, colors))
          switch atom {
          case .kind(let islander, _): next[islander] &+= mention
          case .same(let a, let b):
            next[a] &+= mention
            next[b] &+= mention
          }
        }
      }
      colors = next.map(mixed)
      let now = Set(colors).count
      if now == distinct { return colors }
      distinct = now
    }
  }

  private static func hash(_ atom: KnightsKnaves.Atom, _ colors: [UInt64]) -> UInt64 {
    switch atom {
    case .kind(let islander, let isKnight): mixed(colors[islander] &+ (isKnight ? 3 : 5))
    case .same(let a, let b): mixed(mixed(colors[a] &+ 7) &+ mixed(colors[b] &+ 7))
    }
  }

  private static func hash(_ statement: KnightsKnaves.Statement, _ colors: [UInt64]) -> UInt64 {
    func joined(_ connective: KnightsKnaves.Connective, _ a: UInt64, _ b: UInt64) -> UInt64 {
      let salt: UInt64 = connective == .and ? 11 : connective == .or ? 13 : 17
      return mixed(mixed(a &+ salt) &+ mixed(b &+ salt))
    }
    func part(_ part: KnightsKnaves.Part) -> UInt64 {
      var value = hash(part.first, colors)
      if let rest = part.rest { value = joined(rest.connective, value, hash(rest.atom, colors)) }
      return part.isNegated ? mixed(value &+ 19) : value
    }
    let value = part(statement.first)
    return statement.rest.map { joined($0.connective, value, part($0.part)) } ?? value
  }

  /// The finaliser of SplitMix64 (Steele, Lea, Flood 2014).
  private static func mixed(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// The problem with its islanders renamed, speakers in their new order.
  private static func text(_ statements: [KnightsKnaves.Statement], names: [Int]) -> [UInt8] {
    func atom(_ atom: KnightsKnaves.Atom) -> KnightsKnaves.Atom {
      switch atom {
      case .kind(let islander, let isKnight): .kind(names[islander], isKnight: isKnight)
      case .same(let a, let b): .same(min(names[a], names[b]), max(names[a], names[b]))
      }
    }
    func written(_ write: (inout [UInt8]) -> Void) -> [UInt8] {
      var text: [UInt8] = []
      write(&text)
      return text
    }
    func part(_ part: KnightsKnaves.Part) -> KnightsKnaves.Part {
      var renamed = part
      renamed.first = atom(part.first)
      if let rest = part.rest {
        let other = atom(rest.atom)
        renamed.rest = (rest.connective, other)
        let isSwapped = written { other.write(to: &$0) }.lexicographicallyPrecedes(
          written { renamed.first.write(to: &$0) })
        if isSwapped {
          renamed.rest = (rest.connective, renamed.first)
          renamed.first = other
        }
      }
      return renamed
    }
    var ordered: [KnightsKnaves.Statement] = statements
    for (speaker, statement) in statements.enumerated() {
      var renamed = statement
      renamed.first = part(statement.first)
      if let rest = statement.rest {
        let other = part(rest.part)
        let isSwapped = written { other.write(to: &$0) }.lexicographicallyPrecedes(
          written { renamed.first.write(to: &$0) })
        renamed.rest = (rest.connective, isSwapped ? renamed.first : other)
        if isSwapped { renamed.first = other }
      }
      ordered[names[speaker]] = renamed
    }
    return Array(KnightsKnaves.text(ordered).utf8)
  }
}
