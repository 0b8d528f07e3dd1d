internal import Files
internal import Records

/// A row a record, a column a key, compressed: what `datasets`, DuckDB, Polars and pandas read.
struct Parquet: ExportFormat {
  static let name = "parquet"
  static let about = "Parquet, a row a record, a column a key (knobs and checker as JSON text)"

  let options: ExportOptions
  init(_ options: ExportOptions) { self.options = options }

  func write(_ split: ExportSplit, to folder: String) throws -> ExportedSplit {
    let place = folder + "/data"
    try Folder.make(place)
    var parts: [String] = []
    var result = ExportedSplit(name: split.name, files: [], rows: 0, bytes: 0)
    var file: ParquetFile?
    func open() throws -> ParquetFile {
      parts.append("\(place)/\(Paths.temporaryPrefix)\(split.name)-\(parts.count)")
      return try ParquetFile(creating: parts[parts.count - 1], columns: FlatRecord.columns)
    }
    func close(_ file: inout ParquetFile) throws {
      try file.finish()
      result.rows += file.rowCount
      result.bytes += file.byteCount
    }
    try split.forEachRecord { record in
      if var full = file, full.rowCount == options.recordsPerFile {
        try close(&full)
        file = nil
      }
      if file == nil { file = try open() }
      try file?.add(FlatRecord.values(of: record))
    }
    var last = try file ?? open()
    try close(&last)
    for (number, part) in parts.enumerated() {
      let name = PartFiles.name(split.name, number, of: parts.count, ".parquet")
      try Folder.rename(part, to: place + "/" + name)
      result.files.append("data/" + name)
    }
    return result
  }
}
