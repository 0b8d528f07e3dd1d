internal import Files
internal import Records

/// A row a line, with all keys of a record; `knobs` and `checker` as JSON text, so that rows of all
/// families have one type and no reader drops a knob.
struct JSONLines: ExportFormat {
  static let name = "jsonl"
  static let about = "JSON Lines, a row a record, every key kept (knobs and checker as JSON text)"

  let options: ExportOptions
  init(_ options: ExportOptions) { self.options = options }

  func write(_ split: ExportSplit, to folder: String) throws -> ExportedSplit {
    var files = try PartFiles(
      of: split.name, suffix: ".jsonl", in: folder, limit: options.recordsPerFile)
    try split.forEachRecord { try files.add(FlatRecord.json(of: $0).serialized() + [0x0A]) }
    let names = try files.finish()
    return ExportedSplit(name: split.name, files: names, rows: files.rows, bytes: files.bytes)
  }
}
