public import Files
public import Randomness
internal import Records
public import Tasks
public import Verifiers

/// Throws random changes of real problems and solutions at a verifier: it must neither crash nor
/// stall, and what it accepts must be a trace.
///
/// Inputs are a function of seed, family and index. A crash ends the process, so run families one
/// by one.
public struct Fuzzing: Sendable {
  /// Name of the family whose verifier was tried.
  public let family: String
  /// Inputs that the verifier has judged.
  public private(set) var inputs = 0
  /// Those of them that it accepted, rightly or not.
  public private(set) var accepted = 0
  /// Accepted inputs that the family's own walk judges as wrong; the first few as text.
  public private(set) var falseAccepts: [String] = []
  /// Number of such inputs; `falseAccepts` has no more than ten.
  public private(set) var falseAcceptCount = 0
  /// Most processor time that one input took, all ways of judging it together.
  public private(set) var slowest = Duration.zero
  /// The index of the slowest input.
  public private(set) var slowestInput = 0
  /// The slowest input, if it took longer than the limit.
  public private(set) var slowInput: (problem: [UInt8], solution: [UInt8])?
  /// Most resident memory of the process, in bytes.
  public private(set) var memory = 0

  /// A verdict must come within this time of the processor.
  public static let timeLimit = Duration.milliseconds(100)

  /// Whether nothing was wrongly accepted and every input took less than `timeLimit`.
  public var isClean: Bool { falseAcceptCount == 0 && slowest < Self.timeLimit }

  /// - Parameters:
  ///   - count: inputs.
  ///   - progress: called now and then with the inputs so far.
  /// - Throws: `TaskError`, `Interrupted`.
  public init(
    _ verifier: any Verifier, of family: any ProblemFamily, count: Int, seed: Seed,
    progress: (Int) -> Void = { _ in }
  ) throws {
    self.family = family.name
    let corpus = try Self.corpus(of: family, seed: seed)
    for index in 0..<count {
      if index % 4096 == 0 {
        try Interruption.check()
        progress(index)
      }
      var stream = seed.child(family.name).child("fuzz").child(index).stream()
      let (problem, solution) = Self.input(from: corpus, using: &stream)
      let start = ThreadTime.now
      let verdict = verifier.verify(problem: problem, solution: solution)
      if index % 16 == 0 {
        _ = verifier.judgeAnswer(problem: problem, text: solution)
        _ = verifier.steps(problem: problem, solution: solution)
        _ = verifier.verify(problem: problem, solution: solution, granting: 1 + stream.uniform(8))
      }
      let time = ThreadTime.now - start
      if time > slowest {
        (slowest, slowestInput) = (time, index)
        if time >= Self.timeLimit { slowInput = (problem, solution) }
      }
      inputs += 1
      if verdict.isAccepted {
        accepted += 1
        judge(verdict, family, problem, Self.compact(solution, problem, verifier))
      }
    }
    memory = ProcessMemory.peakBytes
  }

  /// Holds an accepted input against the family's own walk.
  private mutating func judge(
    _ verdict: Verdict, _ family: any ProblemFamily, _ problem: [UInt8], _ solution: [UInt8]
  ) {
    let text = String(decoding: problem, as: UTF8.self)
    guard let walk = family as? any WalkFamily, let judge = TraceJudge(walk, problem: text) else {
      // A problem that the family does not write, though its verifier reads it.
      return
    }
    switch judge.judge(solution) {
    case .valid(let answer) where verdict == .accepted(answer: answer): return
    case .open: return
    case let judgement:
      falseAcceptCount += 1
      if falseAccepts.count < 10 {
        falseAccepts.append(
          "\(text.debugDescription), \(String(decoding: solution, as: UTF8.self).debugDescription): "
            + "accepted, by the walk \(judgement)")
      }
    }
  }

  /// An accepted solution in compact rendering: the walk writes no other.
  private static func compact(
    _ solution: [UInt8], _ problem: [UInt8], _ verifier: any Verifier
  ) -> [UInt8] {
    let start = solution.drop { $0 == 0x20 }
    let afterNumber = start.drop { (0x30...0x39).contains($0) }.drop { $0 == 0x20 }
    guard afterNumber.first == UInt8(ascii: ")"), start.first != UInt8(ascii: ")"),
      let steps = verifier.steps(problem: problem, solution: solution)
    else { return solution }
    let whole = solution.last == 0x0A ? solution.dropLast() : solution[...]
    let answer = whole.split(separator: 0x0A, omittingEmptySubsequences: false).last ?? []
    return Array((steps.map { Array($0.claim.utf8) } + [Array(answer)]).joined(separator: [0x0A]))
  }

  private static func corpus(
    of family: any ProblemFamily, seed: Seed
  ) throws -> [(problem: [UInt8], solution: [UInt8])] {
    let verbose = family.knobs.contains(.verbose)
    return try family.levels.flatMap { level in
      try (0..<12).map { index in
        let record = try draw(
          family, level: level, settings: verbose && index % 4 == 3 ? ["verbose": 1] : [:],
          seed: seed, index: index)
        return (Array(record.problem.utf8), Array(record.solution.utf8))
      }
    }
  }

  private static func input(
    from corpus: [(problem: [UInt8], solution: [UInt8])], using stream: inout RandomStream
  ) -> (problem: [UInt8], solution: [UInt8]) {
    var (problem, solution) = corpus[stream.uniform(corpus.count)]
    let other = corpus[stream.uniform(corpus.count)]
    if stream.uniform(4) == 0 {
      for _ in 0...stream.uniform(3) { change(&problem, other.problem, using: &stream) }
    }
    if stream.uniform(8) > 0 {
      for _ in 0...stream.uniform(4) { change(&solution, other.solution, using: &stream) }
    }
    return (problem, solution)
  }
}

extension Fuzzing {
  private static func quoted(_ bytes: [UInt8]) -> String {
    String(decoding: bytes, as: UTF8.self).debugDescription
  }

  /// For people: a line of counts, then the wrongly accepted inputs and the one that was too slow.
  public var text: String {
    let milliseconds =
      Double(slowest.components.attoseconds) / 1e15
      + Double(slowest.components.seconds) * 1e3
    return
      ([
        "\(family): \(inputs) inputs, \(accepted) accepted, \(falseAcceptCount) of them wrongly; "
          + "slowest \((milliseconds * 100).rounded() / 100) ms (input \(slowestInput)); "
          + "\(memory >> 20) MiB at most"
      ] + falseAccepts.map { "  \($0)" }
      + (slowInput.map {
        ["  over \(Self.timeLimit): \(Self.quoted($0.problem)), \(Self.quoted($0.solution))"]
      } ?? [])).joined(separator: "\n")
  }

  /// One object: the family, the counts, times in milliseconds, memory in bytes, and the inputs at
  /// fault as quoted texts.
  public var json: JSON {
    [
      "family": JSON(family), "inputs": JSON(inputs), "accepted": JSON(accepted),
      "false_accepts": JSON(falseAcceptCount),
      "slowest_ms": JSON(
        Double(slowest.components.attoseconds) / 1e15 + Double(slowest.components.seconds) * 1e3),
      "slowest_input": JSON(slowestInput),
      "slow": slowInput.map {
        ["problem": JSON(Self.quoted($0.problem)), "solution": JSON(Self.quoted($0.solution))]
      } ?? .null,
      "memory_bytes": JSON(memory),
      "examples": JSON(falseAccepts) { JSON($0) },
    ]
  }
}
