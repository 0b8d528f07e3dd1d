/// A problem's automaton, and what can be worked out from it.
struct AutomatonTable {
  /// Letters by their indices; the last reads nothing.
  static let letters = ["a", "b", "c", "d", "e"]
  private static let silent = 4
  private static let wordLimit = 32

  let isRun: Bool
  /// Of a run; letters as indices.
  let word: [Int]
  let start: Int
  let accepting: StateSet
  /// All states that are named.
  let states: StateSet
  /// Whether there are moves that read nothing.
  let readsNothing: Bool
  /// Letters of moves, as indices.
  private let alphabet: [Int]
  /// By `letters.count * state + letter`.
  private let moves: [StateSet]

  /// Reads a whole problem.
  init(_ problem: inout Lexer) throws(Rejection) {
    isRun = problem.take("run")
    var states = StateSet()
    if isRun {
      word = try Self.word(&problem)
      try problem.expect("from")
      start = try StateSet.state(&problem)
      states = StateSet(start)
    } else {
      try problem.expect("minimal")
      (word, start) = ([], 0)
    }
    try problem.expect(":")
    let width = Self.letters.count
    var moves = [StateSet](repeating: StateSet(), count: (StateSet.limit + 1) * width)
    var used = [Bool](repeating: false, count: width)
    var count = 0
    repeat {
      let (state, letter) = try Self.place(&problem, isRun: isRun)
      try problem.expect(">")
      let targets = try StateSet(&problem)
      guard moves[width * state + letter].isEmpty else {
        throw .unreadable("expected \(state)\(Self.letters[letter]) once, found it again")
      }
      guard isRun || targets.count == 1 else {
        throw .unreadable("expected one state after each move, found \(targets.count)")
      }
      moves[width * state + letter] = targets
      used[letter] = true
      count += 1
      states = states.union(StateSet(state)).union(targets)
    } while problem.take(",")
    try problem.expect(all: [";", "accept"])
    accepting = try StateSet(&problem)
    try problem.expectEnd()
    states = states.union(accepting)
    guard states.members.elementsEqual(1...states.count) else {
      throw .unreadable("expected states numbered from 1 without gaps")
    }
    self.states = states
    self.moves = moves
    readsNothing = used[Self.silent]
    alphabet = used.indices.filter { used[$0] }
    if !isRun {
      guard count == states.count * alphabet.count else {
        throw .unreadable("expected a move of every state by every letter")
      }
      guard accepting != states else {
        throw .unreadable("expected a state that does not accept")
      }
    }
  }

  private static func word(_ line: inout Lexer) throws(Rejection) -> [Int] {
    guard let word = line.word, word.count <= wordLimit,
      word.allSatisfy({ UInt8(ascii: "a") <= $0 && $0 <= UInt8(ascii: "d") })
    else {
      throw .unreadable("expected 1 to \(wordLimit) letters a to d, found \(line.found)")
    }
    line.advance()
    return word.map { Int($0 - UInt8(ascii: "a")) }
  }

  private static func place(
    _ line: inout Lexer, isRun: Bool
  ) throws(Rejection) -> (state: Int, letter: Int) {
    guard let word = line.word, let last = word.last, last >= UInt8(ascii: "a"),
      last <= (isRun ? UInt8(ascii: "e") : UInt8(ascii: "d")),
      let state = StateSet.number(word.dropLast())
    else {
      throw .unreadable("expected a state and a letter as one word, found \(line.found)")
    }
    line.advance()
    return (state, Int(last - UInt8(ascii: "a")))
  }

  // Runs.

  private func move(_ state: Int, _ letter: Int) -> StateSet {
    moves[Self.letters.count * state + letter]
  }

  func targets(of states: StateSet, by letter: Int) -> StateSet {
    var targets = StateSet()
    for state in states.members { targets = targets.union(move(state, letter)) }
    return targets
  }

  func closure(of states: StateSet) -> StateSet {
    let next = states.union(targets(of: states, by: Self.silent))
    return next == states ? states : closure(of: next)
  }

  /// The states in which some path through the whole word ends, found path by path.
  var statesAtEnd: StateSet {
    var seen = [StateSet](repeating: StateSet(), count: word.count + 1)
    var open = [(place: 0, state: start)]
    while let (place, state) = open.popLast() {
      if seen[place].contains(state) { continue }
      seen[place] = seen[place].union(StateSet(state))
      open += move(state, Self.silent).members.map { (place, $0) }
      if place < word.count {
        open += move(state, word[place]).members.map { (place + 1, $0) }
      }
    }
    return seen[word.count]
  }

  // Blocks.

  /// The blocks after one of them is split by a letter; `nil` if it is none, or is not split.
  func splitting(_ block: StateSet, by letter: Int, in blocks: [StateSet]) -> [StateSet]? {
    guard blocks.contains(block), alphabet.contains(letter) else { return nil }
    var parts: [StateSet] = []
    for home in blocks {
      var part = StateSet()
      for state in block.members where move(state, letter).isSubset(of: home) {
        part = part.union(StateSet(state))
      }
      if !part.isEmpty { parts.append(part) }
    }
    if parts.count < 2 { return nil }
    return StateBlocks.ordered(blocks.filter { $0 != block } + parts)
  }

  func canSplit(_ blocks: [StateSet]) -> Bool {
    blocks.contains { block in
      alphabet.contains { letter in
        let first = move(block.least, letter)
        let home = blocks.first { first.isSubset(of: $0) } ?? first
        return block.members.contains { !move($0, letter).isSubset(of: home) }
      }
    }
  }

  /// States that no word tells apart, by the pairs that one does (Hopcroft, Ullman 1979, section
  /// 3.4).
  var equivalentStates: [StateSet] {
    /// By state, the states that some word tells from it.
    var apart = [StateSet](repeating: StateSet(), count: StateSet.limit + 1)
    for state in states.members {
      apart[state] =
        accepting.contains(state) ? states.subtracting(accepting) : accepting
    }
    var isChanged = true
    while isChanged {
      isChanged = false
      for first in states.members {
        for second in states.subtracting(apart[first]).members {
          let isTold = alphabet.contains { letter in
            apart[move(first, letter).least].contains(move(second, letter).least)
          }
          if isTold {
            apart[first] = apart[first].union(StateSet(second))
            apart[second] = apart[second].union(StateSet(first))
            isChanged = true
          }
        }
      }
    }
    var blocks: [StateSet] = []
    var rest = states
    while !rest.isEmpty {
      let block = rest.subtracting(apart[rest.least])
      blocks.append(block)
      rest = rest.subtracting(block)
    }
    return blocks
  }
}
