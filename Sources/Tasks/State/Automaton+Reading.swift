extension Array where Element == UInt8 {
  private static let none = Array("none".utf8)

  /// `1 2 5`, or `none`.
  mutating func append(states: Automaton.States) {
    if states == 0 { append(contentsOf: Self.none) }
    var rest = states
    while rest != 0 {
      if rest != states { append(UInt8(ascii: " ")) }
      append(state: rest.trailingZeroBitCount)
      rest &= rest - 1
    }
  }

  /// `1 4 | 2 | 3 5`.
  mutating func append(blocks: Automaton.Blocks) {
    for index in 0..<blocks.count {
      if index > 0 {
        append(contentsOf: [UInt8(ascii: " "), UInt8(ascii: "|"), UInt8(ascii: " ")])
      }
      append(states: blocks[index])
    }
  }

  /// A state, counted from 0, is written from 1.
  fileprivate mutating func append(state: Int) {
    let number = UInt8(state + 1)
    if number > 9 { append(UInt8(ascii: "1")) }
    append(UInt8(ascii: "0") + number % 10)
  }
}

extension Automaton.Machine {
  private static let letterA = UInt8(ascii: "a")

  /// As it is given to a model.
  var text: String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(320)
    switch kind {
    case .run:
      bytes += "run ".utf8
      for letter in word { bytes.append(Self.letterA + letter) }
      bytes += " from ".utf8
      bytes.append(state: start)
    case .minimal: bytes += "minimal".utf8
    }
    var mark = UInt8(ascii: ":")
    for row in rows {
      bytes.append(mark)
      mark = UInt8(ascii: ",")
      bytes.append(UInt8(ascii: " "))
      bytes.append(state: Int(row) / Self.width)
      bytes.append(Self.letterA + row % UInt8(Self.width))
      bytes.append(UInt8(ascii: ">"))
      bytes.append(states: moves[Int(row)])
    }
    bytes += "; accept ".utf8
    bytes.append(states: accepting)
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension Automaton {
  /// Reads a problem as `text` writes one: states from 1 on without a gap, all of them named.
  public func read(_ text: String) -> Problem? {
    var reader = AutomatonReader(bytes: Array(text.utf8))
    return reader.machine().map { Problem($0) }
  }
}

/// Reads what `Automaton` writes, byte by byte.
private struct AutomatonReader {
  typealias States = Automaton.States
  typealias Machine = Automaton.Machine

  let bytes: [UInt8]
  private var at = 0
  private var moves = [States](repeating: 0, count: Automaton.stateLimit * Machine.width)
  private var rows: [UInt8] = []
  /// States that are named anywhere.
  private var named: States = 0

  init(bytes: [UInt8]) {
    self.bytes = bytes
    rows.reserveCapacity(48)
  }

  mutating func machine() -> Machine? {
    let kind: Automaton.Kind
    var word: [UInt8] = []
    var start = 0
    if take("run ") {
      kind = .run
      while let letter = letter(below: Automaton.letterLimit) { word.append(letter) }
      guard (1...Automaton.lengthLimit).contains(word.count), take(" from "), let first = state()
      else { return nil }
      start = first
      named |= 1 << States(start)
    } else {
      kind = .minimal
      guard take("minimal") else { return nil }
    }
    guard take(": ") else { return nil }
    repeat { if !row(of: kind) { return nil } } while take(", ")
    guard take("; accept "), let accepting = set(), at == bytes.count else { return nil }
    let count = Automaton.stateLimit - named.leadingZeroBitCount
    let machine = Machine(
      kind: kind, count: count, moves: Array(moves.prefix(count * Machine.width)), rows: rows,
      accepting: accepting, start: start, word: word)
    guard named == machine.all else { return nil }
    switch kind {
    case .run:
      // A letter that is never read would be one of several that may be exchanged.
      var read = 0
      for letter in word { read |= 1 << Int(letter) }
      guard machine.letters.allSatisfy({ read >> $0 & 1 == 1 }) else { return nil }
    case .minimal:
      guard accepting != named, rows.count == count * machine.letters.count else { return nil }
    }
    return machine
  }

  private mutating func row(of kind: Automaton.Kind) -> Bool {
    let isRun = kind == .run
    guard let state = state(),
      let letter = letter(below: Automaton.letterLimit + (isRun ? 1 : 0)),
      take(">"), let targets = set()
    else { return false }
    let row = Machine.width * state + Int(letter)
    guard moves[row] == 0, isRun || targets & (targets - 1) == 0 else { return false }
    moves[row] = targets
    rows.append(UInt8(row))
    named |= 1 << States(state)
    return true
  }

  /// Ascending states, one at least.
  private mutating func set() -> States? {
    guard let first = state() else { return nil }
    var set: States = 1 << States(first)
    while at + 1 < bytes.count, bytes[at] == UInt8(ascii: " ") {
      at += 1
      guard let next = state(), set >> States(next) == 0 else { return nil }
      set |= 1 << States(next)
    }
    named |= set
    return set
  }

  private mutating func state() -> Int? {
    guard at < bytes.count, (UInt8(ascii: "1")...UInt8(ascii: "9")).contains(bytes[at]) else {
      return nil
    }
    var number = Int(bytes[at] - UInt8(ascii: "0"))
    at += 1
    if at < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[at]) {
      number = 10 * number + Int(bytes[at] - UInt8(ascii: "0"))
      at += 1
    }
    return number <= Automaton.stateLimit ? number - 1 : nil
  }

  private mutating func letter(below limit: Int) -> UInt8? {
    guard at < bytes.count, bytes[at] >= UInt8(ascii: "a"),
      Int(bytes[at] - UInt8(ascii: "a")) < limit
    else { return nil }
    at += 1
    return bytes[at - 1] - UInt8(ascii: "a")
  }

  private mutating func take(_ text: String) -> Bool {
    guard bytes[at...].starts(with: text.utf8) else { return false }
    at += text.utf8.count
    return true
  }
}
