public import Files
public import Randomness
internal import Records
internal import Statistics
public import Tasks
public import Verifiers

/// Results of a verifier on changed traces: typed changes, and any byte replaced by any other of
/// the family's alphabet. The traces that the family can write decide which mutants are valid.
public struct MutationAudit: Sendable, Equatable {
  /// Counts of one kind of change, or of all.
  public struct Tally: Sendable, Equatable {
    /// Mutants that are not a trace of their problem.
    public var invalid = 0
    /// Those of them that the verifier rejects.
    public var killed = 0
    /// Those that it rejects at a line other than the first bad one.
    public var misplaced = 0
    /// Mutants that are still a trace: other spaces, another order.
    public var valid = 0
    /// Those of them that it accepts, with the right answer.
    public var accepted = 0
    /// Mutants of an open family that are neither its own traces nor wrong by their meaning.
    public var open = 0

    /// All of them: invalid, valid and open.
    public var mutants: Int { invalid + valid + open }
    /// 95 % lower bound of the share of invalid mutants that are rejected; 0 if there are none.
    public var killRateBound: Double {
      invalid == 0 ? 0 : ClopperPearson.lowerBound(successes: killed, trials: invalid)
    }
    /// Whether the verifier misjudged nothing; open mutants do not count.
    public var isClean: Bool { killed == invalid && accepted == valid && misplaced == 0 }
  }

  /// Name of the family whose traces were changed.
  public var family: String
  /// Counts of all kinds together.
  public private(set) var total = Tally()
  /// By the kind's name.
  public private(set) var kinds: [(kind: String, tally: Tally)] = []
  /// The first misjudged mutants, for people.
  public private(set) var examples: [String] = []

  public static func == (a: MutationAudit, b: MutationAudit) -> Bool {
    a.family == b.family && a.total == b.total && a.examples == b.examples
      && a.kinds.elementsEqual(b.kinds) { $0.kind == $1.kind && $0.tally == $1.tally }
  }

