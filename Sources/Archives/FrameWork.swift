/// Frames to be made, one by one, by threads that share them out. Every one has to be made before the
/// writer finishes.
public struct FrameWork: Sendable {
  private let jobs: [FrameJob]
  /// Frames of the archive before these.
  private let first: Int
  private let level: Int
  private let shards: ShardSequence

  init(jobs: [FrameJob], first: Int, level: Int, shards: ShardSequence) {
    self.jobs = jobs
    self.first = first
    self.level = level
    self.shards = shards
  }

  /// How many frames.
  public var count: Int { jobs.count }

  /// Makes one frame, and writes what is due.
  ///
  /// - Throws: `ArchiveError`; the archive is then lost.
  public func make(_ number: Int) throws(ArchiveError) {
    try make(number, with: FrameCompressor(level: level))
  }

  func make(_ number: Int, with compressor: FrameCompressor) throws(ArchiveError) {
    try shards.put(jobs[number].build(with: compressor), as: first + number)
  }
}
