internal import Files
internal import Synchronization

/// The shards of an archive being written. Threads hand in frames as they are made; whichever
/// thread finds the file free hashes and writes them in order, while the others go on making
/// frames.
final class ShardSequence: Sendable {
  private let output: Mutex<Output>
  /// Frames waiting for an earlier one, by number.
  private let waiting = Mutex<[Int: BuiltFrame]>([:])

  /// - Parameter level: must match that of the frames handed in.
  init(folder: String, name: String, level: Int) throws(ArchiveError) {
    output = Mutex(
      Output(folder: folder, name: name, compressor: try FrameCompressor(level: level)))
  }

  /// Takes the archive's frame `number`, and writes all frames that are next in order.
  func put(_ frame: BuiltFrame, as number: Int) throws(ArchiveError) {
    waiting.withLock { $0[number] = frame }
    // If another thread holds the output, it or the next call writes these frames.
    _ = try output.withLockIfAvailable { (output) throws(ArchiveError) in
      try writeDue(to: &output)
    }
  }

  /// Writes all frames that are next in order.
  func catchUp() throws(ArchiveError) {
    try output.withLock { (output) throws(ArchiveError) in try writeDue(to: &output) }
  }

  /// Ends the last shard.
  func finish() throws(ArchiveError) -> (
    shards: [ArchiveDescription.Shard], files: [Manifest.File], content: Digest
  ) {
    try output.withLock { (output) throws(ArchiveError) in
      try writeDue(to: &output)
      try output.closeShard()
      return (output.shards, output.files, output.digests.finish())
    }
  }

  private func writeDue(to output: inout Output) throws(ArchiveError) {
    while let frame = waiting.withLock({ $0.removeValue(forKey: output.written) }) {
      try output.append(frame)
    }
  }

  private struct Output {
    let folder: String
    let name: String
    let compressor: FrameCompressor
    var open: ShardFile?
    var shards: [ArchiveDescription.Shard] = []
    var files: [Manifest.File] = []
    let digests = ContentDigest()
    /// Number of frames written.
    var written = 0

    init(folder: String, name: String, compressor: FrameCompressor) {
      self.folder = folder
      self.name = name
      self.compressor = compressor
    }

    mutating func append(_ frame: BuiltFrame) throws(ArchiveError) {
      if frame.shard != open?.number { try closeShard() }
      let file: ShardFile
      if let open {
        file = open
      } else {
        file = try ShardFile(folder: folder, name: name, number: frame.shard)
        open = file
      }
      try file.append(frame)
      for line in frame.lines {
        for member in line.members {
          digests.add(id: line.id, field: member.field, digest: member.digest)
        }
      }
      written += 1
    }

    mutating func closeShard() throws(ArchiveError) {
      guard let file = open else { return }
      let (shard, written) = try file.finish(with: compressor)
      shards.append(shard)
      files += written
      open = nil
    }
  }
}
