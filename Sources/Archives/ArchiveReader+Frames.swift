internal import Files

extension ArchiveReader {
  /// Opens a file of the archive and checks its size against the manifest.
  static func open(
    _ name: String, in directory: String, manifest: Manifest
  ) throws(ArchiveError) -> RandomAccessFile {
    guard let entry = manifest.file(name) else {
      throw .description(folder: directory, reason: "does not list the file \(name)")
    }
    let file: RandomAccessFile
    do throws(FileError) { file = try RandomAccessFile(directory + "/" + name) } catch {
      if error.isMissing { throw .missing(folder: directory, file: name) }
      throw .file(error)
    }
    guard file.size == entry.bytes else {
      throw .size(file: file.path, expected: entry.bytes, found: file.size)
    }
    return file
  }

  /// Reads a whole file of the archive and checks its digest against the manifest.
  static func wholeFile(
    _ name: String, in directory: String, manifest: Manifest
  ) throws(ArchiveError) -> [UInt8] {
    let file = try open(name, in: directory, manifest: manifest)
    let bytes = try withFiles { () throws(FileError) in try file.read(at: 0, count: file.size) }
    let found = SHA256.hash(bytes).hex
    let expected = manifest.file(name)?.sha256 ?? ""
    guard found == expected else {
      throw .digest(file: file.path, expected: expected, found: found)
    }
    return bytes
  }

  /// A thread's reading state: a decompressor and the last shard read.
  struct FrameReading {
    let decompressor: FrameDecompressor
    var open: (shard: String, file: RandomAccessFile)?
    var openIndex: (shard: Int, file: RandomAccessFile)?

    init(_ checksums: FrameDecompressor.Checksums) throws(ArchiveError) {
      decompressor = try FrameDecompressor(checksums)
    }
  }

  /// A frame with its lines, fully checked. Every decompressed byte belongs to a member, whose
  /// digest is compared, or to a header or padding, whose bytes are known.
  func checkedFrame(
    _ number: Int, with reading: inout FrameReading
  ) throws(ArchiveError) -> CheckedFrame {
    let frame = index.frames[number]
    let lines = try lines(ofFrame: number, with: &reading)
    let raw = try decompressed(
      placed[number], shard: archive.shards[frame.shard].file, frame: frame.number,
      rawSize: frame.rawSize, with: &reading)
    try checkMembers(ofFrame: number, raw, lines)
    return CheckedFrame(raw: raw, lines: lines)
  }

  /// The index lines of a frame, read again.
  func lines(
    ofFrame number: Int, with reading: inout FrameReading
  ) throws(ArchiveError) -> FrameLines {
    let frame = index.frames[number]
    let file: RandomAccessFile
    if let open = reading.openIndex, open.shard == frame.shard {
      file = open.file
    } else {
      file = try Self.open(
        archive.shards[frame.shard].index, in: directory, manifest: manifest)
      reading.openIndex = (frame.shard, file)
    }
    let text = try withFiles { () throws(FileError) in
      try file.read(at: frame.lines.lowerBound, count: frame.lines.count)
    }
    return try FrameLines(text, of: frame, fields: fields, file: file.path)
  }

  /// Checks digests, headers and padding of all members of a frame, in order.
  private func checkMembers(
    ofFrame number: Int, _ raw: [UInt8], _ lines: FrameLines
  ) throws(ArchiveError) {
    let frame = index.frames[number]
    var at = 0
    let parts = lines.members.map { member in
      let start = at + TarHeader.size
      at = start + TarHeader.paddedSize(member.length)
      return start..<(start + member.length)
    }
    let digests = SHA256.hashes(of: parts, in: raw)
    var next = 0
    for id in lines.ids {
      for field in fields {
        func named() -> (file: String, member: String) {
          (directory + "/" + archive.shards[frame.shard].file, id + "." + field)
        }
        func wrong(_ reason: String) -> ArchiveError {
          .member(
            file: named().file, frame: frame.number, member: named().member, reason: reason)
        }
        let (bytes, found) = (parts[next], digests[next])
        let expected = lines.members[next].digest
        next += 1
        guard TarHeader.stands(id: id, field: field, before: bytes, in: raw) else {
          throw wrong("the tar header is not the one that the index implies")
        }
        guard found == expected else {
          throw .memberDigest(
            file: named().file, frame: frame.number, member: named().member,
            expected: expected.hex, found: found.hex)
        }
        let end = bytes.lowerBound + TarHeader.paddedSize(bytes.count)
        guard TarHeader.isPadding(bytes.upperBound..<end, of: raw) else {
          throw wrong("its padding is not zero")
        }
      }
    }
  }

  /// Reads one frame of a shard and decompresses it completely.
  func decompressed(
    _ place: Placed, shard: String, frame: Int, rawSize: Int, with reading: inout FrameReading
  ) throws(ArchiveError) -> [UInt8] {
    let file: RandomAccessFile
    if let open = reading.open, open.shard == shard {
      file = open.file
    } else {
      file = try Self.open(shard, in: directory, manifest: manifest)
      reading.open = (shard, file)
    }
    let bytes = try withFiles { () throws(FileError) in
      try file.read(at: place.start, count: place.size)
    }
    switch reading.decompressor.decompress(bytes, rawSize: rawSize) {
    case .raw(let raw): return raw
    case .damaged(let reason):
      throw .frame(file: file.path, frame: frame, at: place.start, reason: reason)
    }
  }
}
