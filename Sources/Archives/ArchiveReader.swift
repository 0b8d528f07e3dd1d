public import Files
internal import Parallel
internal import Synchronization

/// Reads an archive by position or id; nothing is handed out that was not checked.
///
/// Opening checks the manifest's own digest, then each index against the manifest, then that the
/// index's numbers fit one another and each shard's seek table. Reading a sample decompresses its
/// frame to the end, compares the frame's size, every tar header, every member's SHA-256 and all
/// padding: every byte. `verify` checks the same of all, the frames' own checksums, and every file.
public final class ArchiveReader: Sendable {
  public let directory: String
  public let manifest: Manifest
  public let archive: ArchiveDescription
  let index: ArchiveIndex
  /// Of each frame, its place and length in the shard's file.
  let placed: [Placed]
  /// Of each shard, the frame of the end blocks.
  let endFrames: [Placed]
  private let cache = Mutex(FrameCache())

  struct Placed: Sendable {
    let start: Int
    let size: Int
  }

  /// Opens the archive that the manifest of `directory` describes.
  ///
  /// - Throws: `ArchiveError` naming the file, what was expected and what was found.
  public convenience init(directory: String) throws(ArchiveError) {
    let manifest: Manifest
    do throws(ManifestError) { manifest = try Manifest.read(from: directory) } catch {
      throw .manifest(error)
    }
    try self.init(directory: directory, manifest: manifest)
  }

  /// Opens an archive that its writer has finished but that no manifest in the folder seals yet:
  /// the writer reads back what it wrote.
  ///
  /// - Parameter manifest: `ArchiveSummary.manifest` of the writer.
  /// - Throws: as `init(directory:)`.
  public init(directory: String, manifest: Manifest) throws(ArchiveError) {
    self.directory = directory
    self.manifest = manifest
    archive = try ArchiveDescription(manifest: manifest, folder: directory)
    var index = ArchiveIndex(fields: archive.fields)
    let digests = ContentDigest()
    var placed: [Placed] = []
    var endFrames: [Placed] = []
    for (number, shard) in archive.shards.enumerated() {
      let lines = try Self.wholeFile(shard.index, in: directory, manifest: manifest)
      let rawSizes = try index.add(
        lines, shard: number, described: shard, file: directory + "/" + shard.index,
        content: digests)
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
    let content = digests.finish()
    guard content == archive.content else {
      throw .content(folder: directory, expected: archive.content.hex, found: content.hex)
    }
    self.index = index
    self.placed = placed
    self.endFrames = endFrames
  }

  /// How many samples.
  public var count: Int { index.ids.count }
  /// The ids, in order.
  public var ids: [String] { index.ids }
  /// The field names, in the order of each sample's members.
  public var fields: [String] { index.fields }
  public func position(of id: String) -> Int? { index.positions[id] }

  /// The columns of a sample's index line.
  ///
  /// - Precondition: 0 ≤ position < `count`.
  public func columns(at position: Int) -> JSONObject { index.columns[position] }

  /// Length and SHA-256 of one field of a sample, without reading it.
  public func member(_ field: String, at position: Int) -> (length: Int, digest: Digest)? {
    guard let place = fields.firstIndex(of: field) else { return nil }
    let member = index.member(place, of: position)
    return (member.length, member.digest)
  }

  public func sample(at position: Int) throws(ArchiveError) -> ArchiveSample {
    guard index.ids.indices.contains(position) else {
      throw .noSample(folder: directory, what: "at \(position): there are \(count)")
    }
    var reading = try FrameReading(.ignored)
    return sample(
      at: position, in: try bytes(ofFrame: index.frameOfSample[position], with: &reading)
    ).detached
  }

  public func sample(id: String) throws(ArchiveError) -> ArchiveSample {
    guard let position = index.positions[id] else {
      throw .noSample(folder: directory, what: "called \(JSON(id).text)")
    }
    return try sample(at: position)
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

  /// What `body` makes of the samples at any positions, in the order asked for; each frame is read
  /// once, and `body` runs on the thread that read it, so that no more frames than threads are in
  /// memory, unless `body` gives samples back: each keeps the frame that it lies in.
  ///
  /// - Parameter body: takes the place in `asked` and the sample.
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
    for position in asked where !index.ids.indices.contains(position) {
      throw .noSample(folder: directory, what: "at \(position): there are \(count)")
    }
    // Places in `asked`, those of one frame together, frames in their order in the archive.
    let frames = asked.map { index.frameOfSample[$0] }
    let byFrame = asked.indices.sorted { (frames[$0], $0) < (frames[$1], $1) }
    let runs = byFrame.indices.split(by: { frames[byFrame[$0]] })
    let read = try inParallel(runs.count, threads: threads) {
      () throws(ArchiveError) in
      try FrameReading(.ignored)
    } _: { (reading, i) throws(ArchiveError) in
      let run = byFrame[runs[i]]
      let raw = try bytes(ofFrame: frames[run[run.startIndex]], with: &reading)
      return run.map { (place: $0, value: body($0, sample(at: asked[$0], in: raw))) }
    }
    var values = [Value?](repeating: nil, count: asked.count)
    for entry in read.joined() { values[entry.place] = entry.value }
    return values.compactMap { $0 }
  }

  /// Every sample in order, a few frames at a time: for archives larger than the memory.
  public func forEachSample(
    threads: Int = 1, _ body: (Int, ArchiveSample) throws -> Void
  ) throws {
    try forEachSample(threads: threads, reading: { $1 }, body)
  }

  /// Every sample in order, a few frames at a time: `reading` runs on the thread that read a sample,
  /// `body` on the caller's, in order, with what it made of it.
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

  /// Raw bytes that a thread reads before it waits for the others, and the fewest frames.
  private static let runBytes = 8 << 20
  private static let runFrames = 4

  /// Frames that are read before they are handed on.
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

  /// Bytes of a frame as `checkedBytes`, or those that are kept from before.
  private func bytes(
    ofFrame number: Int, with reading: inout FrameReading
  ) throws(ArchiveError) -> [UInt8] {
    if let bytes = cache.withLock({ $0.bytes(of: number) }) { return bytes }
    let bytes = try checkedBytes(ofFrame: number, with: &reading)
    cache.withLock { $0.keep(bytes, of: number) }
    return bytes
  }

  private func sample(at position: Int, in raw: [UInt8]) -> ArchiveSample {
    let frame = index.frames[index.frameOfSample[position]]
    var at = 0
    for earlier in frame.samples.lowerBound..<position {
      for field in fields.indices {
        at += TarHeader.size + TarHeader.paddedSize(index.member(field, of: earlier).length)
      }
    }
    var members: [ArchiveSample.Member] = []
    members.reserveCapacity(fields.count)
    for (number, field) in fields.enumerated() {
      let length = index.member(number, of: position).length
      at += TarHeader.size
      members.append(.init(name: field, storage: raw, range: at..<(at + length)))
      at += TarHeader.paddedSize(length)
    }
    return ArchiveSample(
      id: index.ids[position], members: members, columns: index.columns[position])
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
