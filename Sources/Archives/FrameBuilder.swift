internal import Files

/// A group of adjacent samples that becomes one frame of one shard.
struct FrameJob: Sendable {
  let shard: Int
  let samples: [ArchiveSample]
}

/// A frame ready to be written, with its index lines.
struct BuiltFrame: Sendable {
  let shard: Int
  let bytes: [UInt8]
  let rawSize: Int
  /// One line per sample; until placed, `frame` is 0 and offsets start at the frame's first raw
  /// byte.
  let lines: [IndexLine]
}

extension FrameJob {
  /// Tar bytes, digests and the compressed frame. Depends only on the job and the level, so any
  /// thread can make it.
  func build(with compressor: FrameCompressor) throws(ArchiveError) -> BuiltFrame {
    let raw = TarBytes.canonical(of: samples)
    var at = 0
    let parts = samples.flatMap { sample in
      sample.members.map { member in
        let start = at + TarHeader.size
        at = start + TarHeader.paddedSize(member.range.count)
        return start..<(start + member.range.count)
      }
    }
    let digests = SHA256.hashes(of: parts, in: raw)
    var next = 0
    let lines = samples.map { sample in
      let members = sample.members.map { member in
        defer { next += 1 }
        return IndexLine.Member(
          field: member.name, offset: parts[next].lowerBound, length: parts[next].count,
          digest: digests[next])
      }
      return IndexLine(id: sample.id, frame: 0, members: members, columns: sample.columns)
    }
    return BuiltFrame(
      shard: shard, bytes: try compressor.compress(raw), rawSize: raw.count, lines: lines)
  }
}
