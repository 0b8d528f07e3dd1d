internal import ArgumentParser
internal import Exports
internal import Files
internal import Pipeline

/// `retort shards export`.
struct ShardsExport: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Writes sets in the formats of other tools, with a dataset card.",
    discussion: """
      Each set becomes a split, named after its folder without the key; the card, README.md, is what \
      the Hugging Face hub shows. jsonl, parquet, prompt-completion, mds and webdataset keep every key \
      of every record; the others keep what their readers take. Formats:

      \(ExportFormats.all.map { "  \($0.name): \($0.about)" }.sorted().joined(separator: "\n"))

      The formats of step labels add flawed traces whose first bad step a verifier confirmed.

      Examples:
        retort shards export runs/dataset/stages/{train,test}-* --format parquet -o out/hub
        retort shards export runs/dataset/stages/train-* --format trl-prm --flaws 3 -o out/prm
        retort shards export SET --format jsonl --audit 10000 --license cc-by-4.0 -o out/data
      """)

  @Argument(help: "Folders of sets; each becomes a split.") var sets: [String]
  @Option(help: "The format, as listed above.") var format: String
  @Option(name: .shortAndLong, help: "The folder to create.") var output: String
  @Option(
    parsing: .unconditional, help: "Flawed traces for each record, in formats of step labels.",
    transform: WholeNumber.atLeast(0)) var flaws = 1
  @Option(
    parsing: .unconditional, help: "Records of one file at most.",
    transform: WholeNumber.atLeast(1)) var recordsPerFile = 100_000
  @Option(
    parsing: .unconditional,
    help: "Audit each family's verifier with so many changed traces, for the card; 0: none.",
    transform: WholeNumber.atLeast(0)) var audit = 0
  @Option(help: "Heading of the card.") var title = "A verified dataset"
  @Option(help: "Licence of the data, as the Hugging Face hub spells it.") var license = "other"
  @Flag(help: "Take sets that no verifier checked.") var unverified = false
  @Option(parsing: .unconditional, help: "Seed of all random draws.") var seed: UInt64 = 0
  @Option(parsing: .unconditional, help: "Threads.") var threads = 2
  @Flag(help: "No progress on standard error.") var quiet = false

  func validate() throws {
    guard ExportFormats.all.contains(where: { $0.name == format }) else {
      throw ValidationError(
        "--format: there are " + ExportFormats.all.map { $0.name }.joined(separator: ", "))
    }
    guard !sets.isEmpty else { throw ValidationError("name at least one set's folder") }
    guard threads >= 1 else { throw ValidationError("--threads: expected at least 1") }
  }

  mutating func run() throws {
    func word(_ text: String) -> String { JSON(text).text }
    let settings = [
      "format=\(format)", "flaws=\(flaws)", "records_per_file=\(recordsPerFile)", "audit=\(audit)",
      "title=\(word(title))", "license=\(word(license))", "unverified=\(unverified)",
    ]
    let summary = try LooseStage.run(
      ExportStage.self, among: StageKinds.all, from: sets, settings: settings, seed: seed,
      into: output, options: .init(threads: threads, quiet: quiet), machine: StageKinds.machine)
    if !quiet { StandardError.write(line: summary ?? "\(output): was finished before") }
  }
}
