/// The text that all renamings of a problem's atoms share, with premises, options and the sides of
/// & and | in order.
///
/// Each atom gets a colour that no renaming changes: a hash of the formulas in which it stands,
/// with its places in them marked, refined until colours split no further. Atoms of one colour are
/// told apart by trying each as the first of them. The least text wins.
enum NaturalDeductionNaming {
  typealias Formulas = NaturalDeduction.Formulas

  static func canonicalText(_ problem: NaturalDeduction.Problem) -> String {
    let start = [UInt64](repeating: 1, count: Formulas.atomCount)
    let text = least(problem, refined(problem, start)) ?? []
    return String(decoding: text, as: UTF8.self)
  }

  private static func least(
    _ problem: NaturalDeduction.Problem, _ colors: [UInt64]
  ) -> [UInt8]? {
    // Atoms that do not occur keep the colour 0.
    let sorted = colors.filter { $0 != 0 }.sorted()
    guard let shared = zip(sorted, sorted.dropFirst()).first(where: { $0 == $1 })?.0 else {
      return text(problem, names: colors.map { color in sorted.firstIndex(of: color) ?? 0 })
    }
    var best: [UInt8]?
    for atom in colors.indices where colors[atom] == shared {
      var tried = colors
      tried[atom] = mixed(tried[atom] ^ 0x1D)
      if let text = least(problem, refined(problem, tried)),
        best.map({ text.lexicographicallyPrecedes($0) }) ?? true
      {
        best = text
      }
    }
    return best
  }

  private static func refined(
    _ problem: NaturalDeduction.Problem, _ start: [UInt64]
  ) -> [UInt64] {
    var colors = start
    var distinct = Set(colors).count
    while true {
      var next = [UInt64](repeating: 0, count: colors.count)
      for atom in colors.indices {
        var marked = colors
        marked[atom] = mixed(marked[atom] ^ 0x2B)
        for (salt, list) in [(UInt64(23), problem.premises), (29, problem.options)] {
          for formula in list {
            let plain = hash(formula, problem.formulas, colors)
            let other = hash(formula, problem.formulas, marked)
            if plain != other { next[atom] &+= mixed(other &+ salt) }
          }
        }
        if next[atom] != 0 { next[atom] = max(1, mixed(next[atom] &+ colors[atom])) }
      }
      colors = next
      let now = Set(colors).count
      if now == distinct { return colors }
      distinct = now
    }
  }

  private static func hash(_ formula: Int, _ formulas: Formulas, _ colors: [UInt64]) -> UInt64 {
    let node = formulas.nodes[formula]
    func side(_ formula: Int, _ salt: UInt64) -> UInt64 {
      mixed(hash(formula, formulas, colors) &+ salt)
    }
    switch node.op {
    case .atom: return mixed(colors[node.left] &+ 3)
    case .falsum: return mixed(5)
    case .not: return side(node.left, 7)
    case .and: return mixed(side(node.left, 11) &+ side(node.right, 11))
    case .or: return mixed(side(node.left, 13) &+ side(node.right, 13))
    case .implies: return mixed(side(node.left, 17) &+ side(node.right, 19))
    }
  }

  /// The finaliser of SplitMix64 (Steele, Lea, Flood 2014).
  private static func mixed(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  private static func text(_ problem: NaturalDeduction.Problem, names: [Int]) -> [UInt8] {
    func precedes(_ a: [UInt8], _ b: [UInt8]) -> Bool { a.lexicographicallyPrecedes(b) }
    func written(_ formula: Int, isUnit: Bool) -> [UInt8] {
      let node = problem.formulas.nodes[formula]
      switch node.op {
      case .atom: return [UInt8(ascii: "p") + UInt8(names[node.left])]
      case .falsum: return Array("false".utf8)
      case .not: return [UInt8(ascii: "~")] + written(node.left, isUnit: true)
      case .and, .or, .implies:
        var sides = [written(node.left, isUnit: true), written(node.right, isUnit: true)]
        if node.op != .implies { sides.sort(by: precedes) }
        let mark = node.op == .and ? "&" : node.op == .or ? "|" : "->"
        let text = sides[0] + Array(mark.utf8) + sides[1]
        return isUnit ? [UInt8(ascii: "(")] + text + [UInt8(ascii: ")")] : text
      }
    }
    let premises = problem.premises.map { written($0, isUnit: false) }.sorted(by: precedes)
    let options = problem.options.map { written($0, isUnit: false) }.sorted(by: precedes)
    return Array(premises.joined(separator: Array(", ".utf8))) + Array("; ".utf8)
      + Array(options.joined(separator: Array("; ".utf8)))
  }
}
