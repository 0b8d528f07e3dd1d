extension Automaton.Problem {
  typealias States = Automaton.States
  typealias Blocks = Automaton.Blocks

  /// What a line of a run reads.
  enum Reading: Equatable {
    case letter(UInt8)
    /// Nothing: the moves by `e` are followed.
    case silent
    /// The end of the word.
    case accept
  }

  /// What the next line reads: each letter of the word, nothing before the first and after each of
  /// them where there are moves by `e`, then the end; `nil` after that.
  var reading: Reading? {
    let letters = machine.word.count
    if machine.isSilent {
      if line > 2 * letters { return line == 2 * letters + 1 ? .accept : nil }
      return line.isMultiple(of: 2) ? .silent : .letter(machine.word[line / 2])
    }
    if line >= letters { return line == letters ? .accept : nil }
    return .letter(machine.word[line])
  }

  private func right(_ reading: Reading) -> States {
    switch reading {
    case .letter(let letter): machine.image(of: states, by: Int(letter))
    case .silent: machine.closure(of: states)
    case .accept: states & machine.accepting
    }
  }

  func runStep() -> (line: String, state: Self) {
    guard let reading else { return ("", self) }
    return writing(reading, right(reading))
  }

  /// A line with its label; where it leads depends on the line's place alone.
  private func writing(_ label: Reading, _ found: States) -> (line: String, state: Self) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(40)
    switch label {
    case .letter(let letter): bytes.append(UInt8(ascii: "a") + letter)
    case .silent: bytes.append(UInt8(ascii: "e"))
    case .accept: bytes += "accept".utf8
    }
    bytes.append(UInt8(ascii: ":"))
    bytes.append(UInt8(ascii: " "))
    bytes.append(states: found)
    var next = self
    if reading == .accept { next.accepted = found } else { next.states = found }
    next.line += 1
    return (String(decoding: bytes, as: UTF8.self), next)
  }

  func runSlips() -> [Slip<Self>] {
    guard let reading else { return [] }
    let right = right(reading)
    var slips: [Slip<Self>] = []
    func add(_ kind: String, _ label: Reading, _ found: States) {
      if label == reading, found == right { return }
      let step = writing(label, found)
      slips.append(Slip(kind, line: step.line, state: step.state))
    }
    let first = right & (0 &- right)
    let other = machine.all & ~right
    let firstOther = other & (0 &- other)
    switch reading {
    case .letter(let letter):
      // Only one of the states moves, or each of them by only one of its moves.
      add("forgotten-state", reading, machine.image(of: states & (0 &- states), by: Int(letter)))
      let single = states.each.reduce(States(0)) { single, state in
        let targets = machine.image(of: 1 << States(state), by: Int(letter))
        return single | targets & (0 &- targets)
      }
      add("missed-move", reading, single)
      if let wrong = machine.letters.first(where: { $0 != Int(letter) }) {
        add("wrong-letter", reading, machine.image(of: states, by: wrong))
      }
      let place = machine.isSilent ? line / 2 : line
      if place + 1 < machine.word.count {
        let next = machine.word[place + 1]
        add("skipped-letter", .letter(next), machine.image(of: states, by: Int(next)))
      }
      // A state that does not move stays.
      add("kept-states", reading, right | states)
    case .silent:
      add("missed-closure", reading, states)
      add("one-move", reading, states | machine.image(of: states, by: Automaton.Machine.silent))
      if right != states { add("left-states", reading, right & ~states) }
    case .accept:
      add("wrong-acceptance", reading, right == 0 ? states & (0 &- states) : 0)
      add("all-accepting", reading, machine.accepting)
    }
    if firstOther != 0 {
      add("extra-state", reading, right | firstOther)
      if right != 0 { add("swapped-states", reading, right & ~first | firstOther) }
    }
    return slips
  }

  // Blocks.

  var splitCount: Int {
    var count = 0
    for index in 0..<blocks.count {
      for letter in machine.letters where machine.isSplit(blocks[index], by: letter, in: blocks) {
        count += 1
      }
    }
    return count
  }

  func splitStep(_ choice: Int) -> (line: String, state: Self) {
    let (block, letter) = split(choice)
    let parts = machine.split(block, by: letter, in: blocks)
    return splitting(block, letter, blocks.replacing(block, by: parts))
  }

  private func split(_ choice: Int) -> (block: States, letter: Int) {
    var left = choice
    for index in 0..<blocks.count {
      for letter in machine.letters where machine.isSplit(blocks[index], by: letter, in: blocks) {
        if left == 0 { return (blocks[index], letter) }
        left -= 1
      }
    }
    return (0, 0)
  }

  func parting(_ blocks: Blocks) -> (line: String, state: Self) {
    var bytes: [UInt8] = []
    bytes.append(blocks: blocks)
    return (String(decoding: bytes, as: UTF8.self), after(blocks))
  }

  private func splitting(
    _ block: States, _ letter: Int, _ blocks: Blocks
  ) -> (line: String, state: Self) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(64)
    bytes.append(UInt8(ascii: "a") + UInt8(letter))
    bytes += " on ".utf8
    bytes.append(states: block)
    bytes.append(UInt8(ascii: ":"))
    bytes.append(UInt8(ascii: " "))
    bytes.append(blocks: blocks)
    return (String(decoding: bytes, as: UTF8.self), after(blocks))
  }

  private func after(_ blocks: Blocks) -> Self {
    var next = self
    next.blocks = blocks
    next.line += 1
    return next
  }

  func partSlips() -> [Slip<Self>] {
    var slips: [Slip<Self>] = []
    func add(_ kind: String, _ blocks: Blocks) {
      if blocks == parts { return }
      let step = parting(blocks)
      slips.append(Slip(kind, line: step.line, state: step.state))
    }
    add("not-parted", Blocks([machine.all]))
    if let moved = parts.withOneMoved { add("wrong-side", moved) }
    add("all-apart", Blocks(machine.all.each.map { 1 << $0 }))
    return slips
  }

  func splitSlips(_ choice: Int) -> [Slip<Self>] {
    let (block, letter) = split(choice)
    let parts = machine.split(block, by: letter, in: blocks)
    let right = blocks.replacing(block, by: parts)
    var slips: [Slip<Self>] = []
    func add(_ kind: String, _ block: States, _ letter: Int, _ result: Blocks) {
      // Another block and letter may be right as well.
      let isRight =
        machine.isSplit(block, by: letter, in: blocks)
        && blocks.replacing(block, by: machine.split(block, by: letter, in: blocks)) == result
      if isRight { return }
      let step = splitting(block, letter, result)
      slips.append(Slip(kind, line: step.line, state: step.state))
    }
    add("no-split", block, letter, blocks)
    if let moved = parts.withOneMoved {
      add("wrong-side", block, letter, blocks.replacing(block, by: moved))
    }
    add(
      "all-apart", block, letter,
      blocks.replacing(block, by: Blocks(block.each.map { 1 << $0 })))
    if let other = machine.letters.first(where: { $0 != letter }) {
      add("wrong-letter", block, other, right)
    }
    if let other = (0..<blocks.count).first(where: { blocks[$0] != block }) {
      add("wrong-block", blocks[other], letter, right)
      // A part falls in with another block.
      let merged = parts[0] | blocks[other]
      add("merged", block, letter, right.replacing(merged, by: Blocks([merged])))
    }
    return slips
  }
}

extension Automaton.Blocks {
  /// The first two blocks with a state on the other side; `nil` if both hold one alone.
  fileprivate var withOneMoved: Self? {
    guard count > 1 else { return nil }
    let (first, second) = (self[0], self[1])
    let moved = first & (first - 1) != 0 ? first & (0 &- first) : second & (0 &- second)
    guard moved != second else { return nil }
    return replacing(first | second, by: Self([first ^ moved, second ^ moved]))
  }
}
