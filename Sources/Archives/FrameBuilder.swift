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
  /// Tar bytes, digests and the compressed frame: a function of the job and the level alone, so
  /// that it can run on any thread.
  ///
  /// - Throws: `ArchiveError.library` when libarchive's headers are not the canonical ones: the
  ///   reader would refuse them.
  func build(with compressor: FrameCompressor) throws(ArchiveError) -> BuiltFrame {
    let raw = try TarBytes.members(of: samples)
    var lines: [IndexLine] = []
    lines.reserveCapacity(samples.count)
    var at = 0
    for sample in samples {
      var members: [IndexLine.Member] = []
      for (field, bytes) in sample.fields {
        let header = TarHeader.canonical(name: sample.id + "." + field, size: bytes.count)
        let start = at + TarHeader.size
        guard raw.count >= start, raw[at..<start].elementsEqual(header) else {
          throw .library(
            reason: "libarchive writes another tar header for \(sample.id).\(field) than this "
              + "format has -- use a libarchive that writes plain ustar headers")
        }
        members.append(
          IndexLine.Member(
            field: field, offset: start, length: bytes.count, digest: SHA256.hash(bytes)))
        at = start + TarHeader.paddedSize(bytes.count)
      }
      lines.append(IndexLine(id: sample.id, frame: 0, members: members, columns: sample.columns))
    }
    guard raw.count == at else {
      throw .library(reason: "libarchive wrote \(raw.count) tar bytes where \(at) belong")
    }
    return BuiltFrame(
      shard: shard, bytes: try compressor.compress(raw), rawSize: raw.count, lines: lines)
  }
}
