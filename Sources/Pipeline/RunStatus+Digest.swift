public import Files

extension RunStatus {
  /// Files of stage kind `compare` that are copied to `report/`.
  static let reportFiles = ["report.json", "report.html"]

  /// Damage, one line each: damaged stages, and report files that differ from those of the stage
  /// that wrote them; empty if there is none.
  public var faults: [String] {
    var found = stages.compactMap { stage in
      stage.state == .damaged ? "\(stage.name): \(stage.why ?? "damaged")" : nil
    }
    if let changed = changedReport { found.append(changed) }
    return found
  }

  /// The first file of `report/` that is not a copy of the finished stage's.
  private var changedReport: String? {
    func manifest(of stage: Entry) -> Manifest? {
      stage.folder.flatMap { try? Manifest.read(from: folder + "/" + $0) }
    }
    // The report's stage is the last one with files of these names.
    guard
      let stage = stages.last(where: { stage in
        stage.state == .finished
          && Self.reportFiles.contains { manifest(of: stage)?.file($0) != nil }
      }), let place = stage.folder, let manifest = manifest(of: stage)
    else { return nil }
    for name in Self.reportFiles {
      let path = folder + "/report/" + name
      guard let file = manifest.file(name) else { continue }
      guard fileExists(path) else {
        return "\(path): missing; \(place) has it -- run the pipeline again to put it in place"
      }
      let found = (try? Manifest.entry(name, in: folder + "/report").sha256) ?? "unreadable"
      if found != file.sha256 {
        return "\(path): expected SHA-256 \(file.sha256), found \(found); it is not the page of "
          + "\(place) -- run the pipeline again to write it anew"
      }
    }
    return nil
  }

  /// One digest of everything a run promises byte for byte: every file of the finished stages that
  /// the plan uses, and the files of `report/`.
  ///
  ///     SHA-256 over lines "<path> <64 hex>\n", sorted by path
  ///
  /// Every file is read; manifests are not trusted.
  /// - Throws: `RunError.damaged` where a stage or the report is damaged, `FileError`,
  ///   `ManifestError`.
  public func digest() throws -> Digest {
    guard faults.isEmpty else { throw RunError.damaged(faults) }
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
    for name in Self.reportFiles where fileExists(folder + "/report/" + name) {
      try add("report/" + name)
    }
    lines.sort { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
    return SHA256.hash(lines.joined())
  }
}
