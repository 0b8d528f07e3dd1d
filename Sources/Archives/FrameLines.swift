internal import Files

/// The index lines of one frame: the ids of its samples, and the lengths and digests of their
/// members.
struct FrameLines: Sendable {
  let ids: [String]
  /// Members sample by sample, one per field.
  let members: [ArchiveIndex.Member]
  let text: [UInt8]
  /// Byte range in `text` of each sample's columns.
  let columns: [Range<Int>]

  /// - Throws: `ArchiveError.index` if the lines differ from those the archive was opened with.
  init(
    _ text: [UInt8], of frame: ArchiveIndex.Frame, fields: [String], file: String
  ) throws(ArchiveError) {
    func changed() -> ArchiveError {
      .index(
        file: file, line: 0,
        reason: "has changed since the archive was opened, at frame \(frame.number)")
    }
    var ids: [String] = []
    var members: [ArchiveIndex.Member] = []
    var columns: [Range<Int>] = []
    ids.reserveCapacity(frame.samples.count)
    columns.reserveCapacity(frame.samples.count)
    members.reserveCapacity(frame.samples.count * fields.count)
    var at = frame.rawStart
    let end = frame.rawStart + frame.rawSize
    var scan = IndexScan(fields: fields)
    try ArchiveIndex.forEachLine(of: text.span, &scan, fields: fields, file: file) {
      (scan, text, _) throws(ArchiveError) in
      for field in fields.indices {
        guard scan.frame == frame.number, scan.offsets[field] == at + TarHeader.size,
          scan.offsets[field] <= end,
          TarHeader.paddedSize(scan.lengths[field]) <= end - scan.offsets[field]
        else { throw changed() }
        at = scan.offsets[field] + TarHeader.paddedSize(scan.lengths[field])
        members.append(.init(length: scan.lengths[field], digest: scan.digests[field]))
      }
      ids.append(
        text.extracting(scan.id).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) })
      columns.append(scan.columns)
    }
    guard ids.count == frame.samples.count, at == end else { throw changed() }
    self.ids = ids
    self.members = members
    self.text = text
    self.columns = columns
  }

  /// The columns of one sample; `place` counts within the frame.
  func columns(at place: Int) -> JSONObject { ArchiveSample.Columns(text, columns[place]).object }
}

/// A decompressed frame, checked byte by byte against its lines.
struct CheckedFrame: Sendable {
  let raw: [UInt8]
  let lines: FrameLines
}
