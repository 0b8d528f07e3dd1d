/// The text that all renamings of a problem's atoms share, with premises, options and the sides of
/// & and | in order.
///
/// Each atom gets a colour that no renaming changes: a hash of the formulas in which it stands,
/// with its places in them marked, refined until colours split no further. Atoms of one colour are
/// told apart by trying each as the first of them. The least text wins.
struct NaturalDeductionNaming {
  typealias Formulas = NaturalDeduction.Formulas
  /// Of each atom; those that do not occur have the colour 0.
  private typealias Colors = InlineArray<6, UInt64>

  /// A premise or an option, with a number that tells them apart.
  private struct Member {
    var formula: Int
    var salt: UInt64
    /// Bit a: whether atom a stands in it.
    var atoms: Int
  }

  private let formulas: Formulas
  private let members: [Member]
  private let premiseCount: Int

  static func canonicalText(_ problem: NaturalDeduction.Problem) -> String {
    let naming = Self(problem)
    let text = naming.least(naming.refined(Colors(repeating: 1))) ?? []
    return String(decoding: text, as: UTF8.self)
  }

  private init(_ problem: NaturalDeduction.Problem) {
    formulas = problem.formulas
    premiseCount = problem.premises.count
    var members: [Member] = []
    members.reserveCapacity(problem.premises.count + problem.options.count)
    for premise in problem.premises {
      members.append(Member(formula: premise, salt: 23, atoms: formulas.atoms(premise)))
    }
    for option in problem.options {
      members.append(Member(formula: option, salt: 29, atoms: formulas.atoms(option)))
    }
    self.members = members
  }

  private func least(_ colors: Colors) -> [UInt8]? {
    var sorted = colors.indices.map { colors[$0] }.filter { $0 != 0 }
    sorted.sort()
    let tied = sorted.indices.dropFirst().first { sorted[$0 - 1] == sorted[$0] }
    guard let tied else {
      var names = InlineArray<6, UInt8>(repeating: 0)
      for atom in colors.indices {
        names[atom] = UInt8(sorted.firstIndex(of: colors[atom]) ?? 0)
      }
      return text(names)
    }
    var best: [UInt8]?
    for atom in colors.indices where colors[atom] == sorted[tied] {
      var tried = colors
      tried[atom] = Self.mixed(tried[atom] ^ 0x1D)
      if let text = least(refined(tried)),
        best.map({ text.lexicographicallyPrecedes($0) }) ?? true
      {
        best = text
      }
    }
    return best
  }

  private func refined(_ start: Colors) -> Colors {
    var colors = start
    var distinct = Self.distinct(colors)
    while true {
      var next = Colors(repeating: 0)
      for member in members {
        let plain = hash(member.formula, colors)
        for atom in colors.indices where member.atoms >> atom & 1 == 1 {
          var marked = colors
          marked[atom] = Self.mixed(marked[atom] ^ 0x2B)
          let other = hash(member.formula, marked)
          if plain != other { next[atom] &+= Self.mixed(other &+ member.salt) }
        }
      }
      for atom in colors.indices where next[atom] != 0 {
        next[atom] = max(1, Self.mixed(next[atom] &+ colors[atom]))
      }
      colors = next
      let now = Self.distinct(colors)
      if now == distinct { return colors }
      distinct = now
    }
  }

  private static func distinct(_ colors: Colors) -> Int {
    var count = 0
    for atom in colors.indices {
      var isNew = true
      for other in 0..<atom where colors[other] == colors[atom] { isNew = false }
      count += isNew ? 1 : 0
    }
    return count
  }

  private func hash(_ formula: Int, _ colors: borrowing Colors) -> UInt64 {
    let node = formulas.nodes[formula]
    switch node.op {
    case .atom: return Self.mixed(colors[node.left] &+ 3)
    case .falsum: return Self.mixed(5)
    case .not: return side(node.left, 7, colors)
    case .and: return Self.mixed(side(node.left, 11, colors) &+ side(node.right, 11, colors))
    case .or: return Self.mixed(side(node.left, 13, colors) &+ side(node.right, 13, colors))
    case .implies: return Self.mixed(side(node.left, 17, colors) &+ side(node.right, 19, colors))
    }
  }

  private func side(_ formula: Int, _ salt: UInt64, _ colors: borrowing Colors) -> UInt64 {
    Self.mixed(hash(formula, colors) &+ salt)
  }

  /// The finaliser of SplitMix64 (Steele, Lea, Flood 2014).
  private static func mixed(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  private func text(_ names: borrowing InlineArray<6, UInt8>) -> [UInt8] {
    var written: [UInt8] = []
    written.reserveCapacity(256)
    var ranges: [Range<Int>] = []
    ranges.reserveCapacity(members.count)
    for member in members {
      let start = written.count
      write(member.formula, names, isUnit: false, to: &written)
      ranges.append(start..<written.count)
    }
    for part in [0..<premiseCount, premiseCount..<members.count] {
      ranges[part].sort { written[$0].lexicographicallyPrecedes(written[$1]) }
    }
    var text: [UInt8] = []
    text.reserveCapacity(written.count + 2 * members.count)
    for (place, range) in ranges.enumerated() {
      if place > 0 {
        text.append(UInt8(ascii: place < premiseCount ? "," : ";"))
        text.append(UInt8(ascii: " "))
      }
      text.append(contentsOf: written[range])
    }
    return text
  }

  private func write(
    _ formula: Int, _ names: borrowing InlineArray<6, UInt8>, isUnit: Bool,
    to text: inout [UInt8]
  ) {
    let node = formulas.nodes[formula]
    switch node.op {
    case .atom: text.append(UInt8(ascii: "p") + names[node.left])
    case .falsum: text += "false".utf8
    case .not:
      text.append(UInt8(ascii: "~"))
      write(node.left, names, isUnit: true, to: &text)
    case .and, .or, .implies:
      if isUnit { text.append(UInt8(ascii: "(")) }
      let start = text.count
      write(node.left, names, isUnit: true, to: &text)
      let middle = text.count
      if node.op == .implies { text.append(UInt8(ascii: "-")) }
      text.append(node.op.mark)
      write(node.right, names, isUnit: true, to: &text)
      if node.op != .implies,
        text[(middle + 1)...].lexicographicallyPrecedes(text[start..<middle])
      {
        Self.swapSides(of: middle, in: &text, from: start)
      }
      if isUnit { text.append(UInt8(ascii: ")")) }
    }
  }

  /// Swaps what stands before and after one byte: each turned round, then the whole.
  private static func swapSides(of middle: Int, in text: inout [UInt8], from start: Int) {
    reverse(start..<middle, of: &text)
    reverse(middle + 1..<text.count, of: &text)
    reverse(start..<text.count, of: &text)
  }

  // A slice that is changed in place would be copied first.
  private static func reverse(_ range: Range<Int>, of text: inout [UInt8]) {
    var (low, high) = (range.lowerBound, range.upperBound - 1)
    while low < high {
      text.swapAt(low, high)
      (low, high) = (low + 1, high - 1)
    }
  }
}

extension NaturalDeduction.Formulas {
  /// Bit a: whether atom a stands in a formula.
  fileprivate func atoms(_ formula: Int) -> Int {
    let node = nodes[formula]
    switch node.op {
    case .atom: return 1 << node.left
    case .falsum: return 0
    case .not: return atoms(node.left)
    case .and, .or, .implies: return atoms(node.left) | atoms(node.right)
    }
  }
}
