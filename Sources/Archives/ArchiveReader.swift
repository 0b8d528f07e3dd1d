public import Files
internal import Parallel
internal import Synchronization

/// Reads an archive by position or id; returns only checked data.
///
/// Opening checks the manifest's own digest, each index against the manifest, and the index's
/// numbers against one another and each shard's seek table. It reads the whole index, keeps about
/// 90 bytes per frame, and reads no frames. Reading a sample decompresses its frame completely and
/// checks the frame's size, every tar header, every member's SHA-256 and all padding: every byte.
/// `verify` does this for all frames, and also checks the frames' own checksums and every file.
public final class ArchiveReader: Sendable {
  /// The archive's folder, as given to `init`.
  public let directory: String
  /// The folder's manifest, of which the archive is one part.
  public let manifest: Manifest
  /// What the manifest says about the archive.
  public let archive: ArchiveDescription
  let index: ArchiveIndex
  /// Position and length of each frame in its shard file.
  let placed: [Placed]
  /// The end-block frame of each shard.
  let endFrames: [Placed]
  /// SHA-256 over the ids in order, each with a newline: identifies the samples independently of
  /// what is stored with them.
  public let idsDigest: Digest
  private let cache = Mutex(FrameCache())
  let lastLines = Mutex<(frame: Int, lines: FrameLines)?>(nil)
  /// The column that the archive was opened for.
  let kept: (column: String, numbers: [Double])?

  struct Placed: Sendable {
    let start: Int
    let size: Int
  }

  /// Opens the archive that the manifest of `directory` describes.
  ///
  /// - Parameter column: a column whose numbers will be asked for: they are kept, 8 bytes each, as
  ///   the index is read, so that it is read once.
  /// - Throws: `ArchiveError` naming the file, what was expected and what was found.
  public convenience init(directory: String, column: String? = nil) throws(ArchiveError) {
    let manifest: Manifest
    do throws(ManifestError) { manifest = try Manifest.read(from: directory) } catch {
      throw .manifest(error)
    }
    try self.init(directory: directory, manifest: manifest, column: column)
  }

  /// Opens an archive that its writer has finished but that has no manifest in the folder yet, so
  /// that the writer can read back what it wrote.
  ///
  /// - Parameter manifest: `ArchiveSummary.manifest` of the writer.
  /// - Throws: as `init(directory:)`.
  public init(
    directory: String, manifest: Manifest, column: String? = nil
  ) throws(ArchiveError) {
    self.directory = directory
    self.manifest = manifest
    archive = try ArchiveDescription(manifest: manifest, folder: directory)
    var index = ArchiveIndex(fields: archive.fields)
    let tally = IndexTally(
      fields: archive.fields, samples: archive.samples, column: column)
    var placed: [Placed] = []
    var endFrames: [Placed] = []
    for (number, shard) in archive.shards.enumerated() {
      let lines = try Self.wholeFile(shard.index, in: directory, manifest: manifest)
      let rawSizes = try index.add(
        lines, shard: number, described: shard, file: directory + "/" + shard.index, tally: tally)
      let file = try Self.open(shard.file, in: directory, manifest: manifest)
      let table = try SeekTable(of: file, rawSizes: rawSizes + [SeekTable.endBlockBytes])
      var start = 0
      for entry in table.entries {
        placed.append(Placed(start: start, size: entry.compressedSize))
        start += entry.compressedSize
      }
      endFrames += placed.suffix(1)
      placed.removeLast()
    }
    let found = tally.finish()
    self.index = index
    self.placed = placed
    self.endFrames = endFrames
    idsDigest = found.ids
    kept = column.map { ($0, tally.numbers) }
    if !found.repeated.isEmpty { try refuseRepeats(among: found.repeated) }
    guard found.content == archive.content else {
      throw .content(
        folder: directory, expected: archive.content.hex, found: found.content.hex)
    }
  }

  /// Number of samples.
  public var count: Int { index.count }
  /// The field names, in the order of each sample's members.
  public var fields: [String] { index.fields }

  /// The sample at a position, every byte checked against its digest.
  ///
  /// - Complexity: reads and decompresses the sample's whole frame; for many samples use
  ///   `samples(in:threads:)`, which decompresses each frame once.
  /// - Throws: `ArchiveError` that names shard, frame and member.
  public func sample(at position: Int) throws(ArchiveError) -> ArchiveSample {
    try require(position)
    var reading = try FrameReading(.ignored)
    return sample(at: position, in: try frame(index.frame(of: position), with: &reading)).detached
  }

  /// - Complexity: reads the index up to that sample.
  public func sample(id: String) throws(ArchiveError) -> ArchiveSample {
    guard let position = try position(of: id) else {
      throw .noSample(folder: directory, what: "called \(JSON(id).text)")
    }
    return try sample(at: position)
  }

  func require(_ position: Int) throws(ArchiveError) {
    guard (0..<count).contains(position) else {
      throw .noSample(folder: directory, what: "at \(position): there are \(count)")
    }
  }

  /// The samples of a range, in order; their frames are read on up to `threads` threads.
  public func samples(
    in range: Range<Int>, threads: Int = 1
  ) throws(ArchiveError) -> [ArchiveSample] {
    try samples(at: Array(range), threads: threads)
  }

