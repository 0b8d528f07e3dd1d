/// The text that all renamings and changes of sign share, clauses in order.
///
/// Each literal gets a colour that no renaming changes: a hash of the clauses in which it stands
/// and of its opposite, refined until colours split no further. Literals of one colour are told
/// apart by trying each as the first of them. The least text wins.
enum SatNaming {
  static func canonicalText(_ problem: Sat.Problem) -> String {
    // Literal 2v is the variable v, 2v + 1 its opposite.
    let clauses = problem.clauses.map { clause in
      (0..<2 * problem.variables).filter {
        clause.contains(Sat.Literal($0 / 2, isTrue: $0 % 2 == 0))
      }
    }
    let start = [UInt64](repeating: 1, count: 2 * problem.variables)
    let text = least(clauses, refined(clauses, start))
    return String(decoding: text, as: UTF8.self)
  }

  /// One of two that share the least shared colour; `nil` where all differ.
  private static func shared(_ colors: [UInt64]) -> UInt64? {
    let sorted = colors.sorted()
    return zip(sorted, sorted.dropFirst()).first { $0 == $1 }?.0
  }

  private static func told(
    _ literal: Int, apart colors: [UInt64], _ clauses: [[Int]]
  ) -> [UInt64] {
    var tried = colors
    tried[literal] = mixed(tried[literal] ^ 0x1D)
    return refined(clauses, tried)
  }

  private static func least(_ clauses: [[Int]], _ colors: [UInt64]) -> [UInt8] {
    guard let shared = shared(colors) else { return text(clauses, colors) }
    var best: [UInt8]?
    var firstLeaf: (text: [UInt8], colors: [UInt64])?
    for literal in colors.indices where colors[literal] == shared {
      let tried = told(literal, apart: colors, clauses)
      // Two literals whose first complete namings agree are images of each other under a symmetry
      // of the clauses: one of them is enough.
      let leaf = leaf(clauses, tried)
      if let firstLeaf, firstLeaf == leaf { continue }
      if firstLeaf == nil { firstLeaf = leaf }
      let text = least(clauses, tried)
      if best.map({ text.lexicographicallyPrecedes($0) }) ?? true { best = text }
    }
    return best ?? []
  }

  /// A complete naming, each time telling apart the first literal that shares its colour, with its
  /// colours in order.
  private static func leaf(
    _ clauses: [[Int]], _ start: [UInt64]
  ) -> (text: [UInt8], colors: [UInt64]) {
    var colors = start
    while let shared = shared(colors), let literal = colors.firstIndex(of: shared) {
      colors = told(literal, apart: colors, clauses)
    }
    return (text(clauses, colors), colors.sorted())
  }

  private static func refined(_ clauses: [[Int]], _ start: [UInt64]) -> [UInt64] {
    var colors = start
    var distinct = Set(colors).count
    while true {
      var next = colors.indices.map { mixed(colors[$0] &+ mixed(colors[$0 ^ 1] &+ 3)) }
      for clause in clauses {
        let hash = mixed(clause.reduce(UInt64(5)) { $0 &+ mixed(colors[$1]) })
        for literal in clause { next[literal] &+= mixed(hash &+ colors[literal]) }
      }
      colors = next.map(mixed)
      let now = Set(colors).count
      if now == distinct { return colors }
      distinct = now
    }
  }

  /// Variables by their lesser colour; the literal of that colour is the positive one.
  private static func text(_ clauses: [[Int]], _ colors: [UInt64]) -> [UInt8] {
    let count = colors.count / 2
    let order = (0..<count).sorted {
      min(colors[2 * $0], colors[2 * $0 + 1]) < min(colors[2 * $1], colors[2 * $1 + 1])
    }
    var name = [Sat.Literal](repeating: .init(0, isTrue: true), count: colors.count)
    for (place, variable) in order.enumerated() {
      let isSwapped = colors[2 * variable + 1] < colors[2 * variable]
      name[2 * variable] = .init(place, isTrue: !isSwapped)
      name[2 * variable + 1] = .init(place, isTrue: isSwapped)
    }
    let renamed = clauses.map { literals in
      literals.reduce(into: Sat.Clause()) { $0.insert(name[$1]) }
    }
    let ordered = renamed.sorted { ($0.positive, $0.negative) < ($1.positive, $1.negative) }
    return Array(Sat.text(ordered).utf8)
  }
}
