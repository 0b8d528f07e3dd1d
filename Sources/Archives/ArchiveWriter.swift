internal import Files
internal import Parallel

/// Writes a set of samples as shards of independent zstd frames (`Format.md`).
///
/// The bytes depend only on the samples and the options, and not on `threads`.
/// No manifest is written: readers do not see the archive until the caller writes one, last, with
/// `ArchiveSummary.description` and `files`.
public struct ArchiveWriter {
  /// All options except `threads` affect the bytes and are recorded in the manifest.
  public struct Options: Sendable, Equatable {
    /// zstd level, 1…19, or 0 to store bytes uncompressed.
    public var level = 3
    /// A frame is closed at this many samples …
    public var samplesPerFrame = 64
    /// … or at this many raw bytes, whichever is first.
    public var rawBytesPerFrame = 256 << 10
    /// A shard is closed at this many raw bytes …
    public var rawBytesPerShard = 64 << 20
    /// … or at this many samples.
    public var samplesPerShard: Int?
    /// Number of threads that make frames.
    public var threads = 1

    /// - Parameters:
    ///   - level: of zstd, 1…19; 0 stores bytes uncompressed.
    ///   - samplesPerShard: `nil` for no limit.
    ///   - rawBytesPerShard, rawBytesPerFrame: limits in bytes of the tar; a larger sample stands
    ///     alone.
    ///   - threads: that make frames; the bytes do not depend on it.
    public init(
      level: Int = 3, samplesPerShard: Int? = nil, rawBytesPerShard: Int = 64 << 20,
      samplesPerFrame: Int = 64, rawBytesPerFrame: Int = 256 << 10, threads: Int = 1
    ) {
      self.level = level
      self.samplesPerShard = samplesPerShard
      self.rawBytesPerShard = rawBytesPerShard
      self.samplesPerFrame = samplesPerFrame
      self.rawBytesPerFrame = rawBytesPerFrame
      self.threads = threads
    }
  }

  private let name: String
  private let options: Options
  private let shards: ShardSequence
  /// Raw bytes that may wait for the workers, and frames that may wait per thread.
  private static let largestBacklog = 64 << 20
  private static let framesInWaiting = 64

  private var fields: [String]?
  private var ids = NameSet()
  private var group: [ArchiveSample] = []
  private var groupBytes = 0
  private var jobs: [FrameJob] = []
  private var jobBytes = 0
  /// Number of frames before those in `jobs`.
  private var jobsTaken = 0
  private var shardNumber = 0
  private var shardBytes = 0
  private var shardSamples = 0

  /// - Parameters:
  ///   - directory: must exist and hold no file of this archive (see `removeLeftovers`).
  ///   - name: `[A-Za-z0-9_-]`, at most 80 bytes: the stem of all file names.
  /// - Precondition: level 0…19, the other options positive.
  public init(directory: String, name: String, options: Options = Options()) throws(ArchiveError) {
    precondition(Zstd.levels.contains(options.level), "levels go from 0 to 19")
    precondition(
      options.samplesPerFrame > 0 && options.rawBytesPerFrame > 0 && options.rawBytesPerShard > 0
        && options.samplesPerShard ?? 1 > 0 && options.threads > 0, "options are positive")
    if let fault = ArchiveNames.fault(inArchive: name) {
      throw .description(folder: directory, reason: fault)
    }
    self.name = name
    self.options = options
    shards = try ShardSequence(folder: directory, name: name, level: options.level)
  }

  /// Appends a sample.
  ///
  /// - Throws: `ArchiveError.sample` for an invalid id or field, a repeated id, fields other than
  ///   those of the first sample, a member name over 100 bytes, or more than 1 GiB; `.file` when a
  ///   write fails.
  public mutating func append(_ sample: ArchiveSample) throws(ArchiveError) {
    let size = try rawSize(checking: sample)
    if !group.isEmpty, groupBytes + size > SeekTable.largestFrame { try closeFrame() }
    group.append(sample)
    groupBytes += size
    let isShardFull = options.samplesPerShard.map { shardSamples + group.count >= $0 } ?? false
    if group.count >= options.samplesPerFrame || groupBytes >= options.rawBytesPerFrame
      || isShardFull
    {
      try closeFrame()
    }
  }

