internal import Files

/// A file that is hashed as it is written.
final class DigestedFile {
  let name: String
  private let file: OutputFile
  private var hasher: SHA256?
  private(set) var byteCount = 0

  init(creating name: String, in folder: String) throws(ArchiveError) {
    self.name = name
    file = try withFiles { () throws(FileError) in try OutputFile(creating: folder + "/" + name) }
    hasher = SHA256()
  }

  func write(_ bytes: [UInt8]) throws(ArchiveError) {
    hasher?.update(bytes)
    byteCount += bytes.count
    try withFiles { () throws(FileError) in try file.write(bytes) }
  }

  func finish() throws(ArchiveError) -> Manifest.File {
    try withFiles { () throws(FileError) in try file.finish() }
    let digest = hasher.take()?.finalize() ?? SHA256.hash([])
    return Manifest.File(path: name, bytes: byteCount, sha256: digest.hex)
  }
}

/// A shard being written: frames in order, index lines beside them, the seek table at the end.
final class ShardFile {
  let number: Int
  private let shard: DigestedFile
  private let index: DigestedFile
  private var table = SeekTable(entries: [])
  private var rawSize = 0
  private var sampleCount = 0

  init(folder: String, name: String, number: Int) throws(ArchiveError) {
    self.number = number
    shard = try DigestedFile(creating: ArchiveNames.shard(name, number), in: folder)
    index = try DigestedFile(creating: ArchiveNames.index(name, number), in: folder)
  }

  func append(_ frame: BuiltFrame) throws(ArchiveError) {
    for var line in frame.lines {
      line.frame = table.entries.count
      for i in line.members.indices { line.members[i].offset += rawSize }
      try index.write(line.bytes)
    }
    sampleCount += frame.lines.count
    try append(frame.bytes, rawSize: frame.rawSize)
  }

  private func append(_ bytes: [UInt8], rawSize size: Int) throws(ArchiveError) {
    guard UInt32(exactly: bytes.count) != nil else {
      throw .library(reason: "a frame of \(bytes.count) bytes does not fit the seek table")
    }
    try shard.write(bytes)
    table.entries.append(SeekTable.Entry(compressedSize: bytes.count, rawSize: size))
    rawSize += size
  }

  /// Writes the frame of the end blocks and the seek table, and syncs.
  func finish(
    with compressor: FrameCompressor
  ) throws(ArchiveError) -> (shard: ArchiveDescription.Shard, files: [Manifest.File]) {
    let frames = table.entries.count
    let end = [UInt8](repeating: 0, count: SeekTable.endBlockBytes)
    try append(try compressor.compress(end), rawSize: end.count)
    try shard.write(table.bytes)
    let description = ArchiveDescription.Shard(
      file: shard.name, index: index.name, samples: sampleCount, frames: frames, rawBytes: rawSize)
    return (description, [try shard.finish(), try index.finish()])
  }
}
