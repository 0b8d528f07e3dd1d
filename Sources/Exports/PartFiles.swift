internal import Files

/// The numbered files of one split, `data/train-00000-of-00003.jsonl`: written under temporary
/// names, since their number is known last.
struct PartFiles {
  private let folder: String
  private let split: String
  private let suffix: String
  private let limit: Int
  private var file: OutputFile?
  private var rowsInFile = 0
  private var parts = 0
  private(set) var rows = 0
  private(set) var bytes = 0

  /// - Parameters:
  ///   - suffix: with its dot.
  ///   - limit: rows of one file.
  init(of split: String, suffix: String, in folder: String, limit: Int) throws(FileError) {
    (self.folder, self.split, self.suffix, self.limit) = (folder + "/data", split, suffix, limit)
    try Folder.make(self.folder)
  }

  /// Adds one row to the current file, or to a new one.
  mutating func add(_ row: [UInt8]) throws(FileError) {
    if rowsInFile == limit { try close() }
    if file == nil { file = try OutputFile(creating: temporary(parts)) }
    try file?.write(row)
    rowsInFile += 1
    rows += 1
    bytes += row.count
  }

  /// Closes the files and gives them their names.
  ///
  /// - Returns: paths relative to the export's folder.
  mutating func finish() throws(FileError) -> [String] {
    // A split without rows is still a file, so that readers find it.
    if file == nil, parts == 0 { file = try OutputFile(creating: temporary(0)) }
    try close()
    var names: [String] = []
    for part in 0..<parts {
      let name = Self.name(split, part, of: parts, suffix)
      try Folder.rename(temporary(part), to: folder + "/" + name)
      names.append("data/" + name)
    }
    return names
  }

  private mutating func close() throws(FileError) {
    guard let file else { return }
    try file.finish()
    self.file = nil
    parts += 1
    rowsInFile = 0
  }

  private func temporary(_ part: Int) -> String {
    "\(folder)/\(Paths.temporaryPrefix)\(split)-\(part)"
  }

  /// `train-00000-of-00003.jsonl`, the names that the Hugging Face hub gives.
  static func name(_ split: String, _ part: Int, of parts: Int, _ suffix: String) -> String {
    func five(_ number: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, 5 - digits.utf8.count)) + digits
    }
    return "\(split)-\(five(part))-of-\(five(parts))\(suffix)"
  }
}