  /// Writes the rest. The writer cannot be used afterwards.
  public mutating func finish() throws(ArchiveError) -> ArchiveSummary {
    if !group.isEmpty { try closeFrame() }
    try makeFrames()
    let written = try shards.finish()
    return ArchiveSummary(
      archive: ArchiveDescription(
        name: name, content: written.content, samples: ids.count, fields: fields ?? [],
        shards: written.shards,
        compressor: [
          "library": "libzstd", "version": JSON(Zstd.version), "level": JSON(options.level),
          "checksum": true, "frame_samples": JSON(options.samplesPerFrame),
          "frame_bytes": JSON(options.rawBytesPerFrame),
          "shard_bytes": JSON(options.rawBytesPerShard),
          "shard_samples": options.samplesPerShard.map { JSON($0) } ?? .null,
        ]), files: written.files)
  }

  /// Removes files that an interrupted writer of the same name left in a folder without a manifest.
  public static func removeLeftovers(directory: String, name: String) throws(ArchiveError) {
    precondition(
      !fileExists(directory + "/" + Manifest.fileName), "a folder with a manifest is complete")
    try withFiles { () throws(FileError) in
      for file in try Folder.names(in: directory)
      where file.hasPrefix(name + "-")
        && (file.hasSuffix(".tar.zst") || file.hasSuffix(".index.jsonl"))
      {
        try Folder.remove(directory + "/" + file)
      }
    }
  }

  /// Raw tar bytes of a sample, after checking that it may be written.
  private mutating func rawSize(checking sample: ArchiveSample) throws(ArchiveError) -> Int {
    func wrong(_ reason: String) -> ArchiveError { .sample(id: sample.id, reason: reason) }
    if let fault = ArchiveNames.fault(inID: sample.id) { throw wrong(fault) }
    let names = sample.members.map(\.name)
    if fields == nil {
      guard !names.isEmpty, Set(names).count == names.count else {
        throw wrong("a sample needs fields, each once")
      }
      for name in names {
        if let fault = ArchiveNames.fault(inField: name) { throw wrong(fault) }
      }
      fields = names
    }
    guard names == fields else {
      throw wrong("has the fields \(names), the samples before it \(fields ?? [])")
    }
    var size = 0
    for member in sample.members {
      let (field, count) = (member.name, member.range.count)
      guard sample.id.utf8.count + 1 + field.utf8.count <= ArchiveNames.longestMember else {
        throw wrong("\(sample.id).\(field) is longer than \(ArchiveNames.longestMember) bytes")
      }
      guard count < SeekTable.largestFrame else {
        throw wrong("\(field) has \(count) bytes, a sample at most 1 GiB")
      }
      size += TarHeader.size + TarHeader.paddedSize(count)
    }
    guard size <= SeekTable.largestFrame else {
      throw wrong("takes \(size) bytes, a sample at most 1 GiB")
    }
    guard ids.insert(sample.id) else { throw wrong("was there before") }
    return size
  }

  private mutating func closeFrame() throws(ArchiveError) {
    jobs.append(FrameJob(shard: shardNumber, samples: group))
    jobBytes += groupBytes
    shardBytes += groupBytes
    shardSamples += group.count
    group = []
    groupBytes = 0
    if shardBytes >= options.rawBytesPerShard || shardSamples >= options.samplesPerShard ?? .max {
      shardNumber += 1
      shardBytes = 0
      shardSamples = 0
    }
    if jobs.count >= Self.framesInWaiting * options.threads || jobBytes >= Self.largestBacklog {
      try makeFrames()
    }
  }

  /// Makes the complete frames and writes them in order.
  private mutating func makeFrames() throws(ArchiveError) {
    let (work, level) = (try takeFrames(), options.level)
    _ = try inParallel(work.count, threads: options.threads) {
      () throws(ArchiveError) in
      try FrameCompressor(level: level)
    } _: { (compressor, item) throws(ArchiveError) in
      try work.make(item, with: compressor)
    }
    try shards.catchUp()
  }

  /// Takes the complete frames not yet made or taken, so that the caller's threads can make them.
  /// The writer makes any that are not taken in time. Who makes a frame, and when, does not affect
  /// the bytes.
  ///
  /// - Throws: `ArchiveError.library` when libarchive's bytes are not the canonical ones: other
  ///   tools would then read the set differently.
  public mutating func takeFrames() throws(ArchiveError) -> FrameWork {
    if jobsTaken == 0, let first = jobs.first { try TarBytes.check(first.samples) }
    defer {
      jobsTaken += jobs.count
      jobs = []
      jobBytes = 0
    }
    return FrameWork(jobs: jobs, first: jobsTaken, level: options.level, shards: shards)
  }
}
