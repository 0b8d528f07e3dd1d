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

  private let formulas: Formulas
  /// Premises, then options.
  private let members: [Int]
  private let premiseCount: Int
  /// Bit a of each formula up to the last member: whether atom a stands in it.
  private let atoms: [UInt8]

  static func canonicalText(_ problem: NaturalDeduction.Problem) -> String {
    let naming = Self(problem)
    let text = naming.least(naming.refined(Colors(repeating: 1))) ?? []
    return String(decoding: text, as: UTF8.self)
  }

  private init(_ problem: NaturalDeduction.Problem) {
    formulas = problem.formulas
    members = problem.premises + problem.options
    premiseCount = problem.premises.count
    let count = max(Formulas.simpleCount, 1 + (members.max() ?? 0))
    var atoms: [UInt8] = []
    atoms.reserveCapacity(count)
    for (formula, node) in formulas.nodes.prefix(count).enumerated() {
      switch node.op {
      case .atom: atoms.append(1 << UInt8(formula))
      case .falsum: atoms.append(0)
      case .not: atoms.append(atoms[node.left])
      case .and, .or, .implies: atoms.append(atoms[node.left] | atoms[node.right])
      }
    }
    self.atoms = atoms
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
      tried[atom] = mixed(tried[atom] ^ 0x1D)
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
      let plain = hashes(colors)
      var next = Colors(repeating: 0)
      for atom in colors.indices {
        var marked = plain
        marked[atom] = mixed(mixed(colors[atom] ^ 0x2B) &+ 3)
        rehash(&marked, with: 1 << UInt8(atom))
        for (place, member) in members.enumerated() where marked[member] != plain[member] {
          next[atom] &+= mixed(marked[member] &+ (place < premiseCount ? 23 : 29))
        }
      }
      for atom in colors.indices where next[atom] != 0 {
        next[atom] = max(1, mixed(next[atom] &+ colors[atom]))
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

  /// Of each formula.
  private func hashes(_ colors: Colors) -> [UInt64] {
    var hashes = [UInt64](repeating: mixed(5), count: atoms.count)
    for atom in colors.indices { hashes[atom] = mixed(colors[atom] &+ 3) }
    rehash(&hashes, with: nil)
    return hashes
  }

  /// Hashes anew from their sides, which come first, the formulas in which an atom stands.
  ///
  /// - Parameter changed: the atoms; `nil` for all formulas.
  private func rehash(_ hashes: inout [UInt64], with changed: UInt8?) {
    for formula in Formulas.simpleCount..<atoms.count
    where changed.map({ atoms[formula] & $0 != 0 }) ?? true {
      let node = formulas.nodes[formula]
      switch node.op {
      case .atom, .falsum: break
      case .not: hashes[formula] = mixed(hashes[node.left] &+ 7)
      case .and: hashes[formula] = Self.joined(hashes[node.left], 11, hashes[node.right], 11)
      case .or: hashes[formula] = Self.joined(hashes[node.left], 13, hashes[node.right], 13)
      case .implies: hashes[formula] = Self.joined(hashes[node.left], 17, hashes[node.right], 19)
      }
    }
  }

  private static func joined(
    _ left: UInt64, _ leftSalt: UInt64, _ right: UInt64, _ rightSalt: UInt64
  ) -> UInt64 {
    mixed(mixed(left &+ leftSalt) &+ mixed(right &+ rightSalt))
  }

  private func text(_ names: borrowing InlineArray<6, UInt8>) -> [UInt8] {
    var written: [UInt8] = []
    written.reserveCapacity(256)
    var ranges: [Range<Int>] = []
    ranges.reserveCapacity(members.count)
    for member in members {
      let start = written.count
      write(member, names, isUnit: false, to: &written)
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
