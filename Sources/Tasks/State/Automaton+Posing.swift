public import Randomness

extension Automaton {
  /// Automata tried for one whose question is worth asking.
  private static let attempts = 16

  public func pose(
    at difficulty: Difficulty, using stream: inout RandomStream
  ) -> PosedProblem {
    let kinds = Self.kinds(at: difficulty)
    let kind = kinds[kinds.count == 1 ? 0 : stream.uniform(kinds.count)]
    let size = Self.size(of: kind, at: difficulty)
    let machine =
      kind == .run
      ? Self.runMachine(size, using: &stream) : Self.minimalMachine(size, using: &stream)
    let problem = Problem(machine.listed(using: &stream))
    return posed(problem, text: problem.machine.text, at: difficulty)
  }

  // Runs.

  /// One that does not die, is in several states at some time and does not end in all of them, and
  /// whose end half of the word does not tell: it is another if that half is read from everywhere.
  private static func runMachine(_ size: Size, using stream: inout RandomStream) -> Machine {
    var machine = anyRunMachine(size, using: &stream)
    for _ in 1..<attempts {
      var states = machine.closure(of: machine.startSet)
      var (isAlive, isWide) = (true, false)
      for letter in machine.word {
        states = machine.closure(of: machine.image(of: states, by: Int(letter)))
        isAlive = isAlive && states != 0
        isWide = isWide || states.nonzeroBitCount > 1
      }
      if isAlive, isWide, states != machine.all,
        states != machine.states(after: machine.word.suffix(size.length / 2), from: machine.all)
      {
        break
      }
      machine = anyRunMachine(size, using: &stream)
    }
    return machine
  }

  /// Of eight pairs of a state and a letter, this many lead nowhere and this many to two states.
  private static func shares(_ size: Size) -> (none: Int, two: Int) {
    (none: 1, two: size.silent == 0 ? 3 : 2)
  }

  private static func anyRunMachine(_ size: Size, using stream: inout RandomStream) -> Machine {
    let shares = shares(size)
    var moves = [States](repeating: 0, count: size.states * Machine.width)
    for state in 0..<size.states {
      for letter in 0..<size.letters {
        let draw = stream.uniform(8)
        if draw < shares.none { continue }
        var targets: States = 1 << States(stream.uniform(size.states))
        if draw >= 8 - shares.two {
          // Another one of the states.
          var second: States
          repeat { second = 1 << States(stream.uniform(size.states)) } while second == targets
          targets |= second
        }
        moves[Machine.width * state + letter] = targets
      }
    }
    var silent = 0
    while silent < size.silent {
      let (from, to) = (stream.uniform(size.states), stream.uniform(size.states))
      let row = Machine.width * from + Machine.silent
      if from == to || moves[row] >> States(to) & 1 == 1 { continue }
      moves[row] |= 1 << States(to)
      silent += 1
    }
    let word = word(size, using: &stream)
    let start = stream.uniform(size.states)
    var accepting = States(1 + stream.uniform((1 << size.states) - 2))
    // Every state is named somewhere.
    var named = accepting | 1 << States(start)
    for (row, targets) in moves.enumerated() where targets != 0 {
      named |= targets | 1 << States(row / Machine.width)
    }
    accepting |= ~named & (States.max >> States(stateLimit - size.states))
    return Machine(
      kind: .run, count: size.states, moves: moves, rows: rows(of: moves),
      accepting: accepting, start: start, word: word)
  }

  /// Uniform among the words that have all the letters.
  private static func word(_ size: Size, using stream: inout RandomStream) -> [UInt8] {
    var word = [UInt8](repeating: 0, count: size.length)
    while true {
      var used = 0
      for place in word.indices {
        word[place] = UInt8(stream.uniform(size.letters))
        used |= 1 << Int(word[place])
      }
      if used == 1 << size.letters - 1 { return word }
    }
  }

  private static func rows(of moves: [States]) -> [UInt8] {
    var rows: [UInt8] = []
    rows.reserveCapacity(moves.count)
    for (row, targets) in moves.enumerated() where targets != 0 { rows.append(UInt8(row)) }
    return rows
  }

  // Minimal automata.

  /// An automaton whose states fall into as many blocks as asked for: one of so many states, no
  /// two of them equivalent, and each of its moves led to any state of the right block.
  private static func minimalMachine(_ size: Size, using stream: inout RandomStream) -> Machine {
    // Which block each state is in; every block has one at least.
    var order = Array(0..<size.states)
    stream.shuffle(&order)
    var block = [Int](repeating: 0, count: size.states)
    var members = [[Int]](repeating: [], count: size.blocks)
    for (place, state) in order.enumerated() {
      block[state] = place < size.blocks ? place : stream.uniform(size.blocks)
      members[block[state]].append(state)
    }
    var attempt = 0
    while true {
      attempt += 1
      let targets = (0..<size.blocks * size.letters).map { _ in stream.uniform(size.blocks) }
      let accepted = 1 + stream.uniform((1 << size.blocks) - 2)
      guard let rounds = rounds(targets, size, accepted: accepted) else { continue }
      // One round is found at a glance, and so are equivalent states that all move alike.
      let isLast = attempt >= attempts
      if rounds < 2, !isLast { continue }
      var moves = [States](repeating: 0, count: size.states * Machine.width)
      var accepting: States = 0
      for state in 0..<size.states {
        if accepted >> block[state] & 1 == 1 { accepting |= 1 << States(state) }
        for letter in 0..<size.letters {
          let among = members[targets[block[state] * size.letters + letter]]
          moves[Machine.width * state + letter] = 1 << States(among[stream.uniform(among.count)])
        }
      }
      let machine = Machine(
        kind: .minimal, count: size.states, moves: moves, rows: rows(of: moves),
        accepting: accepting)
      if isLast || machine.equalRows.count > size.blocks { return machine }
    }
  }

