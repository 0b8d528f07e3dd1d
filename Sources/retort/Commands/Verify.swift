internal import ArgumentParser
internal import Auditing
internal import Files
internal import Generation
internal import Randomness
internal import Tasks
internal import Verifiers

/// `retort verify`.
struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Judges records from their text alone, step by step.",
    discussion: """
      Reads JSON Lines; each record needs only `family`, `problem` and `solution`. Names the \
      record and the first bad line of its solution. Exit code 0 if all are accepted, else 1.

      With --strict, a record must be whole: every key there, and id, content, split, level, knobs, \
      steps, answer and checker as they follow from its texts. The first that does not is named.

      With --audit, holds a family's verifier against changed traces instead (digits, signs, \
      look-alikes, dropped and swapped steps, any byte replaced by any other) and prints how many \
      of each kind it rejects; then more right traces by other choices and in other spaces, until \
      there are enough, none of which it may reject. Exit code 0 if it judges every one rightly, else 1.

      With --fuzz, throws random changes of problems and solutions at the verifier: a verdict must come \
      within 100 ms, and what it accepts must be a trace.

      Lines that name no family (question and answer, problem and solution, messages) are judged by the \
      families that read the problem, step by step or else by the answer; --json says which in `level`.

      Examples:
        retort verify traces.jsonl
        retort generate sum-reduce --count 1000 --seed 1 | retort verify -
        retort verify traces.jsonl --json | jq 'select(.verdict != "accepted")'
        retort verify traces.jsonl --strict
        retort verify --audit sum-reduce --mutants 10000
        retort verify --fuzz sum-reduce --inputs 1000000
        retort verify theirs.jsonl             lines without a family: whoever reads the problem
      """)

  @Argument(help: "A JSON Lines file; - is standard input.") var file: String?
  @Option(help: ArgumentHelp("Audit this family's verifier.", valueName: "family"))
  var audit: String?
  @Flag(help: "Judge every key of a record, not its trace alone.") var strict = false
  @Option(
    parsing: .unconditional, help: "How many changed traces an audit judges.",
    transform: WholeNumber.atLeast(1))
  var mutants = 10_000
  @Option(
    parsing: .unconditional,
    help: "How many of an audit's traces are right ones, written otherwise, at least.",
    transform: WholeNumber.atLeast(0))
  var rewritings = 2_000
  @Option(help: ArgumentHelp("Fuzz this family's verifier.", valueName: "family"))
  var fuzz: String?
  @Option(
    parsing: .unconditional, help: "How many inputs are tried.", transform: WholeNumber.atLeast(1))
  var inputs = 1_000_000
  @Option(
    parsing: .unconditional, help: "The seed that an audit or a fuzzing draws from.",
    transform: WholeNumber.seed)
  var seed: UInt64 = 1
  @Flag(help: "Print one JSON object per record, or per audit.") var json = false
  @Flag(help: "Print no summary.") var quiet = false

  func validate() throws {
    guard [file, audit, fuzz].filter({ $0 != nil }).count == 1 else {
      throw ValidationError(
        "give a file (- is standard input), or --audit FAMILY, or --fuzz FAMILY")
    }
    if let fuzz, Tasks.Families.named(fuzz) == nil {
      throw ValidationError(
        "--fuzz: there are " + Tasks.Families.all.map { $0.name }.sorted().joined(separator: ", "))
    }
    guard !strict || file != nil else {
      throw ValidationError("--strict is about a file's records")
    }
    if let audit, !(Tasks.Families.named(audit) is any WalkFamily) {
      let names = Tasks.Families.all.filter { $0 is any WalkFamily }.map { $0.name }
      throw ValidationError(
        "no family called \(audit) can be audited; those that can: "
          + names.joined(separator: ", "))
    }
  }

  mutating func run() throws {
    if let file {
      try verify(file)
    } else if let audit {
      try auditFamily(audit)
    } else if let fuzz {
      try fuzzFamily(fuzz)
    }
  }

  private func fuzzFamily(_ name: String) throws {
    guard let family = Tasks.Families.named(name), let verifier = Verifiers.named(name) else {
      throw Failure.data("\(name): no verifier to fuzz")
    }
    let fuzzing = try Fuzzing(verifier, of: family, count: inputs, seed: Seed(seed))
    var output = StandardOutput()
    if json { output.write(json: fuzzing.json) } else { output.write(text: fuzzing.text) }
    output.flush()
    guard fuzzing.isClean else { throw Failure.data() }
  }

  private func auditFamily(_ name: String) throws {
    guard let family = Tasks.Families.named(name) as? any WalkFamily,
      let verifier = Verifiers.named(name)
    else {
      throw Failure.data("\(name): no verifier to audit")
    }
    let audit = try MutationAudit(
      of: verifier, family: family, mutants: mutants, rewritings: rewritings, seed: Seed(seed))
    var output = StandardOutput()
    if json {
      output.write(json: audit.json)
    } else {
      output.write(text: audit.text)
    }
    output.flush()
    guard audit.total.isClean else { throw Failure.data() }
  }

  /// Longer lines are reported and skipped.
  private static let lineLimit = 64 << 20

  private func verify(_ file: String) throws {
    var lines = try LineSource(file, limit: Self.lineLimit, keepsMark: true)
    var output = StandardOutput()
    var counts: [RecordVerdict.Outcome: Int] = [:]
    while let line = try lines.nextLine() {
      if lines.number % 256 == 0 { try Interruption.check() }
      let verdict =
        switch line {
        case .whole(let bytes):
          RecordVerification.verdict(ofLine: lines.number, bytes, isStrict: strict)
        case .tooLong(let bytes):
          RecordVerification.verdict(
            ofLine: lines.number, tooLong: bytes, limit: Self.lineLimit)
        }
      counts[verdict.outcome, default: 0] += 1
      if json {
        output.write(json: verdict.json)
      } else if verdict.outcome != .accepted {
        output.write(line: verdict.text)
      }
    }
    output.flush()
    let number = lines.number
    let accepted = counts[.accepted] ?? 0
    if !quiet {
      var parts = ["\(accepted) accepted"]
      for outcome in [RecordVerdict.Outcome.rejected, .unchecked, .error] {
        if let count = counts[outcome] {
          parts.append(
            outcome == .error ? count.counted("no record") : "\(count) \(outcome.rawValue)")
        }
      }
      StandardError.write(line: "\(number.counted("record")): " + parts.joined(separator: ", "))
    }
    if number == 0 { throw Failure.data("\(file): no record to verify") }
    guard accepted == number else { throw Failure.data() }
  }
}