  /// Draws records of all levels in turn and changes them until there are enough mutants.
  ///
  /// - Parameters:
  ///   - mutants: the least number of distinct ones.
  ///   - rewritings: the least number of valid ones among them; where the mutants held fewer, more
  ///     traces of other choices and other spaces are drawn.
  public init(
    of verifier: any Verifier, family: any WalkFamily, mutants: Int, rewritings: Int = 0, seed: Seed
  ) throws {
    self.family = family.name
    var stream = seed.child(family.name).child("audit").stream()
    var tallies: [String: Tally] = [:]
    var alphabet: Set<UInt8> = []
    for level in family.levels {
      for index in 0..<5 {
        alphabet.formUnion(try draw(family, level: level, seed: seed, index: index).solution.utf8)
      }
    }
    let levels = Array(family.levels)
    var seen: Set<Mutant> = []
    var index = 0
    // A small space is exhausted early: then the audit ends with the mutants found.
    var barren = 0
    while total.mutants < mutants || total.valid < rewritings, barren < 100 {
      try Interruption.check()
      let isEnough = total.mutants >= mutants
      let record = try draw(
        family, level: levels[index % levels.count], seed: seed, index: index / levels.count)
      index += 1
      let before = total.mutants
      let drawn =
        isEnough
        ? Self.rewritings(of: record, family: family, using: &stream)
        : Self.mutants(of: record, alphabet: alphabet.sorted(), family: family, using: &stream)
      for mutant in drawn
      where (isEnough ? total.valid < rewritings : total.mutants < mutants)
        && seen.insert(mutant).inserted
      {
        let problem = String(decoding: mutant.problem, as: UTF8.self)
        guard let judge = TraceJudge(family, problem: problem) else { continue }
        count(mutant, judge.judge(mutant.solution), by: verifier, into: &tallies)
      }
      barren = total.mutants == before ? barren + 1 : 0
    }
    kinds = tallies.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  private static func mutants(
    of record: Record, alphabet: [UInt8], family: any WalkFamily, using stream: inout RandomStream
  ) -> [Mutant] {
    let problem = Array(record.problem.utf8)
    let solution = Array(record.solution.utf8)
    var mutants = Mutations.typed(solution, using: &stream).map {
      Mutant(kind: $0.kind, problem: problem, solution: $0.text)
    }
    mutants += Mutations.blind(solution, alphabet: alphabet, limit: 400, using: &stream).map {
      Mutant(kind: "blind", problem: problem, solution: $0)
    }
    // Mistakes that the family knows, and traces that take other choices, more or less spaced.
    for form in FlawedTrace.Form.allCases {
      for _ in 0..<4 {
        guard let flawed = family.flawed(record.problem, form, using: &stream) else { continue }
        mutants.append(
          Mutant(
            kind: "\(flawed.error), \(form.rawValue)", problem: problem,
            solution: Array(flawed.text.utf8)))
      }
    }
    mutants += rewritings(of: record, family: family, using: &stream)
    // Changed problems that the family can read, with the solution of the original, and the other
    // way round.
    for (_, text) in Mutations.typed(problem, using: &stream) {
      let changed = String(decoding: text, as: UTF8.self)
      guard Array(changed.utf8) == text, family.canonical(changed) != nil else { continue }
      let other = Array(family.work(changed, using: &stream).text.utf8)
      mutants.append(Mutant(kind: "another problem", problem: text, solution: solution))
      mutants.append(Mutant(kind: "another solution", problem: problem, solution: other))
    }
    return mutants.filter { $0.problem != problem || $0.solution != solution }
  }

  /// Traces of the same problem by other choices, as written and in other spaces.
  private static func rewritings(
    of record: Record, family: any WalkFamily, using stream: inout RandomStream
  ) -> [Mutant] {
    let problem = Array(record.problem.utf8)
    var written: [Mutant] = []
    for _ in 0..<4 {
      let other = Array(family.work(record.problem, using: &stream).text.utf8)
      written.append(Mutant(kind: "another trace", problem: problem, solution: other))
      for spaced in Mutations.spaced(other, using: &stream) {
        written.append(Mutant(kind: "another trace, spaced", problem: problem, solution: spaced))
      }
    }
    return written.filter { $0.solution != Array(record.solution.utf8) }
  }

  private mutating func count(
    _ mutant: Mutant, _ judgement: TraceJudge.Judgement, by verifier: any Verifier,
    into tallies: inout [String: Tally]
  ) {
    let verdict = verifier.verify(problem: mutant.problem, solution: mutant.solution)
    var tally = Tally()
    switch judgement {
    case .valid(let answer):
      tally.valid = 1
      if verdict == .accepted(answer: answer) { tally.accepted = 1 }
    case .invalid(let step):
      tally.invalid = 1
      if case .rejected(let found, _) = verdict {
        tally.killed = 1
        if found != step { tally.misplaced = 1 }
      }
    case .unsound(let step):
      tally.invalid = 1
      if case .rejected(let found, _) = verdict {
        tally.killed = 1
        if found > step { tally.misplaced = 1 }
      }
    case .open: tally.open = 1
    }
    if !tally.isClean, examples.count < 20 {
      examples.append(
        "\(mutant.kind): \(String(decoding: mutant.problem, as: UTF8.self).debugDescription), "
          + "\(String(decoding: mutant.solution, as: UTF8.self).debugDescription): expected "
          + "\(judgement), found \(verdict)")
    }
    total.add(tally)
    tallies[mutant.kind, default: Tally()].add(tally)
  }
}

extension MutationAudit.Tally {
  mutating func add(_ other: Self) {
    invalid += other.invalid
    killed += other.killed
    misplaced += other.misplaced
    valid += other.valid
    accepted += other.accepted
    open += other.open
  }

  /// The counts by name, with the bound of the kill rate as a share from 0 to 1.
  public var json: JSONObject {
    [
      "mutants": JSON(mutants), "invalid": JSON(invalid), "rejected": JSON(killed),
      "rejected_at_another_line": JSON(misplaced), "valid": JSON(valid), "accepted": JSON(accepted),
      "open": JSON(open), "kill_rate_at_least": JSON(killRateBound),
    ]
  }

  /// `1 204 of 1 204 invalid rejected, 3 of 3 valid accepted`.
  var text: String {
    (open == 0 ? "" : "\(open) undecided, ")
      + "\(killed) of \(invalid) invalid rejected, \(accepted) of \(valid) valid accepted"
      + (misplaced == 0 ? "" : ", \(misplaced) at another line than the first bad one")
  }
}

extension MutationAudit {
  /// One object: the family, the totals, the kinds, misjudged examples.
  public var json: JSON {
    var object: JSONObject = ["family": JSON(family)]
    for member in total.json.members { object[member.key] = member.value }
    object["kinds"] = JSON(kinds) { kind, tally in
      var object: JSONObject = ["kind": JSON(kind)]
      for member in tally.json.members { object[member.key] = member.value }
      return .object(object)
    }
    object["misjudged"] = JSON(examples) { JSON($0) }
    return .object(object)
  }

  /// A line per kind, a line of totals, the misjudged examples.
  public var text: String {
    var lines = kinds.map { kind, tally in
      "  \(kind)" + String(repeating: " ", count: max(1, 24 - kind.count)) + tally.text
    }
    let bound = (total.killRateBound * 1e5).rounded(.down) / 1e3
    lines.append(
      "\(family): \(total.mutants.counted("mutant")), \(total.text); with 95 % confidence at least "
        + "\(bound) % of such invalid ones are rejected")
    lines += examples.map { "  misjudged: \($0)" }
    return lines.joined(separator: "\n")
  }
}
