internal import CZstd
internal import Files

/// The compressor's version, for manifests.
enum Zstd {
  static var version: String { String(cString: ZSTD_versionString()) }
  static let levels = 0...19

  static func message(_ code: Int) -> String { String(cString: ZSTD_getErrorName(code)) }
}

/// Bytes as one zstd frame, for other formats than ours.
public enum ZstdBytes {
  /// - Parameter level: 1 to 19.
  /// - Throws: `ArchiveError.library`.
  public static func compressed(_ raw: [UInt8], level: Int = 3) throws(ArchiveError) -> [UInt8] {
    try FrameCompressor(level: level).compress(raw)
  }

  /// The content of zstd frames of anybody's, which need not say how long it is.
  ///
  /// Memory: the content, at most `limit` bytes, whatever the frames claim.
  /// - Parameter name: the file, for messages.
  /// - Throws: `ArchiveError.stream` for damage, an end in the middle of a frame, and content of
  ///   more than `limit` bytes.
  public static func decompressed(
    _ frames: [UInt8], limit: Int, named name: String
  ) throws(ArchiveError) -> [UInt8] {
    let stream = try FrameStream(file: name)
    var content: [UInt8] = []
    try stream.take(frames, at: 0) { (raw) throws(ArchiveError) in
      guard content.count + raw.count <= limit else {
        throw .stream(file: name, at: 0, reason: "decompresses to more than \(limit) bytes")
      }
      content += raw
    }
    guard stream.isAtFrameEnd else {
      throw .stream(
        file: name, at: frames.count, reason: "ends in the middle of a frame; it was cut short")
    }
    return content
  }
}

/// Makes independent frames: content size and checksum in each, window at most 2^23.
final class FrameCompressor {
  private let context: OpaquePointer

  /// - Parameter level: 1…19 (above that, windows exceed what readers accept by default), or 0 for
  ///   frames that store bytes as they are, except for long repeats.
  init(level: Int) throws(ArchiveError) {
    guard let context = ZSTD_createCCtx() else {
      throw .library(reason: "libzstd has no memory for a compressor")
    }
    self.context = context
    let settings: [(ZSTD_cParameter, Int32)] = [
      // zstd's own level 0 means 3; its lowest level finds almost no matches, and is the fastest.
      (ZSTD_c_compressionLevel, level == 0 ? ZSTD_minCLevel() : Int32(level)),
      (ZSTD_c_checksumFlag, 1), (ZSTD_c_contentSizeFlag, 1),
    ]
    for (parameter, value) in settings {
      let code = ZSTD_CCtx_setParameter(context, parameter, value)
      guard ZSTD_isError(code) == 0 else {
        throw .library(reason: "libzstd refuses a setting: \(Zstd.message(code))")
      }
    }
  }

  deinit { ZSTD_freeCCtx(context) }

  /// Compresses `raw` into one frame.
  func compress(_ raw: [UInt8]) throws(ArchiveError) -> [UInt8] {
    var code = 0
    let frame = [UInt8](unsafeUninitializedCapacity: ZSTD_compressBound(raw.count)) { out, count in
      code = raw.withUnsafeBytes {
        ZSTD_compress2(context, out.baseAddress, out.count, $0.baseAddress, $0.count)
      }
      count = ZSTD_isError(code) == 0 ? code : 0
    }
    guard ZSTD_isError(code) == 0 else {
      throw .library(reason: "libzstd cannot compress: \(Zstd.message(code))")
    }
    return frame
  }
}

/// Decompresses single frames of a known size; refuses everything else.
final class FrameDecompressor {
  /// How to treat a frame's own checksum (XXH64 of its content), which every frame has.
  enum Checksums {
    case compared
    /// For callers that check a SHA-256 of the same bytes: the weaker check costs a tenth of the
    /// read.
    case ignored
  }

  private let context: OpaquePointer

  init(_ checksums: Checksums) throws(ArchiveError) {
    guard let context = ZSTD_createDCtx() else {
      throw .library(reason: "libzstd has no memory for a decompressor")
    }
    self.context = context
    if checksums == .ignored { retort_ignore_checksums(context) }
  }

  deinit { ZSTD_freeDCtx(context) }

  /// The content of `frame`, which must be exactly one frame with exactly `rawSize` content bytes
  /// and a checksum. Nothing is allocated before the frame header has been checked.
  ///
  /// - Returns: the content, or what is wrong, in words.
  func decompress(_ frame: [UInt8], rawSize: Int) -> Outcome {
    if let fault = FrameHeader.fault(in: frame, rawSize: rawSize) { return .damaged(fault) }
    let whole = frame.withUnsafeBytes { ZSTD_findFrameCompressedSize($0.baseAddress, $0.count) }
    guard ZSTD_isError(whole) == 0 else { return .damaged(Zstd.message(whole)) }
    guard whole == frame.count else {
      return .damaged("the frame ends after \(whole) of \(frame.count.counted("byte"))")
    }
    var code = 0
    let raw = [UInt8](unsafeUninitializedCapacity: rawSize) { out, count in
      code = frame.withUnsafeBytes {
        ZSTD_decompressDCtx(context, out.baseAddress, rawSize, $0.baseAddress, $0.count)
      }
      count = ZSTD_isError(code) == 0 ? min(code, rawSize) : 0
    }
    guard ZSTD_isError(code) == 0 else { return .damaged(Zstd.message(code)) }
    guard raw.count == rawSize else {
      return .damaged("expected \(rawSize) raw bytes, found \(raw.count)")
    }
    return .raw(raw)
  }

  enum Outcome {
    case raw([UInt8])
    case damaged(String)
  }
}

/// The header of a zstd frame (RFC 8878, 3.1.1.1), parsed before any allocation for the frame.
package enum FrameHeader {
  static let largestWindow = 1 << 27
  private static let magic: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD]
  /// A block of 4 bytes expands to at most this much; larger claims are false.
  private static let largestBlock = 1 << 17

  /// What is wrong with the header of a frame that should hold `rawSize` bytes.
  package static func fault(in frame: [UInt8], rawSize: Int) -> String? {
    guard frame.count >= 6, Array(frame[..<4]) == magic else { return "no zstd frame starts here" }
    let descriptor = frame[4]
    let isSingleSegment = descriptor & 0x20 != 0
    guard descriptor & 0x08 == 0 else { return "a reserved bit of the frame header is set" }
    guard descriptor & 0x04 != 0 else { return "the frame has no checksum" }
    guard descriptor & 0x03 == 0 else { return "the frame needs a dictionary" }
    var at = 5
    var window = 0
    if !isSingleSegment {
      let base = 1 << (10 + Int(frame[at] >> 3))
      window = base + base / 8 * Int(frame[at] & 7)
      at += 1
    }
    let width = [isSingleSegment ? 1 : 0, 2, 4, 8][Int(descriptor >> 6)]
    guard width > 0 else { return "the frame does not say its size" }
    guard frame.count >= at + width else { return "the frame header is cut short" }
    var size: UInt64 = width == 2 ? 256 : 0
    for i in 0..<width {
      let (sum, isOver) = size.addingReportingOverflow(UInt64(frame[at + i]) << UInt64(8 * i))
      guard !isOver else { return "the frame says an impossible size" }
      size = sum
    }
    guard let found = Int(exactly: size), found == rawSize else {
      return "expected \(rawSize) raw bytes, the frame says \(size)"
    }
    if isSingleSegment { window = found }
    guard window <= largestWindow else { return "the window of \(window) bytes is too large" }
    guard found / largestBlock <= frame.count / 4 else {
      return "\(frame.count) bytes cannot hold \(found)"
    }
    return nil
  }
}
