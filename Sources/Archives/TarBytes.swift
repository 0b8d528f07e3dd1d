internal import CArchive

/// Makes tar bytes in memory, with libarchive or, byte-identical, by our own code in one copy.
package enum TarBytes {
  /// The members of `samples` with canonical headers, without the end blocks.
  package static func canonical(of samples: [ArchiveSample]) -> [UInt8] {
    let size = samples.reduce(0) { sum, sample in
      sample.members.reduce(sum) { $0 + TarHeader.size + TarHeader.paddedSize($1.range.count) }
    }
    return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      let raw = UnsafeMutableRawBufferPointer(buffer)
      for sample in samples {
        for member in sample.members {
          let bytes = member.slice
          TarHeader.write(
            id: sample.id, field: member.name, size: bytes.count,
            to: UnsafeMutableRawBufferPointer(rebasing: raw[count..<(count + TarHeader.size)]))
          count += TarHeader.size
          let end = count + TarHeader.paddedSize(bytes.count)
          raw[count..<(count + bytes.count)].copyBytes(from: bytes)
          raw[(count + bytes.count)..<end].initializeMemory(as: UInt8.self, repeating: 0)
          count = end
        }
      }
    }
  }

  /// - Throws: `ArchiveError.library` when libarchive's bytes for `samples` differ.
  static func check(_ samples: [ArchiveSample]) throws(ArchiveError) {
    guard try members(of: samples) == canonical(of: samples) else {
      throw .library(
        reason: "libarchive writes another tar of \(samples.first?.id ?? "no sample") than this "
          + "format has -- use a libarchive that writes plain ustar headers")
    }
  }

  /// The members of `samples` as libarchive's pax/ustar entries, without the end blocks.
  package static func members(of samples: [ArchiveSample]) throws(ArchiveError) -> [UInt8] {
    guard let archive = archive_write_new() else { throw .library(reason: "libarchive: no memory") }
    defer { archive_write_free(archive) }
    // One allocation of the size that the format needs, whatever libarchive does.
    let sink = Sink(
      capacity: samples.reduce(0) { sum, sample in
        sample.members.reduce(sum) { $0 + TarHeader.size + TarHeader.paddedSize($1.range.count) }
      } + closingBytes)
    func check(_ code: Int32) throws(ArchiveError) {
      guard code == ARCHIVE_OK else {
        let text = archive_error_string(archive).map { String(cString: $0) } ?? "code \(code)"
        throw .library(reason: "libarchive cannot write a tar: \(text)")
      }
    }
    try check(archive_write_set_format_pax_restricted(archive))
    // 0: every byte reaches the sink at once, without block buffering.
    try check(archive_write_set_bytes_per_block(archive, 0))
    try check(
      archive_write_open(
        archive, Unmanaged.passUnretained(sink).toOpaque(), nil,
        { _, sink, bytes, count in
          guard let sink, let bytes else { return count == 0 ? 0 : -1 }
          Unmanaged<Sink>.fromOpaque(sink).takeUnretainedValue().bytes
            .append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: count))
          return count
        }, nil))
    guard let entry = archive_entry_new() else { throw .library(reason: "libarchive: no memory") }
    defer { archive_entry_free(entry) }
    for sample in samples {
      for member in sample.members {
        let bytes = member.slice
        archive_entry_clear(entry)
        archive_entry_set_pathname(entry, sample.id + "." + member.name)
        archive_entry_set_size(entry, Int64(bytes.count))
        archive_entry_set_filetype(entry, regularFile)
        archive_entry_set_perm(entry, 0o644)
        archive_entry_set_mtime(entry, 0, 0)
        archive_entry_set_uid(entry, 0)
        archive_entry_set_gid(entry, 0)
        try check(archive_write_header(archive, entry))
        let written = bytes.withUnsafeBytes {
          $0.isEmpty ? 0 : archive_write_data(archive, $0.baseAddress, $0.count)
        }
        guard written == bytes.count else {
          throw .library(reason: "libarchive wrote \(written) of \(bytes.count) bytes")
        }
        try check(archive_write_finish_entry(archive))
      }
    }
    let count = sink.bytes.count
    try check(archive_write_close(archive))
    return withExtendedLifetime(sink) {
      sink.bytes.removeLast(sink.bytes.count - count)
      return sink.bytes
    }
  }

  /// `AE_IFREG`, a macro not visible to Swift.
  private static let regularFile: UInt32 = 0o100000

  /// Bytes libarchive writes when it closes a tar: at least the two blocks of zeros.
  private static let closingBytes = 10_240

  private final class Sink {
    var bytes: [UInt8] = []

    init(capacity: Int) { bytes.reserveCapacity(capacity) }
  }
}
