public import Files
internal import Parallel

/// Totals of a complete, successful archive check.
public struct ArchiveVerification: Sendable, Equatable {
  /// Files listed in the manifest, the archive's and others.
  public var files: Int
  /// Samples of all shards together.
  public var samples: Int
  /// Samples times fields.
  public var members: Int
  /// Frames with samples; those of the end blocks are checked as well but not counted.
  public var frames: Int
  /// Bytes after decompression, including the end blocks.
  public var rawBytes: Int
  /// Content digest of the set.
  public var content: Digest
}

extension ArchiveReader {
  /// Opens and checks an archive completely.
  @discardableResult
  public static func verify(
    directory: String, threads: Int = 1
  ) throws(ArchiveError) -> ArchiveVerification {
    try ArchiveReader(directory: directory).verify(threads: threads)
  }

  /// Checks every byte: each frame to its end, each header, member and padding, the frames of the
  /// end blocks, then the digest of every file that the manifest lists (which covers the seek
  /// tables and any byte after them), and that no file carries the archive's name unlisted.
  ///
  /// - Throws: the first fault, in shard order.
  @discardableResult
  public func verify(threads: Int = 1) throws(ArchiveError) -> ArchiveVerification {
    let names = try withFiles { () throws(FileError) in try Folder.names(in: directory) }
    let listed = Set(manifest.files.map(\.path))
    for name in names where name.hasPrefix(archive.name + "-") && !listed.contains(name) {
      throw .unknown(folder: directory, file: name)
    }
    let frames = index.frames.count
    let shards = archive.shards.count
    _ = try inParallel(frames + shards + manifest.files.count, threads: threads) {
      () throws(ArchiveError) in
      try FrameReading(.compared)
    } _: { (reading, item) throws(ArchiveError) in
      if item < frames {
        _ = try checkedFrame(item, with: &reading)
      } else if item < frames + shards {
        try checkEnd(ofShard: item - frames, with: &reading)
      } else {
        try checkDigest(of: manifest.files[item - frames - shards])
      }
    }
    return ArchiveVerification(
      files: manifest.files.count, samples: count, members: count * fields.count, frames: frames,
      rawBytes: archive.shards.reduce(0) { $0 + $1.rawBytes }, content: archive.content)
  }

  func checkEnd(
    ofShard number: Int, with reading: inout FrameReading
  ) throws(ArchiveError) {
    let shard = archive.shards[number]
    let place = endFrames[number]
    let raw = try decompressed(
      place, shard: shard.file, frame: shard.frames, rawSize: SeekTable.endBlockBytes,
      with: &reading)
    guard raw.allSatisfy({ $0 == 0 }) else {
      throw .frame(
        file: directory + "/" + shard.file, frame: shard.frames, at: place.start,
        reason: "holds something else than the end blocks")
    }
  }

  private func checkDigest(of file: Manifest.File) throws(ArchiveError) {
    _ = try Self.open(file.path, in: directory, manifest: manifest)
    let found = try withFiles { () throws(FileError) in
      try Manifest.entry(file.path, in: directory)
    }
    guard found == file else {
      throw .digest(
        file: directory + "/" + file.path, expected: file.sha256, found: found.sha256)
    }
  }
}
