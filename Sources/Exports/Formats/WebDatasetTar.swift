internal import Archives
internal import Files
internal import Sets

/// Uncompressed WebDataset shards: the set's own tars, with all members of every sample.
struct WebDatasetTar: ExportFormat {
  static let name = "webdataset"
  static let about = "uncompressed WebDataset tars with all members of each sample"
  static let isTable = false

  init(_ options: ExportOptions) {}

  func write(_ split: ExportSplit, to folder: String) throws -> ExportedSplit {
    let reader = split.set.reader
    try Folder.make(folder + "/data")
    let paths = try reader.exportTars(
      to: folder + "/data", named: split.name, threads: split.threads)
    split.report(reader.count, reader.count)
    let bytes = reader.archive.shards.reduce(0) { $0 + $1.rawBytes }
    return ExportedSplit(
      name: split.name, files: paths.map { "data/" + Paths.last(of: $0) }, rows: reader.count,
      bytes: bytes)
  }
}
