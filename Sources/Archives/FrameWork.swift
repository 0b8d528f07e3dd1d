/// Frames to be made, in pieces that threads share out. Every piece has to be made before the writer
/// finishes.
public struct FrameWork: Sendable {
  /// How many pieces.
  public let count: Int
  private let jobs: [FrameJob]
  /// Frames of a piece.
  private let each: Int
  /// Frames of the archive before these.
  private let first: Int
  private let level: Int
  private let shards: ShardSequence

  init(jobs: [FrameJob], first: Int, level: Int, threads: Int, shards: ShardSequence) {
    self.jobs = jobs
    self.first = first
    self.level = level
    self.shards = shards
    // Frames made together are digested faster, as long as every thread gets its share.
    let share = FrameJob.together * threads
    each = jobs.count >= 2 * share || jobs.count == share ? FrameJob.together : 1
    count = (jobs.count + each - 1) / each
  }

  /// Makes one piece, and writes what is due.
  ///
  /// - Throws: `ArchiveError`; the archive is then lost.
  public func make(_ piece: Int) throws(ArchiveError) {
    try make(piece, with: FrameCompressor(level: level))
  }

  func make(_ piece: Int, with compressor: FrameCompressor) throws(ArchiveError) {
    let some = jobs[(piece * each)..<min((piece + 1) * each, jobs.count)]
    try shards.put(FrameJob.build(some, with: compressor), from: first + piece * each)
  }
}
