internal import Files

/// The index lines of one frame: what its samples are called, how long their members are, and which
/// digests they have.
struct FrameLines: Sendable {
  let ids: [String]
  /// Of each sample, as many as there are fields.
  let members: [ArchiveIndex.Member]
  let text: [UInt8]
  /// Of each sample, the columns in `text`.
  let columns: [Range<Int>]

  /// - Throws: `ArchiveError.index` for lines that are not those that the archive was opened with.
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

  /// The columns of one sample, counted within the frame.
  func columns(at place: Int) -> JSONObject { ArchiveSample.Columns(text, columns[place]).object }
}

/// A frame that was decompressed and compared with its lines, byte by byte.
struct CheckedFrame: Sendable {
  let raw: [UInt8]
  let lines: FrameLines
}
