internal import Files
internal import Sets
public import Stages

/// Stage `export`: sets as a folder for other tools, with a card. Its inputs become its splits,
/// under their names in the pipeline file.
public struct ExportStage: Stage {
  public static let kind = "export"
  public static let codeVersion = 2
  public static let about = "writes sets in the formats of other tools, with a dataset card"
  public static let needs = [StageNeed(.set, .oneOrMore, "what is exported, a split each")]
  public static let makes: [StageProduct] = [.export]

  private let export: Export
  private let sets: [StageInput]
  private let unverified: Bool

  public init(_ settings: inout Settings, inputs: [StageInput]) throws {
    sets = try StageInputs(inputs, for: Self.needs, of: Self.kind).all(.set)
    let format = try settings.word(
      "format", among: ExportFormats.all.map { $0.name }, default: Parquet.name,
      "the form of the files: "
        + ExportFormats.all.map { "\($0.name), \($0.about)" }.joined(separator: "; "))
    var export = try Export(format: format)
    export.title = try settings.string(
      "title", default: "A verified dataset", "heading of the card")
    export.license = try settings.string(
      "license", default: "other", "licence of the data, as the Hugging Face hub spells it")
    export.options.recordsPerFile = try settings.int(
      "records_per_file", default: 100_000, in: 1...10_000_000, "records of one file at most")
    export.options.flaws = try settings.int(
      "flaws", default: 1, in: 0...100,
      "flawed traces for each record, in formats of step labels")
    export.auditedMutants = try settings.int(
      "audit", default: 0, in: 0...10_000_000,
      "changed traces that each family's verifier is audited with for the card; 0: no audit")
    export.options.seed = try settings.seed()
    unverified = try settings.bool(
      "unverified", default: false, "take sets that no verifier checked")
    try settings.endOfReading()
    self.export = export
  }

  public func run(_ context: StageContext) throws -> StageResult {
    let splits = try sets.map { input in
      ExportSplit(
        name: ExportSplit.name(for: input.name),
        set: try RecordSet(input, acceptsUnverified: unverified), threads: context.threads
      ) { done, total in
        context.progress.report(done: done, of: total, unit: "records", note: input.name)
      }
    }
    let written = try export.write(splits, to: context.folder)
    return StageResult(
      details: [
        "format": JSON(export.format.name),
        "splits": JSON(written) { split in
          [
            "name": JSON(split.name), "rows": JSON(split.rows), "bytes": JSON(split.bytes),
            "notes": JSON(split.notes) { JSON($0) },
          ]
        },
      ],
      files: written.flatMap(\.files) + ["README.md"],
      summary: written.map { "\($0.name) \($0.rows)" }.joined(separator: ", ") + " rows as "
        + export.format.name)
  }
}
