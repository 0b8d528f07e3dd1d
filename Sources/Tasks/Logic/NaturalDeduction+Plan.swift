extension NaturalDeduction {
  enum Rule: String, Sendable {
    case premise, assume, copy
    case andIntro = "and-intro"
    case andElim = "and-elim"
    case orIntro = "or-intro"
    case orElim = "or-elim"
    case impIntro = "imp-intro"
    case impElim = "imp-elim"
    case notIntro = "not-intro"
    case notElim = "not-elim"
    case falseElim = "false-elim"
    case raa
  }

  /// Up to two lines or subproofs that a line cites, in order.
  struct Citations: RandomAccessCollection, Sendable {
    // A search writes many lines: they are small.
    private let first: Int32
    private let second: Int32
    private let number: Int8

    init() { (first, second, number) = (0, 0, 0) }
    init(_ one: Int) { (first, second, number) = (Int32(one), 0, 1) }
    init(_ one: Int, _ other: Int) { (first, second, number) = (Int32(one), Int32(other), 2) }

    var startIndex: Int { 0 }
    var endIndex: Int { Int(number) }
    subscript(place: Int) -> Int { Int(place == 0 ? first : second) }

    /// The same citations by other numbers.
    func renumbered(_ number: (Int) -> Int) -> Citations {
      switch count {
      case 0: self
      case 1: Citations(number(self[0]))
      default: Citations(number(self[0]), number(self[1]))
      }
    }
  }

  /// A proof whose lines are not yet in order: what each line uses, and which subproof it is in.
  ///
  /// A line comes after those that it cites and those of the subproofs that it cites.
  struct Plan: Sendable {
    struct Node: Sendable {
      var formula: Int
      var rule: Rule
      /// Lines cited, then subproofs cited.
      var nodes = Citations()
      var blocks = Citations()
      var block: Int
    }
    struct Block: Sendable {
      var parent: Int
      var assumption: Int
      var conclusion: Int
      var depth: Int
    }
    /// A line of an enclosing subproof that a subproof cites.
    struct Need: Sendable {
      var block: Int
      var node: Int
    }
    var nodes: [Node] = []
    /// The first is the proof itself, without an assumption.
    var blocks: [Block] = []
    var needs: [Need] = []

    /// Marks what the conclusion uses in the end.
    ///
    /// - Returns: how many lines that are.
    func markUsed(_ isUsed: inout [Bool]) -> Int {
      isUsed.removeAll(keepingCapacity: true)
      isUsed.append(contentsOf: repeatElement(false, count: nodes.count))
      let conclusion = blocks[0].conclusion
      isUsed[conclusion] = true
      var count = 0
      for index in stride(from: conclusion, through: 0, by: -1) where isUsed[index] {
        count += 1
        for cited in nodes[index].nodes { isUsed[cited] = true }
        for block in nodes[index].blocks {
          isUsed[blocks[block].assumption] = true
          isUsed[blocks[block].conclusion] = true
        }
      }
      return count
    }

    /// The lines used alone, and what each subproof needs.
    func reduced(to isUsed: [Bool], count: Int) -> Plan {
      var plan = Plan()
      plan.nodes.reserveCapacity(count)
      var place = [Int](repeating: 0, count: nodes.count)
      for (index, node) in nodes.enumerated() where isUsed[index] {
        place[index] = plan.nodes.count
        var node = node
        node.nodes = node.nodes.renumbered { place[$0] }
        plan.nodes.append(node)
      }
      plan.blocks = blocks
      for block in blocks.indices {
        plan.blocks[block].assumption = place[blocks[block].assumption]
        plan.blocks[block].conclusion = place[blocks[block].conclusion]
      }
      for node in plan.nodes {
        for cited in node.nodes { plan.need(cited, in: node.block) }
      }
      return plan
    }

    private mutating func need(_ cited: Int, in block: Int) {
      var block = block
      while block != nodes[cited].block {
        needs.append(Need(block: block, node: cited))
        block = blocks[block].parent
      }
    }
  }
}
