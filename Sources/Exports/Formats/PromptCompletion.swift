internal import Files
internal import Records

/// Rows for supervised fine-tuning: `prompt` and `completion`, as TRL and others take them; the
/// record's other keys beside them.
struct PromptCompletion: ExportFormat {
  static let name = "prompt-completion"
  static let about = "JSON Lines with prompt and completion, for supervised fine-tuning (TRL)"

  let options: ExportOptions
  init(_ options: ExportOptions) { self.options = options }

  func write(_ split: ExportSplit, to folder: String) throws -> ExportedSplit {
    var files = try PartFiles(
      of: split.name, suffix: ".jsonl", in: folder, limit: options.recordsPerFile)
    try split.forEachRecord { record in
      var row: JSONObject = [
        "prompt": JSON(record.problem + "\n"), "completion": JSON(record.solution),
      ]
      for member in FlatRecord.json(of: record).objectValue?.members ?? []
      where member.key != "problem" && member.key != "solution" { row[member.key] = member.value }
      try files.add(JSON.object(row).serialized() + [0x0A])
    }
    let names = try files.finish()
    return ExportedSplit(name: split.name, files: names, rows: files.rows, bytes: files.bytes)
  }
}
