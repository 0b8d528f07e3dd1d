internal import Files

extension ArchiveReader {
  /// A file of the archive, opened, with the size that the manifest says.
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

  /// The content of a file of the archive, with the digest that the manifest says.
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

  /// The decompressed bytes of a frame, after every check that can be made of it.
  func checkedBytes(
    ofFrame number: Int, with decompressor: FrameDecompressor
  ) throws(ArchiveError) -> [UInt8] {
    let frame = index.frames[number]
    let name = archive.shards[frame.shard].file
    let raw = try decompressed(
      placed[number], shard: name, frame: frame.number, rawSize: frame.rawSize, with: decompressor)
    var at = 0
    for sample in frame.samples {
      for (number, field) in fields.enumerated() {
        let member = index.member(number, of: sample)
        let memberName = index.ids[sample] + "." + field
        func wrong(_ reason: String) -> ArchiveError {
          .member(
            file: directory + "/" + name, frame: frame.number, member: memberName, reason: reason)
        }
        let header = TarHeader.canonical(name: memberName, size: member.length)
        guard raw[at..<(at + TarHeader.size)].elementsEqual(header) else {
          throw wrong("the tar header is not the one that the index implies")
        }
        at += TarHeader.size
        let found = SHA256.hash(raw[at..<(at + member.length)])
        guard found == member.digest else {
          throw .memberDigest(
            file: directory + "/" + name, frame: frame.number, member: memberName,
            expected: member.digest.hex, found: found.hex)
        }
        let end = at + TarHeader.paddedSize(member.length)
        guard raw[(at + member.length)..<end].allSatisfy({ $0 == 0 }) else {
          throw wrong("its padding is not zero")
        }
        at = end
      }
    }
    return raw
  }

  /// Reads one frame of a shard and decompresses it to the end.
  func decompressed(
    _ place: Placed, shard: String, frame: Int, rawSize: Int,
    with decompressor: FrameDecompressor
  ) throws(ArchiveError) -> [UInt8] {
    let file = try Self.open(shard, in: directory, manifest: manifest)
    let bytes = try withFiles { () throws(FileError) in
      try file.read(at: place.start, count: place.size)
    }
    switch decompressor.decompress(bytes, rawSize: rawSize) {
    case .raw(let raw): return raw
    case .damaged(let reason):
      throw .frame(file: file.path, frame: frame, at: place.start, reason: reason)
    }
  }
}
