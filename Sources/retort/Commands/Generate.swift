internal import ArgumentParser
internal import Files
internal import Generation
internal import Records
internal import Tasks

/// `retort generate`.
struct Generate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes verified problems with their worked solutions, as JSON Lines.",
    discussion: """
      Every trace is verified from its text before it is written. Repeats are dropped and drawn \
      anew; the same seed gives the same bytes, whatever the number of threads.

      Examples:
        retort generate sum-reduce --count 1000 --seed 1 | retort verify -
        retort generate sum-reduce box-tracking --level 2..4 --count 500 \\
          --split test -o test.jsonl
      """)

  @Argument(help: "Families, as `retort families` lists them.") var families: [String]
  @Option(help: "How many records.") var count: Int
  @Option(help: "Levels: 3 or 2..4; default all.") var level: String?
  @Option(help: "The seed of all draws.") var seed: UInt64 = 0
  @Option(help: "Only problems of this split: train, validation or test.") var split: String?
  @Option(name: .shortAndLong, help: "The file; - is standard output.") var output = "-"
  @Option(help: "Threads.") var threads = 2
  @Flag(help: "No progress on standard error.") var quiet = false

  mutating func run() throws {
    guard count >= 0 else { throw Failure.usage("--count: expected at least 0, found \(count)") }
    guard threads >= 1 else { throw Failure.usage("--threads: expected at least 1") }
    let split = try split.map { word in
      guard let split = Split(rawValue: word) else {
        throw Failure.usage("--split: expected train, validation or test, found \(word)")
      }
      return split
    }
    let plan: GenerationPlan
    do throws(GenerationError) {
      let levels = try level.map { text throws(GenerationError) in try LevelRange(text).levels }
      plan = try GenerationPlan(
        cells: families.flatMap { name in
          (levels ?? Tasks.Families.named(name)?.levels ?? 1...1).map {
            .init(family: name, level: $0)
          }
        }, count: count, split: split, seed: seed)
    } catch {
      throw Failure.usage(error.description)
    }
    let file = output == "-" ? nil : try AtomicOutput(output)
    var standard = StandardOutput()
    let counts = try Generator(plan).run(threads: threads) { records, _ in
      try Interruption.check()
      for record in records {
        if let file {
          try file.write(record.line + [0x0A])
        } else {
          standard.write(line: record.line)
        }
      }
    }
    standard.flush()
    try file?.commit()
    if !quiet { report(counts) }
  }

  private func report(_ counts: GenerationCounts) {
    var text = "\(counts.records.counted("record")), every trace verified"
    if counts.duplicates > 0 {
      text += "; \(counts.duplicates) of \(counts.drawn.counted("draw")) were repeats and dropped"
    }
    StandardError.write(line: text)
    for cell in counts.exhausted {
      StandardError.write(
        line: "\(cell.family) level \(cell.level): its space is exhausted; only "
          + "\(counts.perCell[cell] ?? 0) distinct records are there")
    }
  }
}
