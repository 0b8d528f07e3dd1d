public import Files
internal import CZstd

/// Contents of a `.tar.zst` or `.tar` that has no index or manifest.
///
/// For inspecting single files, ours or others'. It reports whether the file is a clean, complete
/// tar of samples. It cannot tell whether the bytes are those originally written: only a manifest
/// can.
public struct ArchiveListing: Sendable, Equatable {
  /// A file in the tar.
  public struct Member: Sendable, Equatable {
    /// The member's name, from a pax header if it has one: `<id>.<field>`.
    public var name: String
    /// Bytes of the member, without header and padding.
    public var size: Int
    /// Offset of its first byte in the decompressed tar.
    public var offset: Int
    /// Present only if requested.
    public var digest: Digest?
  }

  /// Limits for untrusted files.
  public struct Limits: Sendable {
    /// Most members.
    public var members = 1_000_000
    /// Longest name of a member in bytes.
    public var nameBytes = 255
    /// Longest pax header in bytes: 64 KiB.
    public var paxBytes = 64 << 10
    /// Maximum size of the decompressed tar.
    public var bytes = 4 << 30
    /// Maximum decompressed bytes per compressed byte, beyond the first mebibyte.
    public var ratio = 64

    /// The limits by default: enough for any set that retort writes.
    public init() {}
  }

  /// In the order of the tar.
  public var members: [Member]
  /// Number of samples: runs of adjacent members with the same id.
  public var sampleCount: Int
  /// The fields of every sample, in order.
  public var fields: [String]
  /// Whether the tar is in zstd frames.
  public var isCompressed: Bool
  /// Size of the file as it lies on disk.
  public var fileBytes: Int
  /// Size of the tar inside.
  public var tarBytes: Int

  /// Reads the file from end to end.
  ///
  /// - Throws: `ArchiveError.tar` or `.stream` with the offset of the first fault.
  public init(
    of path: String, limits: Limits = Limits(), digests: Bool = false
  ) throws(ArchiveError) {
    let file = try withFiles { () throws(FileError) in try RandomAccessFile(path) }
    guard file.size > 0 else { throw .stream(file: path, at: 0, reason: "the file is empty") }
    var scanner = TarScanner(file: path, limits: limits, wantsDigests: digests)
    let start = try withFiles { () throws(FileError) in
      try file.read(at: 0, count: min(FileSignature.length, file.size))
    }
    if let found = FileSignature(startOf: start), found != .zstd {
      throw .stream(
        file: path, at: 0,
        reason: "is \(found.rawValue), expected a .tar.zst or .tar -- \(found.advice)")
    }
    let isTar = start.count < 4 || !Self.startsZstd(Array(start[..<4]))
    if isTar {
      guard file.size <= limits.bytes else {
        throw .stream(file: path, at: 0, reason: "\(file.size) bytes, at most \(limits.bytes)")
      }
      try Self.forEachChunk(of: file) { (_, chunk) throws(ArchiveError) in
        try scanner.take(chunk[...])
      }
    } else {
      let stream = try FrameStream(file: path)
      let ratioBound = file.size.multipliedReportingOverflow(by: limits.ratio)
      let bound =
        ratioBound.overflow
        ? limits.bytes : min(limits.bytes, ratioBound.partialValue + (1 << 20))
      try Self.forEachChunk(of: file) { (at, chunk) throws(ArchiveError) in
        try stream.take(chunk, at: at) { (raw) throws(ArchiveError) in
          guard scanner.offset + raw.count <= bound else {
            throw .stream(
              file: path, at: at, reason: "decompresses to more than \(bound) bytes")
          }
          try scanner.take(raw)
        }
      }
      guard stream.isAtFrameEnd else {
        throw .stream(
          file: path, at: file.size, reason: "ends in the middle of a frame; it was cut short")
      }
    }
    try scanner.finish()
    members = scanner.members
    sampleCount = scanner.samples.count
    fields = scanner.samples.fields
    isCompressed = !isTar
    fileBytes = file.size
    tarBytes = scanner.offset
  }

  /// Whether a zstd or skippable frame starts here.
  private static func startsZstd(_ bytes: [UInt8]) -> Bool {
    bytes == [0x28, 0xB5, 0x2F, 0xFD]
      || bytes[0] & 0xF0 == 0x50 && Array(bytes[1...]) == [0x2A, 0x4D, 0x18]
  }

  private static func forEachChunk(
    of file: RandomAccessFile, _ body: (Int, [UInt8]) throws(ArchiveError) -> Void
  ) throws(ArchiveError) {
    var at = 0
    while at < file.size {
      let chunk = try withFiles { () throws(FileError) in
        try file.read(at: at, count: min(1 << 18, file.size - at))
      }
      try body(at, chunk)
      at += chunk.count
    }
  }
}

/// Decompresses a sequence of frames incrementally, in bounded memory.
final class FrameStream {
  private let context: OpaquePointer
  private let file: String
  private var out = [UInt8](repeating: 0, count: 1 << 17)
  /// Whether the bytes so far end with a frame.
  private(set) var isAtFrameEnd = true

  init(file: String) throws(ArchiveError) {
    self.file = file
    guard let context = ZSTD_createDCtx() else {
      throw .library(reason: "libzstd has no memory for a decompressor")
    }
    self.context = context
    // 2^27: the largest window a frame may request (FrameHeader.largestWindow).
    let code = ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, 27)
    guard ZSTD_isError(code) == 0 else { throw .library(reason: Zstd.message(code)) }
  }

  deinit { ZSTD_freeDCtx(context) }

  /// Decompresses the bytes at `offset` of the file.
  func take(
    _ bytes: [UInt8], at offset: Int, _ body: (ArraySlice<UInt8>) throws(ArchiveError) -> Void
  ) throws(ArchiveError) {
    var done = 0
    while true {
      var (consumed, produced, code) = (done, 0, 0)
      bytes.withUnsafeBytes { source in
        out.withUnsafeMutableBytes { target in
          var input = ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: done)
          var output = ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: 0)
          code = ZSTD_decompressStream(context, &output, &input)
          (consumed, produced) = (input.pos, output.pos)
        }
      }
      guard ZSTD_isError(code) == 0 else {
        throw .stream(file: file, at: offset + consumed, reason: Zstd.message(code))
      }
      let isFull = produced == out.count
      if consumed > done || produced > 0 { isAtFrameEnd = code == 0 }
      done = consumed
      if produced > 0 { try body(out[..<produced]) }
      // A full buffer may hide more of the same input.
      if done == bytes.count, !isFull || code == 0 { return }
    }
  }
}
