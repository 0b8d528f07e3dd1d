internal import Files

/// The seek table at the end of a shard, in the zstd seekable format (version 0.1.0): a
/// skippable frame, which ordinary decompressors skip.
///
///     0x184D2A5E, size, (compressed size, raw size) per frame, frame count, 0, 0x8F92EAB1
///
/// All numbers are little-endian 32-bit, except the descriptor 0, which is one byte (no checksums:
/// each frame has its own).
struct SeekTable: Sendable, Equatable {
  struct Entry: Sendable, Equatable {
    var compressedSize: Int
    var rawSize: Int
  }

  /// The two zero blocks that end a tar: alone in the last frame.
  static let endBlockBytes = 1024
  /// The largest raw frame; the seekable format's own bound.
  static let largestFrame = 1 << 30
  private static let skippableMagic: UInt32 = 0x184D_2A5E
  private static let footerMagic: UInt32 = 0x8F92_EAB1

  var entries: [Entry]

  /// Length of the table of `frames` frames, its frame header included.
  static func byteCount(frames: Int) -> Int { 8 + 8 * frames + 9 }

  var bytes: [UInt8] {
    var out: [UInt8] = []
    out.append(littleEndian: Self.skippableMagic)
    out.append(littleEndian: UInt32(Self.byteCount(frames: entries.count) - 8))
    for entry in entries {
      out.append(littleEndian: UInt32(entry.compressedSize))
      out.append(littleEndian: UInt32(entry.rawSize))
    }
    out.append(littleEndian: UInt32(entries.count))
    out.append(0)
    out.append(littleEndian: Self.footerMagic)
    return out
  }

  init(entries: [Entry]) { self.entries = entries }

  /// Reads the table of a shard whose raw frame sizes are known from its index.
  ///
  /// - Parameters:
  ///   - shard: the opened file.
  ///   - rawSizes: of every frame, the end frame last.
  /// - Throws: `ArchiveError.seekTable` when magic, counts or sizes differ, or when the frames and
  ///   the table do not fill the file exactly.
  init(of shard: RandomAccessFile, rawSizes: [Int]) throws(ArchiveError) {
    let path = shard.path
    func wrong(_ reason: String) -> ArchiveError { .seekTable(file: path, reason: reason) }
    let length = Self.byteCount(frames: rawSizes.count)
    guard shard.size >= length else {
      throw wrong("needs \(length) bytes, the file has \(shard.size)")
    }
    entries = []
    entries.reserveCapacity(rawSizes.count)
    do throws(FileError) {
      let bytes = try shard.read(at: shard.size - length, count: length)
      var reader = ByteReader(bytes, named: path)
      let magic: UInt32 = try reader.read()
      let size: UInt32 = try reader.read()
      guard magic == Self.skippableMagic, size == UInt32(length - 8) else {
        throw FileError.truncated(path: path, at: shard.size - length, needs: length, has: 0)
      }
      for _ in rawSizes {
        let compressed: UInt32 = try reader.read()
        let raw: UInt32 = try reader.read()
        entries.append(Entry(compressedSize: Int(compressed), rawSize: Int(raw)))
      }
      let count: UInt32 = try reader.read()
      let descriptor: UInt8 = try reader.read()
      let footer: UInt32 = try reader.read()
      guard count == UInt32(rawSizes.count), descriptor == 0, footer == Self.footerMagic else {
        throw FileError.truncated(path: path, at: shard.size - 9, needs: 9, has: 0)
      }
    } catch .truncated(_, let at, _, _) {
      throw wrong("byte \(at): no table of \(rawSizes.count) frames stands there")
    } catch {
      throw .file(error)
    }
    for (number, entry) in entries.enumerated() where entry.rawSize != rawSizes[number] {
      throw wrong(
        "frame \(number): expected \(rawSizes[number]) raw bytes, found \(entry.rawSize)")
    }
    let total = entries.reduce(length) { $0 + $1.compressedSize }
    guard total == shard.size else {
      throw wrong("frames and table fill \(total) bytes, the file has \(shard.size)")
    }
  }
}
