internal import Files
internal import Parallel

/// Export to other formats, for tools that do not read `.tar.zst`.
extension ArchiveReader {
  /// Writes each shard as a plain WebDataset tar, `<name>-000000.tar`: exactly the bytes that
  /// `zstd -dc` gives.
  ///
  /// - Parameters:
  ///   - directory: must exist and hold no files of these names.
  ///   - name: in place of the archive's own name.
  /// - Returns: the paths written.
  @discardableResult
  public func exportTars(
    to directory: String, named name: String? = nil, threads: Int = 1
  ) throws(ArchiveError) -> [String] {
    var paths: [String] = []
    for (number, shard) in archive.shards.enumerated() {
      let path = directory + "/" + ArchiveNames.stem(name ?? archive.name, number) + ".tar"
      let frames = index.frames.indices.filter { index.frames[$0].shard == number }
      try Self.write(path) { (file) throws(ArchiveError) in
        let step = max(1, threads) * 4
        for first in stride(from: 0, to: frames.count, by: step) {
          let part = frames[first..<min(first + step, frames.count)]
          let raws = try inParallel(part.count, threads: threads) {
            () throws(ArchiveError) in
            try FrameReading(.compared)
          } _: { (reading, i) throws(ArchiveError) in
            try checkedFrame(part[part.startIndex + i], with: &reading).raw
          }
          for raw in raws { try withFiles { () throws(FileError) in try file.write(raw) } }
        }
        var reading = try FrameReading(.compared)
        try checkEnd(ofShard: number, with: &reading)
        let end = [UInt8](repeating: 0, count: SeekTable.endBlockBytes)
        try withFiles { () throws(FileError) in try file.write(end) }
        guard file.byteCount == shard.rawBytes else {
          throw .size(file: path, expected: shard.rawBytes, found: file.byteCount)
        }
      }
      paths.append(path)
    }
    return paths
  }

  /// Writes one field of every sample as one line each, in order: `json` gives JSON Lines.
  ///
  /// - Throws: `ArchiveError.sample` if a field contains a newline, `.noSample` if the set lacks
  ///   the field.
  public func exportLines(
    field: String = "json", to path: String, threads: Int = 1
  ) throws(ArchiveError) {
    try Self.write(path) { (file) throws(ArchiveError) in
      try forEachLine(field: field, threads: threads) { (line) throws(ArchiveError) in
        try withFiles { () throws(FileError) in try file.write(line) }
      }
    }
  }

  /// Passes one field of every sample to `body` in order, each with a trailing newline.
  public func forEachLine(
    field: String = "json", threads: Int = 1,
    _ body: ([UInt8]) throws(ArchiveError) -> Void
  ) throws(ArchiveError) {
    guard fields.contains(field) else {
      throw .noSample(folder: directory, what: "with a field \(field); fields: \(fields)")
    }
    let step = max(1, threads) * 4
    for first in stride(from: 0, to: index.frames.count, by: step) {
      let last = min(first + step, index.frames.count) - 1
      let range = index.frames[first].samples.lowerBound..<index.frames[last].samples.upperBound
      for sample in try samples(in: range, threads: threads) {
        guard var line = sample[field] else { continue }
        if line.last == 0x0A { line.removeLast() }
        guard !line.contains(0x0A) else {
          throw .sample(id: sample.id, reason: "the field \(field) holds more than one line")
        }
        try body(line + [0x0A])
      }
    }
  }

  /// Writes a file atomically: it appears complete or not at all.
  private static func write(
    _ path: String, _ body: (OutputFile) throws(ArchiveError) -> Void
  ) throws(ArchiveError) {
    guard !fileExists(path) else { throw .file(.exists(path: path)) }
    let temporary =
      "\(Paths.parent(of: path))/\(Paths.temporaryPrefix)export-\(Paths.last(of: path))"
    do throws(ArchiveError) {
      let file = try withFiles { () throws(FileError) in try OutputFile(creating: temporary) }
      try body(file)
      try withFiles { () throws(FileError) in
        try file.finish()
        try Folder.rename(temporary, to: path)
      }
    } catch {
      if case .file(.exists) = error { throw error }
      try? Folder.remove(temporary)
      throw error
    }
  }
}
