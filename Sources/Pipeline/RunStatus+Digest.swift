public import Files

extension RunStatus {
  /// One digest of what a run promises byte for byte: every file of the finished stages that the
  /// plan uses, and `report/report.json`.
  ///
  ///     SHA-256 over lines "<path> <64 hex>\n", sorted by path
  ///
  /// Every file is read; manifests are not taken at their word.
  /// - Throws: `FileError`, `ManifestError`.
  public func digest() throws -> Digest {
    var lines: [String] = []
    func add(_ path: String) throws {
      lines.append("\(path) \(try Manifest.entry(path, in: folder).sha256)\n")
    }
    for stage in stages where stage.state == .finished {
      guard let place = stage.folder else { continue }
      for file in try Manifest.read(from: folder + "/" + place).files {
        try add(place + "/" + file.path)
      }
      try add(place + "/" + Manifest.fileName)
    }
    if fileExists(folder + "/report/report.json") { try add("report/report.json") }
    lines.sort { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
    return SHA256.hash(lines.joined())
  }
}
