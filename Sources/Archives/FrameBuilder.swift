internal import Files

/// A group of adjacent samples that becomes one frame of one shard.
struct FrameJob: Sendable {
  let shard: Int
  let samples: [ArchiveSample]
}

/// A frame ready to be written, with what the index says about it.
struct BuiltFrame: Sendable {
  let shard: Int
  let bytes: [UInt8]
  let rawSize: Int
  /// A line per sample; `frame` 0 and offsets from the frame's first raw byte until it is placed.
  let lines: [IndexLine]
}

extension FrameJob {
  /// How many frames a thread makes together: their members are digested two at a time, and a frame
  /// may hold one large member alone.
  static let together = 2

  /// Tar bytes, digests and compressed frames: each a function of its job and the level alone, so
  /// that it can be made on any thread.
  static func build(
    _ jobs: ArraySlice<FrameJob>, with compressor: FrameCompressor
  ) throws(ArchiveError) -> [BuiltFrame] {
    let raws = jobs.map { TarBytes.canonical(of: $0.samples) }
    var parts: [(array: Int, bytes: Range<Int>)] = []
    for (number, job) in jobs.enumerated() {
      var at = 0
      for sample in job.samples {
        for (_, bytes) in sample.fields {
          let start = at + TarHeader.size
          parts.append((array: number, bytes: start..<(start + bytes.count)))
          at = start + TarHeader.paddedSize(bytes.count)
        }
      }
    }
    let digests = SHA256.hashes(of: parts, in: raws)
    var built: [BuiltFrame] = []
    var next = 0
    for (job, raw) in zip(jobs, raws) {
      let lines = job.samples.map { sample in
        let members = sample.fields.map { field, _ in
          defer { next += 1 }
          let bytes = parts[next].bytes
          return IndexLine.Member(
            field: field, offset: bytes.lowerBound, length: bytes.count, digest: digests[next])
        }
        return IndexLine(id: sample.id, frame: 0, members: members, columns: sample.columns)
      }
      built.append(
        BuiltFrame(
          shard: job.shard, bytes: try compressor.compress(raw), rawSize: raw.count, lines: lines))
    }
    return built
  }
}