  /// The rounds in which an automaton's states all come apart; `nil` if they do not.
  private static func rounds(_ targets: [Int], _ size: Size, accepted: Int) -> Int? {
    var moves = [States](repeating: 0, count: size.blocks * Machine.width)
    for (index, target) in targets.enumerated() {
      moves[Machine.width * (index / size.letters) + index % size.letters] = 1 << States(target)
    }
    let machine = Machine(
      kind: .minimal, count: size.blocks, moves: moves,
      rows: (0..<size.letters).map { UInt8($0) }, accepting: States(accepted))
    let (blocks, rounds) = machine.coarsest
    return blocks.count == size.blocks ? rounds : nil
  }

  // How many there are.

  /// A named automaton is drawn in one attempt with a probability of at most
  ///
  ///     run      r^(n k) / (n C(n (n - 1), s) k! S(L, k))
  ///     minimal  m! (n/m)^m (n - m)! / (n! m^(n-m)) / (m^(m k) (2^m - 2))
  ///
  /// with n states, k letters, L letters in the word, s silent moves, m blocks, r the greatest
  /// share of one set of targets, S Stirling's number of the second kind. In the second line, each
  /// of m! numberings of the blocks has for its representatives the product of the blocks' sizes,
  /// at most (n/m)^m, of n!/(n - m)! choices. At most n! k! named automata are one. A run takes at
  /// most 16 attempts; `minimal` takes 16 and those until one has no equivalent states, which more
  /// than half have: fewer than 20 on average.
  public func space(at difficulty: Difficulty) -> ProblemSpace {
    let kinds = Self.kinds(at: difficulty)
    var (collision, heaviest) = (0.0, 0.0)
    var drawn: [String] = []
    for kind in kinds {
      let size = Self.size(of: kind, at: difficulty)
      let bound = min(1, kind == .run ? Self.runBound(size) : Self.minimalBound(size))
      let share = 1 / Double(kinds.count)
      collision += share * share * bound
      heaviest = max(heaviest, share * bound)
      drawn.append(
        "\(size.states) states"
          + (kind == .run ? " and a word of \(size.length)" : " in \(size.blocks) blocks"))
    }
    return ProblemSpace(
      problems: ProblemSpace.uncounted, collision: collision, collisionIsExact: false,
      heaviest: heaviest,
      note: drawn.joined(separator: ", or ")
        + ", up to renaming; bounded by the moves, words and blocks drawn")
  }

  private static func runBound(_ size: Size) -> Double {
    let (n, k) = (size.states, size.letters)
    let shares = shares(size)
    let pairs = Double(n * (n - 1))
    let row = max(
      Double(shares.none) / 8, Double(8 - shares.none - shares.two) / 8 / Double(n),
      Double(shares.two) / 4 / pairs)
    // Sets of silent moves.
    let silent = (0..<size.silent).reduce(1.0) {
      $0 * (pairs - Double($1)) / Double($1 + 1)
    }
    return Double(attempts) * factorial(n - 1) * power(row, n * k) / silent
      / stirling(size.length, k)
  }

  private static func minimalBound(_ size: Size) -> Double {
    let (n, k, m) = (size.states, size.letters, size.blocks)
    let states = Double(n) / Double(m)
    let assignment =
      factorial(m) * power(states, m) * factorial(n - m) / power(Double(m), n - m)
    return 20 * factorial(k) * assignment / power(Double(m), m * k) / (power(2, m) - 2)
  }

  private static func factorial(_ number: Int) -> Double {
    (0..<number).reduce(1.0) { $0 * Double($1 + 1) }
  }

  private static func power(_ base: Double, _ exponent: Int) -> Double {
    (0..<exponent).reduce(1.0) { product, _ in product * base }
  }

  /// Ways to part this many places among some letters, none of which goes without.
  private static func stirling(_ places: Int, _ letters: Int) -> Double {
    var row = [Double](repeating: 0, count: letters + 1)
    row[0] = 1
    for _ in 0..<places {
      for number in stride(from: letters, to: 0, by: -1) {
        row[number] = Double(number) * row[number] + row[number - 1]
      }
      row[0] = 0
    }
    return row[letters]
  }
}

extension Automaton.Machine {
  /// The same with its moves listed in a random order.
  fileprivate func listed(using stream: inout RandomStream) -> Automaton.Machine {
    var listed: [UInt8] = []
    listed.reserveCapacity(rows.count)
    // Each takes the place of one before it, which goes to the end.
    for row in rows {
      let place = stream.uniform(listed.count + 1)
      listed.append(row)
      listed.swapAt(place, listed.count - 1)
    }
    return Automaton.Machine(
      kind: kind, count: count, moves: moves, rows: listed, accepting: accepting, start: start,
      word: word)
  }
}
