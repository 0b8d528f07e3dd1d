extension NaturalDeduction {
  /// Formulas over the atoms p to u, each once; a formula is its index here. The atoms come first.
  struct Formulas: Sendable {
    enum Operator: UInt8, Sendable { case atom, falsum, not, and, or, implies }

    /// An operator and its sides in one number, so that a formula is found by one comparison with
    /// each.
    struct Node: Equatable, Sendable {
      private let word: UInt64

      init(op: Operator, left: Int = 0, right: Int = 0) {
        word = UInt64(op.rawValue) << 56 | UInt64(left) << 28 | UInt64(right)
      }

      var op: Operator { Operator(rawValue: UInt8(truncatingIfNeeded: word >> 56)) ?? .falsum }
      /// For an atom, its number.
      var left: Int { Int(word >> 28 & Self.sideMask) }
      var right: Int { Int(word & Self.sideMask) }

      private static let sideMask: UInt64 = (1 << 28) - 1
    }

    private(set) var nodes: [Node]
    /// The assignments to six atoms that make each formula true.
    private(set) var truth: [UInt64]

    static let atomCount = 6
    static let falsum = 6
    /// Atoms and falsum: they are there from the start.
    static let simpleCount = 7
    private static let usualCount = 64

    init() {
      nodes = []
      truth = []
      nodes.reserveCapacity(Self.usualCount)
      truth.reserveCapacity(Self.usualCount)
      for atom in 0..<Self.atomCount {
        nodes.append(Node(op: .atom, left: atom))
        truth.append(KnightsKnaves.patterns[atom])
      }
      nodes.append(Node(op: .falsum))
      truth.append(0)
    }

    var count: Int { nodes.count }

    /// - Parameter op: neither `atom` nor `falsum`.
    mutating func formula(_ op: Operator, _ left: Int, _ right: Int = 0) -> Int {
      let node = Node(op: op, left: left, right: right)
      if let known = number(of: node) { return known }
      nodes.append(node)
      switch op {
      case .not: truth.append(~truth[left])
      case .and: truth.append(truth[left] & truth[right])
      case .or: truth.append(truth[left] | truth[right])
      default: truth.append(~truth[left] | truth[right])
      }
      return nodes.count - 1
    }

    /// Of a formula of some operator and sides; `nil` if it is not here.
    func number(of node: Node) -> Int? {
      for formula in Self.simpleCount..<nodes.count where nodes[formula] == node { return formula }
      return nil
    }

    /// Forgets all formulas but the first.
    mutating func keep(_ count: Int) {
      nodes.removeLast(nodes.count - count)
      truth.removeLast(truth.count - count)
    }

    func write(_ formula: Int, to text: inout LineText, isUnit: Bool = false) {
      let node = nodes[formula]
      switch node.op {
      case .atom: text.add(UInt8(ascii: "p") + UInt8(node.left))
      case .falsum: text.add("false")
      case .not:
        text.add(UInt8(ascii: "~"))
        write(node.left, to: &text, isUnit: true)
      case .and, .or, .implies:
        if isUnit { text.add(UInt8(ascii: "(")) }
        write(node.left, to: &text, isUnit: true)
        if node.op == .implies { text.add(UInt8(ascii: "-")) }
        text.add(node.op.mark)
        write(node.right, to: &text, isUnit: true)
        if isUnit { text.add(UInt8(ascii: ")")) }
      }
    }

    func text(_ formula: Int) -> String {
      var text = LineText()
      write(formula, to: &text)
      return text.text
    }
  }
}

extension NaturalDeduction.Formulas.Operator {
  /// The byte between two sides; before that of an implication stands a hyphen.
  var mark: UInt8 {
    switch self {
    case .and: UInt8(ascii: "&")
    case .or: UInt8(ascii: "|")
    default: UInt8(ascii: ">")
    }
  }
}