  /// The samples at any positions, in the order asked for; each frame is read once.
  public func samples(
    at asked: [Int], threads: Int = 1
  ) throws(ArchiveError) -> [ArchiveSample] {
    try read(at: asked, threads: threads) { $1.detached }
  }

  /// Applies `body` to the samples at any positions and returns the results in the order asked for.
  /// Each frame is read once, and `body` runs on the thread that read it, so no more frames than
  /// threads are in memory, unless `body` returns samples: each keeps its frame alive.
  ///
  /// - Parameter body: takes the index in `asked` and the sample.
  /// - Throws: `ArchiveError`, or what `body` throws for the first of `asked` that fails.
  public func map<Value: Sendable>(
    at asked: [Int], threads: Int = 1,
    _ body: @Sendable (_ place: Int, _ sample: ArchiveSample) throws -> Value
  ) throws -> [Value] {
    try read(at: asked, threads: threads) { place, sample in
      Result { try body(place, sample) }
    }.map { try $0.get() }
  }

  private func read<Value: Sendable>(
    at asked: [Int], threads: Int, _ body: @Sendable (Int, ArchiveSample) -> Value
  ) throws(ArchiveError) -> [Value] {
    for position in asked { try require(position) }
    // Indices into `asked`, grouped by frame, frames in archive order.
    let frames = asked.map { index.frame(of: $0) }
    let byFrame = asked.indices.sorted { (frames[$0], $0) < (frames[$1], $1) }
    let runs = byFrame.indices.split(by: { frames[byFrame[$0]] })
    let read = try inParallel(runs.count, threads: threads) {
      () throws(ArchiveError) in
      try FrameReading(.ignored)
    } _: { (reading, i) throws(ArchiveError) in
      let run = byFrame[runs[i]]
      let frame = try frame(frames[run[run.startIndex]], with: &reading)
      return run.map { (place: $0, value: body($0, sample(at: asked[$0], in: frame))) }
    }
    var values = [Value?](repeating: nil, count: asked.count)
    for entry in read.joined() { values[entry.place] = entry.value }
    return values.compactMap { $0 }
  }

  /// Every sample in order, a few frames at a time: for archives larger than memory.
  public func forEachSample(
    threads: Int = 1, _ body: (Int, ArchiveSample) throws -> Void
  ) throws {
    try forEachSample(threads: threads, reading: { $1 }, body)
  }

  /// Every sample in order, a few frames at a time: `reading` runs on the thread that read the
  /// sample; `body` gets its result on the caller's thread, in order.
  public func forEachSample<Value: Sendable>(
    threads: Int = 1, reading: @Sendable (Int, ArchiveSample) throws -> Value,
    _ body: (Int, Value) throws -> Void
  ) throws {
    for frames in runsOfFrames(threads: max(1, threads)) {
      let range =
        index.frames[frames.lowerBound].samples
        .lowerBound..<index.frames[frames.upperBound - 1]
        .samples.upperBound
      let values = try map(at: Array(range), threads: threads) { place, sample in
        try reading(range.lowerBound + place, sample)
      }
      for (i, value) in values.enumerated() { try body(range.lowerBound + i, value) }
    }
  }

  /// Raw bytes a thread reads before waiting for the others, and the minimum number of frames.
  private static let runBytes = 8 << 20
  private static let runFrames = 4

  /// Ranges of frames read before their samples are handed on.
  private func runsOfFrames(threads: Int) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    var bytes = 0
    for frame in index.frames.indices {
      if let run = runs.last,
        bytes < Self.runBytes * threads || run.count < Self.runFrames * threads
      {
        runs[runs.count - 1] = run.lowerBound..<(frame + 1)
      } else {
        runs.append(frame..<(frame + 1))
        bytes = 0
      }
      bytes += index.frames[frame].rawSize
    }
    return runs
  }

  /// A frame as from `checkedFrame`, or a cached one.
  private func frame(
    _ number: Int, with reading: inout FrameReading
  ) throws(ArchiveError) -> CheckedFrame {
    if let kept = cache.withLock({ $0.frame(number) }) { return kept }
    let frame = try checkedFrame(number, with: &reading)
    cache.withLock { $0.keep(frame, as: number) }
    return frame
  }

  private func sample(at position: Int, in frame: CheckedFrame) -> ArchiveSample {
    let place = position - index.frames[index.frame(of: position)].samples.lowerBound
    var at = 0
    for member in frame.lines.members[..<(place * fields.count)] {
      at += TarHeader.size + TarHeader.paddedSize(member.length)
    }
    var members: [ArchiveSample.Member] = []
    members.reserveCapacity(fields.count)
    for (number, field) in fields.enumerated() {
      let length = frame.lines.members[place * fields.count + number].length
      at += TarHeader.size
      members.append(.init(name: field, storage: frame.raw, range: at..<(at + length)))
      at += TarHeader.paddedSize(length)
    }
    return ArchiveSample(
      id: frame.lines.ids[place], members: members,
      columns: .init(frame.lines.text, frame.lines.columns[place]))
  }
}

extension Range<Int> {
  /// Cuts the range into runs of the same key.
  fileprivate func split(by key: (Int) -> Int) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    for i in self {
      if let last = runs.last, key(last.lowerBound) == key(i) {
        runs[runs.count - 1] = last.lowerBound..<(i + 1)
      } else {
        runs.append(i..<(i + 1))
      }
    }
    return runs
  }
}
