extension Automaton {
  /// Sets of states: bit s is the state that is written s + 1.
  typealias States = UInt16

  /// An automaton and what is asked of it.
  final class Machine: Sendable {
    let kind: Kind
    /// States are written from 1 to this.
    let count: Int
    /// Entry `width * state + letter`: where the letter leads.
    let moves: [States]
    /// Entries of `moves` that lead anywhere, in the order of the text.
    let rows: [UInt8]
    let accepting: States
    let start: Int
    /// Letters of the word, as indices; empty unless the kind is `run`.
    let word: [UInt8]
    /// Letters of word and moves, ascending, without `e`.
    let letters: [Int]

    static let width = Automaton.letterLimit + 1
    static let silent = Automaton.letterLimit

    init(
      kind: Kind, count: Int, moves: [States], rows: [UInt8], accepting: States, start: Int = 0,
      word: [UInt8] = []
    ) {
      self.kind = kind
      self.count = count
      self.moves = moves
      self.rows = rows
      self.accepting = accepting
      self.start = start
      self.word = word
      var used = 0
      for row in rows { used |= 1 << (Int(row) % Self.width) }
      for letter in word { used |= 1 << Int(letter) }
      letters = (0..<Automaton.letterLimit).filter { used >> $0 & 1 == 1 }
    }

    var all: States { States.max >> States(16 - count) }
    var startSet: States { 1 << States(start) }

    /// Moves that read nothing.
    var silentCount: Int {
      (0..<count).reduce(0) { $0 + moves[Self.width * $1 + Self.silent].nonzeroBitCount }
    }

    var isSilent: Bool {
      rows.contains { Int($0) % Self.width == Self.silent }
    }

    /// Where a letter leads from any of some states, without the moves that read nothing.
    func image(of states: States, by letter: Int) -> States {
      var (rest, image) = (states, States(0))
      while rest != 0 {
        image |= moves[Self.width * rest.trailingZeroBitCount + letter]
        rest &= rest - 1
      }
      return image
    }

    /// The states that are reached by reading nothing.
    func closure(of states: States) -> States {
      var closed = states
      while true {
        let next = closed | image(of: closed, by: Self.silent)
        if next == closed { return closed }
        closed = next
      }
    }

    func states(after word: some Sequence<UInt8>, from states: States) -> States {
      word.reduce(closure(of: states)) { closure(of: image(of: $0, by: Int($1))) }
    }

    /// The state that is reached where only the first of several is followed.
    var onePath: States {
      word.reduce(startSet) { states, letter in
        let next = image(of: states, by: Int(letter))
        return next & (0 &- next)
      }
    }

    // Blocks of states.

    /// The block that holds where a state is led.
    func home(of state: Int, by letter: Int, in blocks: Blocks) -> States {
      blocks.holding(moves[Self.width * state + letter])
    }

    /// A block of states by the blocks that a letter leads them to.
    ///
    /// - Precondition: it leads each of them somewhere, as in `minimal`.
    func split(_ block: States, by letter: Int, in blocks: Blocks) -> Blocks {
      var parts = Blocks()
      var rest = block
      while rest != 0 {
        let home = home(of: rest.trailingZeroBitCount, by: letter, in: blocks)
        var part: States = 0
        for state in rest.each where home & moves[Self.width * state + letter] != 0 {
          part |= 1 << States(state)
        }
        parts.insert(part)
        rest &= ~part
      }
      return parts
    }

    func isSplit(_ block: States, by letter: Int, in blocks: Blocks) -> Bool {
      if block & (block - 1) == 0 { return false }
      let home = home(of: block.trailingZeroBitCount, by: letter, in: blocks)
      return image(of: block, by: letter) & ~home != 0
    }

    /// Accepting states and others.
    var parts: Blocks { Blocks([accepting, all & ~accepting].filter { $0 != 0 }) }

    /// All blocks split by all letters at once.
    func refined(_ blocks: Blocks) -> Blocks {
      var refined = blocks
      for letter in letters {
        var next = Blocks()
        for index in 0..<refined.count {
          if refined[index] & (refined[index] - 1) == 0 {
            next.insert(refined[index])
            continue
          }
          let parts = split(refined[index], by: letter, in: blocks)
          for part in 0..<parts.count { next.insert(parts[part]) }
        }
        refined = next
      }
      return refined
    }

    /// The coarsest blocks that no letter splits, and after how many rounds.
    var coarsest: (blocks: Blocks, rounds: Int) {
      var (blocks, rounds) = (parts, 0)
      while true {
        let next = refined(blocks)
        if next.count == blocks.count { return (blocks, rounds) }
        (blocks, rounds) = (next, rounds + 1)
        if blocks.count == count { return (blocks, rounds) }
      }
    }

    /// States that accept alike and move alike.
    var equalRows: Blocks {
      var blocks = Blocks()
      var rest = all
      while rest != 0 {
        let first = rest.trailingZeroBitCount
        let isAccepting = accepting >> States(first) & 1
        var block: States = 0
        for state in rest.each
        where accepting >> States(state) & 1 == isAccepting
          && letters.allSatisfy({
            moves[Self.width * state + $0] == moves[Self.width * first + $0]
          })
        {
          block |= 1 << States(state)
        }
        blocks.insert(block)
        rest &= ~block
      }
      return blocks
    }
  }

  /// Sets of states that share none, by their least states.
  struct Blocks: Sendable, Equatable {
    private var sets = SIMD16<States>()
    private(set) var count = 0

    init() {}

    init(_ sets: some Sequence<States>) {
      for set in sets { insert(set) }
    }

    subscript(index: Int) -> States { sets[index] }

    /// - Precondition: not empty, and no state of it is in a block.
    mutating func insert(_ set: States) {
      var place = count
      while place > 0, sets[place - 1].trailingZeroBitCount > set.trailingZeroBitCount {
        sets[place] = sets[place - 1]
        place -= 1
      }
      sets[place] = set
      count += 1
    }

    /// The block that shares a state with `states`; none if no block does.
    func holding(_ states: States) -> States {
      for index in 0..<count where sets[index] & states != 0 { return sets[index] }
      return 0
    }

    /// Some blocks replaced by others.
    func replacing(_ old: States, by new: Blocks) -> Self {
      var next = new
      for index in 0..<count where sets[index] & old == 0 { next.insert(sets[index]) }
      return next
    }
  }

  /// An automaton, and how far the work on it has come.
  public struct Problem: Sendable {
    let machine: Machine
    /// Lines written.
    var line = 0
    /// Of a run: the states after them, and those of the last that accept.
    var states: States
    var accepted: States = 0
    /// Of `minimal`: the blocks after them.
    var blocks = Blocks()

    init(_ machine: Machine) {
      self.machine = machine
      states = machine.startSet
    }

    var parts: Blocks { machine.parts }
  }
}

extension Automaton.States {
  /// Its states, ascending.
  var each: Each { Each(rest: self) }

  struct Each: Sequence, IteratorProtocol {
    var rest: Automaton.States

    mutating func next() -> Int? {
      if rest == 0 { return nil }
      defer { rest &= rest - 1 }
      return rest.trailingZeroBitCount
    }
  }
}
