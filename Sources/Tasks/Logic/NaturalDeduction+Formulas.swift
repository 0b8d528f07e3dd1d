extension NaturalDeduction {
  /// Formulas over the atoms p to u, each once; a formula is its index here.
  struct Formulas: Sendable {
    enum Operator: UInt8, Sendable { case atom, falsum, not, and, or, implies }

    struct Node: Equatable, Sendable {
      var op: Operator
      /// For an atom, its number.
      var left = 0
      var right = 0
    }

    private(set) var nodes: [Node] = []
    /// Each node in one number: looked through for every formula that is asked for.
    private var keys: [UInt64] = []
    /// The assignments to six atoms that make each formula true.
    private(set) var truth: [UInt64] = []

    static let atomCount = 6

    mutating func formula(_ op: Operator, _ left: Int = 0, _ right: Int = 0) -> Int {
      let node = Node(op: op, left: left, right: right)
      let key = UInt64(op.rawValue) << 56 | UInt64(left) << 28 | UInt64(right)
      if let known = keys.firstIndex(of: key) { return known }
      keys.append(key)
      nodes.append(node)
      switch op {
      case .atom: truth.append(KnightsKnaves.patterns[left])
      case .falsum: truth.append(0)
      case .not: truth.append(~truth[left])
      case .and: truth.append(truth[left] & truth[right])
      case .or: truth.append(truth[left] | truth[right])
      case .implies: truth.append(~truth[left] | truth[right])
      }
      return nodes.count - 1
    }

    func write(_ formula: Int, to text: inout [UInt8], isUnit: Bool = false) {
      let node = nodes[formula]
      switch node.op {
      case .atom: text.append(UInt8(ascii: "p") + UInt8(node.left))
      case .falsum: text += "false".utf8
      case .not:
        text.append(UInt8(ascii: "~"))
        write(node.left, to: &text, isUnit: true)
      case .and, .or, .implies:
        if isUnit { text.append(UInt8(ascii: "(")) }
        write(node.left, to: &text, isUnit: true)
        text += (node.op == .and ? "&" : node.op == .or ? "|" : "->").utf8
        write(node.right, to: &text, isUnit: true)
        if isUnit { text.append(UInt8(ascii: ")")) }
      }
    }

    func text(_ formula: Int) -> String {
      var text: [UInt8] = []
      write(formula, to: &text)
      return String(decoding: text, as: UTF8.self)
    }

    /// Reads a formula from the front of lexemes; `nil` if there is none or it nests too deeply.
    mutating func read(_ lexemes: inout ArraySlice<[UInt8]>, depth: Int = 0) -> Int? {
      guard depth < 16, let left = unit(&lexemes, depth: depth) else { return nil }
      switch lexemes.first {
      case [UInt8(ascii: "&")]:
        lexemes.removeFirst()
        return unit(&lexemes, depth: depth).map { formula(.and, left, $0) }
      case [UInt8(ascii: "|")]:
        lexemes.removeFirst()
        return unit(&lexemes, depth: depth).map { formula(.or, left, $0) }
      case [UInt8(ascii: "-")]:
        lexemes.removeFirst()
        guard lexemes.popFirst() == [UInt8(ascii: ">")] else { return nil }
        return unit(&lexemes, depth: depth).map { formula(.implies, left, $0) }
      default: return left
      }
    }

    private mutating func unit(_ lexemes: inout ArraySlice<[UInt8]>, depth: Int) -> Int? {
      guard depth < 16, let lexeme = lexemes.popFirst() else { return nil }
      switch lexeme {
      case [UInt8(ascii: "~")]:
        return unit(&lexemes, depth: depth + 1).map { formula(.not, $0) }
      case [UInt8(ascii: "(")]:
        guard let inner = read(&lexemes, depth: depth + 1),
          lexemes.popFirst() == [UInt8(ascii: ")")]
        else { return nil }
        return inner
      case Array("false".utf8): return formula(.falsum)
      default:
        guard lexeme.count == 1, (UInt8(ascii: "p")...UInt8(ascii: "u")).contains(lexeme[0]) else {
          return nil
        }
        return formula(.atom, Int(lexeme[0] - UInt8(ascii: "p")))
      }
    }
  }

  /// Maximal runs of ASCII letters and digits, and all other bytes but spaces.
  static func lexemes(_ text: some Collection<UInt8>) -> [[UInt8]] {
    var lexemes: [[UInt8]] = []
    var isOpen = false
    for byte in text {
      switch byte {
      case 0x20: isOpen = false
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A:
        if isOpen { lexemes[lexemes.count - 1].append(byte) } else { lexemes.append([byte]) }
        isOpen = true
      default:
        lexemes.append([byte])
        isOpen = false
      }
    }
    return lexemes
  }
}
