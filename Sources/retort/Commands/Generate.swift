internal import ArgumentParser
internal import Files
internal import Generation
internal import Records
internal import Tasks

/// `retort generate`.
struct Generate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Writes verified problems with their worked solutions, as JSON Lines.",
    discussion: """
      Every trace is verified from its text before it is written. Repeats are dropped and drawn \
      anew: the same trace, and with --split validation or test the same problem, so that n such \
      records are n problems. The same seed gives the same bytes, whatever the number of threads. \
      Fewer records than asked for are an error, unless --allow-fewer.

      Examples:
        retort generate sum-reduce --count 1000 --seed 1 | retort verify -
        retort generate sum-reduce box-tracking --level 2..4 --count 500 \\
          --split test -o test.jsonl
        retort generate column-addition --level 3 --knob digits=6 --count 10
      """)

  @Argument(help: "Families, as `retort families` lists them.") var families: [String]
  @Option(
    parsing: .unconditional, help: "How many records.", transform: WholeNumber.atLeast(0))
  var count: Int
  @Option(parsing: .unconditional, help: "Levels: 3 or 2..4; default all.") var level: String?
  @Option(
    name: .customLong("knob"),
    help: ArgumentHelp(
      "A knob that does not follow the level; once for each. `retort families FAMILY` lists them.",
      valueName: "name=value"))
  var knobs: [String] = []
  @Option(
    help: ArgumentHelp(
      "Leave out problems of this file: JSON Lines of anybody's, or geometry problems; once for each.",
      valueName: "file"))
  var apartFrom: [String] = []
  @Option(
    parsing: .unconditional, help: "The seed of all draws.", transform: WholeNumber.seed)
  var seed: UInt64 = 0
  @Option(help: "Only problems of this split: train, validation or test.") var split: String?
  @Option(name: .shortAndLong, help: "The file; - is standard output.") var output = "-"
  @Flag(help: "Take fewer records where a level holds no more.") var allowFewer = false
  @Flag(help: "Take more of the other levels where one holds no more.") var redistribute = false
  @Option(parsing: .unconditional, help: "Number of threads.", transform: WholeNumber.atLeast(1))
  var threads = 2
  @Flag(help: "No progress on standard error.") var quiet = false

  mutating func run() throws {
    let split = try split.map { word in
      guard let split = Split(rawValue: word) else {
        throw Failure.usage("--split: expected train, validation or test, found \(word)")
      }
      return split
    }
    let knobs = try settings()
    var plan: GenerationPlan
    do throws(GenerationError) {
      let levels = try level.map { text throws(GenerationError) in try LevelRange(text).levels }
      plan = try GenerationPlan(
        cells: families.flatMap { name in
          (levels ?? Tasks.Families.named(name)?.levels ?? 1...1).map {
            .init(family: name, level: $0, knobs: knobs)
          }
        }, count: count, split: split, seed: seed)
    } catch {
      throw Failure.usage(usage(of: error))
    }
    plan.redistributes = redistribute
    plan.apart = try ApartFrom(apartFrom)
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
    guard allowFewer || counts.records == count else {
      throw GenerationError.shortage(counts: counts, wanted: count, allow: "--allow-fewer")
    }
    try file?.commit()
    if !quiet { report(counts) }
  }

  /// The knobs by name.
  private func settings() throws -> [String: Int] {
    var settings: [String: Int] = [:]
    for knob in knobs {
      let parts = knob.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty, let value = Int(parts[1]) else {
        throw Failure.usage("--knob: expected name=value with a whole number, found \(knob)")
      }
      guard settings.updateValue(value, forKey: String(parts[0])) == nil else {
        throw Failure.usage("--knob: \(parts[0]) is given twice")
      }
    }
    return settings
  }

  /// Describes a command-line fault, naming the option that caused it.
  private func usage(of error: GenerationError) -> String {
    switch error {
    case .badLevels, .noSuchLevel: "--level: \(error)"
    case .badKnob: "--knob: \(error)"
    default: error.description
    }
  }

  private func report(_ counts: GenerationCounts) {
    var text = "\(counts.records.counted("record")), every trace verified"
    if counts.duplicates > 0 {
      text += "; \(counts.duplicates) of \(counts.drawn.counted("draw")) were repeats and dropped"
    }
    StandardError.write(line: text)
    if counts.excluded > 0 {
      StandardError.write(
        line: "\(counts.excluded.counted("draw")) of problems in --apart-from files dropped")
    }
    for line in counts.shortages { StandardError.write(line: line) }
  }
}
