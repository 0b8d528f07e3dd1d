extension NaturalDeduction {
  /// Formulas by number, each once, so that equal numbers are equal formulas.
  struct Formulas {
    enum Operator: UInt8 { case atom, falsum, not, and, or, implies }

    struct Node: Hashable {
      var op: Operator
      /// For an atom, its number.
      var left = 0
      var right = 0
    }

    /// The atoms come first, each with its own number.
    private(set) var nodes: [Node]
    /// Bit a: whether the formula is true if the atoms are the bits of a.
    private(set) var truth: [UInt64]
    /// The numbers of all but the first formulas.
    private var later: [Node: Int] = [:]

    static let atomCount = 6
    static let falsum = 6
    /// So many formulas are looked through: proofs seldom have more, and hashing takes longer.
    private static let scannedCount = 64

    init() {
      nodes = []
      truth = []
      nodes.reserveCapacity(Self.scannedCount)
      truth.reserveCapacity(Self.scannedCount)
      for atom in 0..<Self.atomCount { nodes.append(Node(op: .atom, left: atom)) }
      truth += Self.atomTables
      nodes.append(Node(op: .falsum))
      truth.append(0)
    }

    private static let atomTables: [UInt64] = (0..<atomCount).map { atom in
      (0..<64).reduce(0) { $0 | UInt64($1 >> atom & 1) << UInt64($1) }
    }

    mutating func number(_ op: Operator, _ left: Int, _ right: Int = 0) -> Int {
      let node = Node(op: op, left: left, right: right)
      for known in Self.falsum + 1..<min(nodes.count, Self.scannedCount) where nodes[known] == node
      {
        return known
      }
      let number = nodes.count
      if number >= Self.scannedCount {
        if let known = later[node] { return known }
        later[node] = number
      }
      nodes.append(node)
      truth.append(table(of: node))
      return number
    }

    private func table(of node: Node) -> UInt64 {
      switch node.op {
      case .atom, .falsum: 0
      case .not: ~truth[node.left]
      case .and: truth[node.left] & truth[node.right]
      case .or: truth[node.left] | truth[node.right]
      case .implies: ~truth[node.left] | truth[node.right]
      }
    }

    mutating func read(_ lexer: inout Lexer, depth: Int = 0) throws(Rejection) -> Int {
      let left = try unit(&lexer, depth: depth)
      let op: Operator
      switch lexer.single {
      case UInt8(ascii: "&"): op = .and
      case UInt8(ascii: "|"): op = .or
      case UInt8(ascii: "-"): op = .implies
      default: return left
      }
      lexer.advance()
      if op == .implies { try lexer.expect(mark: UInt8(ascii: ">")) }
      let right = try unit(&lexer, depth: depth)
      return number(op, left, right)
    }

    private mutating func unit(_ lexer: inout Lexer, depth: Int) throws(Rejection) -> Int {
      guard depth < 32 else { throw .unreadable("expected a formula nested less than 32 deep") }
      switch lexer.single {
      case UInt8(ascii: "~"):
        lexer.advance()
        return number(.not, try unit(&lexer, depth: depth + 1))
      case UInt8(ascii: "("):
        lexer.advance()
        let inner = try read(&lexer, depth: depth + 1)
        try lexer.expect(mark: UInt8(ascii: ")"))
        return inner
      case let letter? where UInt8(ascii: "p") <= letter && letter <= UInt8(ascii: "u"):
        lexer.advance()
        return Int(letter - UInt8(ascii: "p"))
      default:
        guard lexer.take("false") else {
          throw .unreadable("expected a formula, found \(lexer.found)")
        }
        return Self.falsum
      }
    }

    func isNegation(_ formula: Int, of other: Int) -> Bool {
      nodes[formula].op == .not && nodes[formula].left == other
    }

    func isJoined(_ formula: Int, _ op: Operator, _ left: Int, _ right: Int) -> Bool {
      nodes[formula] == Node(op: op, left: left, right: right)
    }
  }
}
