internal import ArgumentParser
internal import Files
internal import Generation

/// `retort verify`.
struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Judges records from their text alone, step by step.",
    discussion: """
      Reads JSON Lines; each record needs only `family`, `problem` and `solution`. Names the \
      record and the first bad line of its solution. Exit code 0 if all are accepted, else 1.

      Examples:
        retort verify traces.jsonl
        retort generate sum-reduce --count 1000 --seed 1 | retort verify -
        retort verify traces.jsonl --json | jq 'select(.verdict != "accepted")'
      """)

  @Argument(help: "A JSON Lines file; - is standard input.") var file: String
  @Flag(help: "Print one JSON object per record.") var json = false
  @Flag(help: "Print no summary.") var quiet = false

  mutating func run() throws {
    var lines = try LineSource(file)
    var output = StandardOutput()
    var counts: [RecordVerdict.Outcome: Int] = [:]
    var number = 0
    while let line = try lines.next() {
      number += 1
      if number % 256 == 0 { try Interruption.check() }
      let verdict = RecordVerification.verdict(ofLine: number, line)
      counts[verdict.outcome, default: 0] += 1
      if json {
        output.write(line: verdict.json.serialized())
      } else if verdict.outcome != .accepted {
        output.write(line: verdict.text)
      }
    }
    output.flush()
    let accepted = counts[.accepted] ?? 0
    if !quiet {
      var parts = ["\(accepted) accepted"]
      for outcome in [RecordVerdict.Outcome.rejected, .unchecked, .error] {
        if let count = counts[outcome] {
          parts.append(outcome == .error ? "\(count) no records" : "\(count) \(outcome.rawValue)")
        }
      }
      StandardError.write(line: "\(number) records: " + parts.joined(separator: ", "))
    }
    if number == 0 { throw Failure.data("\(file): no record to verify") }
    guard accepted == number else { throw Failure.data() }
  }
}
