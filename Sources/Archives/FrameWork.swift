/// Frames to be made, to be divided among threads. All must be made before the writer finishes.
public struct FrameWork: Sendable {
  private let jobs: [FrameJob]
  /// Number of the archive's frames before these.
  private let first: Int
  private let level: Int
  private let shards: ShardSequence

  init(jobs: [FrameJob], first: Int, level: Int, shards: ShardSequence) {
    self.jobs = jobs
    self.first = first
    self.level = level
    self.shards = shards
  }

  /// Number of frames.
  public var count: Int { jobs.count }

  /// Makes one frame, and writes all frames that are next in order.
  ///
  /// - Throws: `ArchiveError`; the archive is then unusable.
  public func make(_ number: Int) throws(ArchiveError) {
    try make(number, with: FrameCompressor(level: level))
  }

  func make(_ number: Int, with compressor: FrameCompressor) throws(ArchiveError) {
    try shards.put(jobs[number].build(with: compressor), as: first + number)
  }
}
