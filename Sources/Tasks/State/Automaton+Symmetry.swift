extension Automaton {
  /// The text that all names of states and letters and all orders of moves share.
  ///
  /// States and letters are told apart by refinement (each by its colour and those of its moves,
  /// again and again; Weisfeiler, Leman 1968); where some stay alike, each of them is singled out
  /// in turn and the least table is kept (McKay 1981). Nothing in this depends on names, so
  /// renamings share it; and it is a problem again, so others do not.
  public func canonicalText(_ problem: Problem) -> String {
    let machine = problem.machine
    let naming = Naming(machine)
    let leaf = naming.least(naming.start, singled: [])
    return leaf.machine(like: machine).text
  }

  /// The search for names of one automaton. Its nodes are the states, then the letters.
  fileprivate struct Naming {
    let machine: Machine
    /// Places of `machine.letters`, by letter; `e` has none.
    private var letterNodes = [Int](repeating: -1, count: Machine.width)

    /// Names for all nodes, and the table that they give.
    struct Leaf {
      /// The new name of each node.
      var places: [Int]
      var table: [States]
    }

    init(_ machine: Machine) {
      self.machine = machine
      for (place, letter) in machine.letters.enumerated() {
        letterNodes[letter] = machine.count + place
      }
    }

    /// Of moves by `e`; no letter's colour begins as this.
    private static let silentLabel: UInt64 = 99

    private var nodeCount: Int { machine.count + machine.letters.count }

    /// Colours by what is said of each: start, acceptance, places in the word.
    var start: [UInt64] {
      var colours = [UInt64](repeating: 1, count: nodeCount)
      for state in 0..<machine.count {
        colours[state] = machine.accepting >> States(state) & 1 == 1 ? 2 : 1
      }
      if machine.kind == .run { colours[machine.start] += 2 }
      for node in machine.count..<nodeCount { colours[node] = 5 }
      for (place, letter) in machine.word.enumerated() {
        let node = letterNodes[Int(letter)]
        if colours[node] == 5 { colours[node] = 6 + UInt64(place) }
      }
      return colours
    }

    /// Mixes 64 bits (the finaliser of MurmurHash3, Appleby 2011).
    private static func mixed(_ value: UInt64) -> UInt64 {
      var z = value &* 0x9E37_79B9_7F4A_7C15
      z = (z ^ (z >> 33)) &* 0xFF51_AFD7_ED55_8CCD
      z = (z ^ (z >> 33)) &* 0xC4CE_B9FE_1A85_EC53
      return z ^ (z >> 33)
    }

    /// Colours that tell apart whatever the colours of moves tell apart.
    private func refined(_ start: [UInt64]) -> [UInt64] {
      var colours = start
      var next = start
      var kinds = Self.kinds(colours)
      while kinds < nodeCount {
        for node in 0..<nodeCount { next[node] = Self.mixed(colours[node]) }
        for row in machine.rows {
          let (from, letter) = (Int(row) / Machine.width, Int(row) % Machine.width)
          let node = letterNodes[letter]
          let label = node < 0 ? Self.silentLabel : colours[node]
          var rest = machine.moves[Int(row)]
          while rest != 0 {
            let to = rest.trailingZeroBitCount
            rest &= rest - 1
            next[from] &+= Self.mixed(colours[to] ^ label)
            next[to] &+= Self.mixed(~colours[from] &+ label)
            if node >= 0 { next[node] &+= Self.mixed(colours[from] &* 3 &+ colours[to]) }
          }
        }
        swap(&colours, &next)
        let found = Self.kinds(colours)
        if found <= kinds { break }
        kinds = found
      }
      return colours
    }

    private static func kinds(_ colours: [UInt64]) -> Int {
      var kinds = 0
      for index in colours.indices {
        var isNew = true
        for other in 0..<index where colours[other] == colours[index] { isNew = false }
        if isNew { kinds += 1 }
      }
      return kinds
    }

    /// Nodes of the least colour that several share; none if all are told apart.
    private func cell(_ colours: [UInt64]) -> [Int] {
      var least: UInt64?
      for node in colours.indices where least.map({ colours[node] < $0 }) ?? true {
        for other in 0..<node where colours[other] == colours[node] { least = colours[node] }
      }
      return colours.indices.filter { colours[$0] == least }
    }

    private static func singling(_ node: Int, _ colours: [UInt64]) -> [UInt64] {
      var single = colours
      single[node] = mixed(single[node] ^ 0x5A5A)
      return single
    }

    /// The least table over the ways to single out nodes of one colour.
    ///
    /// Two of them that begin with the same table, and with the same names for what is singled out
    /// already, differ by a symmetry: one is enough.
    func least(_ start: [UInt64], singled: [Int]) -> Leaf {
      let colours = refined(start)
      let cell = cell(colours)
      if cell.isEmpty { return leaf(colours) }
      var best: Leaf?
      var known: [Leaf] = []
      for node in cell {
        let single = Self.singling(node, colours)
        let first = first(single)
        let isKnown = known.contains { other in
          other.table == first.table && singled.allSatisfy { other.places[$0] == first.places[$0] }
        }
        if isKnown { continue }
        known.append(first)
        let found = least(single, singled: singled + [node])
        if best.map({ found.table.lexicographicallyPrecedes($0.table) }) ?? true { best = found }
      }
      return best ?? leaf(colours)
    }

    /// The leaf at which singling out the first node each time ends.
    private func first(_ start: [UInt64]) -> Leaf {
      var colours = refined(start)
      while let node = cell(colours).first { colours = refined(Self.singling(node, colours)) }
      return leaf(colours)
    }

    /// - Precondition: all nodes are told apart, or those that are not are names alone.
    private func leaf(_ colours: [UInt64]) -> Leaf {
      var places = [Int](repeating: 0, count: nodeCount)
      for node in 0..<nodeCount {
        let others = node < machine.count ? 0..<machine.count : machine.count..<nodeCount
        var place = 0
        for other in others where colours[other] < colours[node] { place += 1 }
        places[node] = place
      }
      // The new names follow from the colours, which the table need not repeat.
      var table = [States](repeating: 0, count: machine.count * Machine.width)
      for row in machine.rows {
        let (from, letter) = (Int(row) / Machine.width, Int(row) % Machine.width)
        let node = letterNodes[letter]
        let name = node < 0 ? Machine.silent : places[node]
        table[Machine.width * places[from] + name] = renamed(machine.moves[Int(row)], places)
      }
      table.append(renamed(machine.accepting, places))
      table.append(renamed(machine.startSet, places))
      return Leaf(places: places, table: table)
    }

    private func renamed(_ states: States, _ places: [Int]) -> States {
      var rest = states
      var renamed: States = 0
      while rest != 0 {
        renamed |= 1 << States(places[rest.trailingZeroBitCount])
        rest &= rest - 1
      }
      return renamed
    }
  }
}

extension Automaton.Naming.Leaf {
  /// The automaton under the new names, its moves in order.
  fileprivate func machine(like machine: Automaton.Machine) -> Automaton.Machine {
    let moves = Array(table.dropLast(2))
    let letters = machine.letters
    return Automaton.Machine(
      kind: machine.kind, count: machine.count, moves: moves,
      rows: moves.indices.filter { moves[$0] != 0 }.map { UInt8($0) },
      accepting: table[table.count - 2], start: places[machine.start],
      word: machine.word.map { letter in
        UInt8(places[machine.count + (letters.firstIndex(of: Int(letter)) ?? 0)])
      })
  }
}
