internal import Records

/// Problems and solutions as people read them: the problem, its solution below, an empty line.
struct PlainText: ExportFormat {
  static let name = "text"
  static let about = "plain text: problem, solution below it, an empty line between records"

  let options: ExportOptions
  init(_ options: ExportOptions) { self.options = options }

  func write(_ split: ExportSplit, to folder: String) throws -> ExportedSplit {
    var files = try PartFiles(
      of: split.name, suffix: ".txt", in: folder, limit: options.recordsPerFile)
    try split.forEachRecord { record in
      try files.add(Array((record.problem + "\n" + record.solution + "\n\n").utf8))
    }
    let names = try files.finish()
    return ExportedSplit(name: split.name, files: names, rows: files.rows, bytes: files.bytes)
  }
}
