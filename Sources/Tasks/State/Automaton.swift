public import Files

/// Finite automata: one with choices reads a word, one without is made minimal.
///
///     run abba from 1: 1a>1 2, 2b>3, 3a>2, 3b>1 3; accept 2 3
///       ->  a: 1 2 / b: 3 / b: 1 3 / a: 1 2 / accept: 2 / Answer: 1 2 yes
///     minimal: 1a>2, 1b>1, 2a>3, 2b>4, 3a>2, 3b>3, 4a>1, 4b>2; accept 2 4
///       ->  1 3 | 2 4 / b on 2 4: 1 3 | 2 | 4 / a on 1 3: 1 | 2 | 3 | 4 / …
///
/// A `run` writes the set of states after each letter (Rabin, Scott 1959), closed under moves by
/// the empty word `e` where there are any; its answer is the last set and whether it accepts.
/// `minimal` splits blocks of states, any block by any letter that tells its states apart, until
/// none does (Moore 1956). Level l reads a word of l + 3 letters (knob `length`) or finds
/// (l + 7) / 2 blocks (knob `blocks`). Renaming states or letters and listing moves in another
/// order gives the same problem.
public struct Automaton: WalkFamily {
  enum Kind: Int, Sendable, CaseIterable { case run, minimal }

  public static let name = "automaton"

  static let stateLimit = 16
  static let lengthLimit = 32
  /// The letters a to d; the index after theirs is that of `e`, which reads nothing.
  static let letterLimit = 4

  public init() {}

  public var about: String {
    "Finite automata read words, all their states at once, or are made minimal split by split."
  }

  public var knobs: [Knob] {
    [
      .settable("kind", in: 0...1, "0 run, 1 minimal"),
      .settable("states", in: 5...12, "states of the automaton"),
      .settable("letters", in: 2...4, "letters of the alphabet"),
      .settable("length", in: 0...24, "letters of the word, 4 at least; 0 where none is read"),
      .settable("silent", in: 0...4, "moves of a run that read nothing"),
      .settable("blocks", in: 0...8, "blocks of the answer, 3 at least; 0 for a run"),
      .verbose,
    ]
  }

  struct Size {
    var states, letters, length, silent, blocks: Int
  }

  /// The kinds that a knob leaves possible; none if two of them disagree.
  static func kinds(at difficulty: Difficulty) -> [Kind] {
    Kind.allCases.filter { kind in
      let isRun = kind == .run
      return difficulty["kind"].map { $0 == kind.rawValue } ?? true
        && difficulty["length"].map { $0 > 0 } ?? isRun == isRun
        && difficulty["blocks"].map { $0 == 0 } ?? isRun == isRun
        && (isRun || difficulty["silent"] ?? 0 == 0)
    }
  }

  static func size(of kind: Kind, at difficulty: Difficulty) -> Size {
    let level = difficulty.level
    let letters = difficulty["letters"] ?? (level < 7 ? 2 : 3)
    if kind == .run {
      return Size(
        states: difficulty["states"] ?? 5 + level / 2, letters: letters,
        length: difficulty["length"] ?? level + 3,
        silent: difficulty["silent"] ?? (level < 7 ? 0 : 2), blocks: 0)
    }
    // A number of blocks that is set takes states enough.
    let states = difficulty["states"] ?? max(6 + level / 2, (difficulty["blocks"] ?? 0) + 1)
    return Size(
      states: states, letters: letters, length: 0, silent: 0,
      blocks: difficulty["blocks"] ?? min((level + 7) / 2, states - 1))
  }

  public func refusal(of difficulty: Difficulty) -> String? {
    guard let kind = Self.kinds(at: difficulty).first else {
      return "a run has a length and no blocks, minimal has blocks, no length and no silent moves"
    }
    if let length = difficulty["length"], (1...3).contains(length) {
      return "a word has 4 letters at least"
    }
    if let blocks = difficulty["blocks"], blocks > 0 {
      if blocks < 3 { return "with fewer than 3 blocks there is nothing to split" }
      if blocks >= Self.size(of: kind, at: difficulty).states {
        return "there must be more states than blocks"
      }
    }
    return nil
  }

  public func knobs(of problem: Problem, at difficulty: Difficulty) -> JSONObject? {
    let machine = problem.machine
    guard Self.kinds(at: difficulty).contains(machine.kind) else { return nil }
    let size = Self.size(of: machine.kind, at: difficulty)
    guard machine.count == size.states, machine.letters.count == size.letters,
      machine.word.count == size.length, machine.silentCount == size.silent,
      machine.kind == .run || machine.coarsest.blocks.count == size.blocks
    else { return nil }
    return [
      "kind": .init(machine.kind.rawValue), "states": .init(size.states),
      "letters": .init(size.letters), "length": .init(size.length), "silent": .init(size.silent),
      "blocks": .init(size.blocks), "verbose": difficulty.isVerbose ? 1 : 0,
    ]
  }

  public func choices(_ state: Problem) -> Int {
    switch state.machine.kind {
    case .run: state.reading == nil ? 0 : 1
    case .minimal: state.line == 0 ? 1 : state.splitCount
    }
  }

  public func step(_ state: Problem, _ choice: Int) -> (line: String, state: Problem) {
    switch state.machine.kind {
    case .run: state.runStep()
    case .minimal: state.line == 0 ? state.parting(state.parts) : state.splitStep(choice)
    }
  }

  public func answer(_ state: Problem) -> String {
    var bytes: [UInt8] = []
    switch state.machine.kind {
    case .run:
      bytes.append(states: state.states)
      bytes += (state.accepted == 0 ? " no" : " yes").utf8
    case .minimal: bytes.append(blocks: state.blocks)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  public func note(_ state: Problem, _ choice: Int, line: Int) -> StepNote? {
    let inputs = line == 1 ? [0] : [0, line - 1]
    return switch (state.machine.kind, state.reading) {
    case (.minimal, _): StepNote(line == 1 ? "part" : "split", from: inputs)
    case (.run, .accept?): StepNote("accept", from: inputs)
    case (.run, .silent?): StepNote("close", from: inputs)
    case (.run, _): StepNote("move", from: inputs)
    }
  }

  public func slips(_ state: Problem, _ choice: Int) -> [Slip<Problem>] {
    switch state.machine.kind {
    case .run: state.runSlips()
    case .minimal: state.line == 0 ? state.partSlips() : state.splitSlips(choice)
    }
  }

  public func guesses(_ problem: Problem) -> [(name: String, answer: String)] {
    let machine = problem.machine
    var answers: [(name: String, answer: String)] = []
    switch machine.kind {
    case .run:
      func add(_ name: String, _ states: States) {
        var end = problem
        end.states = states
        end.accepted = states & machine.accepting
        answers.append((name, answer(end)))
      }
      add("start", machine.closure(of: machine.startSet))
      add("accepting states", machine.accepting)
      add("one path", machine.onePath)
      add("last letter", machine.states(after: machine.word.suffix(1), from: machine.all))
      add("last two letters", machine.states(after: machine.word.suffix(2), from: machine.all))
    case .minimal:
      func add(_ name: String, _ blocks: Blocks) {
        var end = problem
        end.blocks = blocks
        answers.append((name, answer(end)))
      }
      add("accepting and others", problem.parts)
      add("one round", machine.refined(problem.parts))
      add("all apart", Blocks(machine.all.each.map { 1 << $0 }))
      add("equal moves", machine.equalRows)
    }
    return answers
  }

  public func shortcutBound(level: Int) -> Double { 0.15 }
}
