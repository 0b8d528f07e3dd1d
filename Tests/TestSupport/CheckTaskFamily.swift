internal import Files
internal import Auditing
public import Randomness
internal import Records
public import Tasks
public import Verifiers

/// What `checkTaskFamily` found: mutants by the enumerator's judgement and the verifier's.
public struct TaskFamilyReport: Sendable {
  public var family: String
  public var traces = 0
  public var invalid = 0
  public var valid = 0
  /// Mutants per kind.
  public var kinds: [String: Int] = [:]
  /// Own traces that the verifier or the enumerator refuses.
  public var refusedTraces: [String] = []
  /// Invalid mutants that the verifier accepts.
  public var falseAccepts: [String] = []
  /// Valid mutants that it rejects, or accepts with another answer.
  public var falseRejects: [String] = []
  /// Invalid mutants that it rejects at another step than the first bad line.
  public var wrongSteps: [String] = []

  public init(family: String) { self.family = family }

  public var mutants: Int { invalid + valid }
  public var isClean: Bool {
    refusedTraces.isEmpty && falseAccepts.isEmpty && falseRejects.isEmpty && wrongSteps.isEmpty
  }

  /// `sum-reduce: 14 212 mutants, 13 950 invalid all rejected, 262 valid all accepted`.
  public var line: String {
    func counted(_ failures: [String], _ all: String) -> String {
      failures.isEmpty ? all : "NOT all \(all.dropFirst(4)) (\(failures.count) exceptions)"
    }
    return "\(family): \(traces) own traces, \(mutants) mutants, "
      + "\(invalid) invalid \(counted(falseAccepts, "all rejected"))"
      + " \(wrongSteps.isEmpty ? "at their first bad line" : "(\(wrongSteps.count) at a wrong line)")"
      + ", \(valid) valid \(counted(falseRejects, "all accepted"))"
  }

  /// The first few of each failure, for a test's message.
  public var failures: String {
    [
      ("refused own traces", refusedTraces), ("accepted though invalid", falseAccepts),
      ("rejected though valid", falseRejects), ("rejected at a wrong line", wrongSteps),
    ].filter { !$0.1.isEmpty }
      .map { "\($0.0):\n" + $0.1.prefix(5).joined(separator: "\n") }.joined(separator: "\n")
  }
}

/// Holds a family's verifier against an enumerator of all valid traces.
///
/// From every level, own records are drawn and must be accepted. Each is then changed: its
/// solution typed and blind, its problem likewise; it is given another valid trace, the trace of
/// a changed problem, the lines of another order. The enumerator judges every distinct mutant.
public func checkTaskFamily<Enumerator: TraceEnumerator>(
  _ family: any ProblemFamily, verifier: any Verifier, enumerator: Enumerator, seed: Seed,
  recordsPerLevel: Int = 4, blindPerRecord: Int = 600
) throws -> TaskFamilyReport {
  var report = TaskFamilyReport(family: family.name)
  var stream = seed.child(family.name).child("mutants").stream()
  let alphabet = Set(enumerator.alphabet.utf8).sorted()
  for level in family.levels {
    for index in 0..<recordsPerLevel {
      let record = try draw(family, level: level, seed: seed, index: index)
      let problem = Array(record.problem.utf8)
      let solution = Array(record.solution.utf8)
      let tree = TraceTree(enumerator, problem: problem)
      report.traces += 1
      if tree.judge(solution) != .valid(answer: record.answer ?? "")
        || verifier.verify(problem: problem, solution: solution)
          != .accepted(answer: record.answer ?? "")
      {
        report.refusedTraces.append("\(record.problem) | \(record.solution)")
      }

      var mutants: Set<Mutant> = []
      func add(_ kind: String, _ problem: [UInt8], _ solution: [UInt8]) {
        mutants.insert(Mutant(kind: kind, problem: problem, solution: solution))
      }
      for (kind, text) in Mutations.typed(solution, using: &stream) { add(kind, problem, text) }
      for text in Mutations.blind(
        solution, alphabet: alphabet, limit: blindPerRecord, using: &stream)
      {
        add("blind", problem, text)
      }
      for (kind, text) in Mutations.typed(problem, using: &stream) {
        add("problem: " + kind, text, solution)
        // Right for the changed problem, as a rule wrong for the one given.
        let changed = TraceTree(enumerator, problem: text)
        if let lines = changed.trace(choosing: { stream.uniform($0) }) {
          let other = Array(lines.joined(separator: "\n").utf8)
          add("solution of another problem", problem, other)
          add("problem and solution", text, other)
        }
      }
      for text in Mutations.blind(
        problem, alphabet: alphabet, limit: blindPerRecord / 6, using: &stream)
      {
        add("problem: blind", text, solution)
      }
      for _ in 0..<6 {
        guard let lines = tree.trace(choosing: { stream.uniform($0) }) else { continue }
        add("another valid trace", problem, Array(lines.joined(separator: "\n").utf8))
        let cut = stream.uniform(lines.count)
        let own = NormalText.lines(solution)
        let graft = lines[..<cut].map { Array($0.utf8) } + own.dropFirst(cut)
        add("grafted trace", problem, Array(graft.joined(separator: [0x0A])))
      }
      mutants.remove(Mutant(kind: "", problem: problem, solution: solution))
      // A set's order changes from run to run; the report's must not.
      let ordered = mutants.sorted {
        ($0.problem == $1.problem)
          ? $0.solution.lexicographicallyPrecedes($1.solution)
          : $0.problem.lexicographicallyPrecedes($1.problem)
      }
      for mutant in ordered {
        let tree = mutant.problem == problem ? tree : TraceTree(enumerator, problem: mutant.problem)
        report.judge(mutant, expected: tree.judge(mutant.solution), by: verifier)
      }
    }
  }
  return report
}

extension TaskFamilyReport {
  mutating func judge(_ mutant: Mutant, expected: Judgement, by verifier: any Verifier) {
    kinds[mutant.kind, default: 0] += 1
    let verdict = verifier.verify(problem: mutant.problem, solution: mutant.solution)
    let text =
      "[\(mutant.kind)] \(String(decoding: mutant.problem, as: UTF8.self).debugDescription) | "
      + "\(String(decoding: mutant.solution, as: UTF8.self).debugDescription): "
      + "expected \(expected), found \(verdict)"
    switch (expected, verdict) {
    case (.valid(let answer), let verdict):
      valid += 1
      if verdict != .accepted(answer: answer) { falseRejects.append(text) }
    case (.invalid, .accepted):
      invalid += 1
      falseAccepts.append(text)
    case (.invalid(let step), .rejected(let found, _)):
      invalid += 1
      if step != found { wrongSteps.append(text) }
    }
  }
}
