internal import Files

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The index lines of an archive, checked for consistency: the authority on what is where.
///
/// The layout is fully determined: members follow one another without gaps, each after its header
/// and padded to 512 bytes. So every number in the files is compared with its only possible value,
/// and later code never meets an unchecked number.
///
/// Only frames are kept, not samples: 72 bytes for about 64 samples. A frame's index lines are read
/// again when the frame is read.
struct ArchiveIndex: Sendable {
  struct Frame: Sendable {
    let shard: Int
    /// Shard-local frame number.
    let number: Int
    let samples: Range<Int>
    /// Offset of the frame's first raw byte in the decompressed shard.
    let rawStart: Int
    let rawSize: Int
    /// Byte range of its lines in the shard's index file.
    let lines: Range<Int>
  }

  struct Member: Sendable {
    let length: Int
    let digest: Digest
  }

  let fields: [String]
  private(set) var frames: [Frame] = []
  private(set) var count = 0

  init(fields: [String]) { self.fields = fields }

  /// Index in `frames` of the frame that holds a sample. O(log frames).
  ///
  /// - Precondition: 0 ≤ sample < `count`.
  func frame(of sample: Int) -> Int {
    var (low, high) = (0, frames.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if frames[middle].samples.lowerBound <= sample { low = middle } else { high = middle }
    }
    return low
  }

  /// Adds the lines of one shard's index.
  ///
  /// - Parameters:
  ///   - file: for messages.
  ///   - tally: receives each id and each member's digest.
  /// - Returns: the raw size of each frame.
  mutating func add(
    _ bytes: [UInt8], shard number: Int, described shard: ArchiveDescription.Shard, file: String,
    tally: IndexTally
  ) throws(ArchiveError) -> [Int] {
    guard bytes.last == 0x0A else {
      throw .index(file: file, line: 0, reason: "does not end with a newline")
    }
    var rawSizes: [Int] = []
    var at = 0
    var frameStart = 0
    var linesStart = 0
    var firstOfFrame = count
    var frame = 0
    let first = count
    func closed(_ end: Int, lines: Int) -> Frame {
      Frame(
        shard: number, number: frame, samples: firstOfFrame..<end, rawStart: frameStart,
        rawSize: at - frameStart, lines: linesStart..<lines)
    }
    var lineNumber = 0
    var scan = IndexScan(fields: fields)
    try Self.forEachLine(of: bytes.span, &scan, fields: fields, file: file) {
      (scan, text, line) throws(ArchiveError) in
      lineNumber += 1
      func wrong(_ reason: String) -> ArchiveError {
        .index(file: file, line: lineNumber, reason: reason)
      }
      if scan.frame != frame {
        guard scan.frame == frame + 1, count > firstOfFrame else {
          throw wrong("frame \(scan.frame) follows frame \(frame)")
        }
        frames.append(closed(count, lines: line.lowerBound))
        rawSizes.append(at - frameStart)
        (frame, frameStart, firstOfFrame) = (scan.frame, at, count)
        linesStart = line.lowerBound
      }
      for field in fields.indices {
        guard scan.offsets[field] == at + TarHeader.size else {
          throw wrong(
            "member \(fields[field]): expected offset \(at + TarHeader.size), found "
              + "\(scan.offsets[field])")
        }
        at = scan.offsets[field] + TarHeader.paddedSize(scan.lengths[field])
        guard at - frameStart <= SeekTable.largestFrame else {
          throw wrong("frame \(frame) grows beyond \(SeekTable.largestFrame) bytes")
        }
      }
      tally.add(scan, in: text)
      count += 1
    }
    frames.append(closed(count, lines: bytes.count))
    rawSizes.append(at - frameStart)
    guard count - first == shard.samples, frame + 1 == shard.frames,
      at + SeekTable.endBlockBytes == shard.rawBytes
    else {
      throw .index(
        file: file, line: 0,
        reason:
          "expected \(shard.samples.counted("sample")) in \(shard.frames.counted("frame")), "
          + "\(shard.rawBytes.counted("raw byte")); "
          + "found \(count - first) in \(frame + 1), \(at + SeekTable.endBlockBytes)")
    }
    return rawSizes
  }

  /// Passes each line of an index, or of part of one, to `body`, parsed and with its byte range.
  ///
  /// - Throws: `ArchiveError.index` for a line that is not as `IndexLine` writes it, and what
  ///   `body` throws.
  static func forEachLine(
    of text: Span<UInt8>, _ scan: inout IndexScan, fields: [String], file: String,
    _ body: (_ scan: IndexScan, _ text: Span<UInt8>, _ line: Range<Int>) throws(ArchiveError) ->
      Void
  ) throws(ArchiveError) {
    var start = 0
    var number = 0
    while start < text.count, let end = text.firstNewline(from: start) {
      number += 1
      switch scan.read(text, start..<end) {
      case .plain: break
      case .otherColumns:
        let columns = text.extracting(scan.columns).withUnsafeBufferPointer { Array($0) }
        guard (try? JSON.parse(columns))?.objectValue != nil else {
          throw .index(file: file, line: number, reason: "the columns are no JSON object")
        }
      case .other:
        throw .index(
          file: file, line: number,
          reason: fault(of: text.extracting(start..<end), fields: fields))
      }
      try body(scan, text, start..<end)
      start = end + 1
    }
  }

  /// Why a line is invalid, in words.
  private static func fault(of line: Span<UInt8>, fields: [String]) -> String {
    let read: IndexLine
    do throws(IndexLine.Fault) {
      read = try IndexLine(line, expected: fields)
    } catch {
      return error.reason
    }
    guard read.members.map(\.field) == fields else {
      return "has the fields \(read.members.map(\.field)), the manifest says \(fields)"
    }
    return "the name of a member is too long"
  }
}

extension Span<UInt8> {
  /// Where the next line ends.
  fileprivate func firstNewline(from start: Int) -> Int? {
    extracting(start...).withUnsafeBytes { rest in
      guard let base = rest.baseAddress, let found = memchr(base, 0x0A, rest.count) else {
        return nil
      }
      return start + (UnsafeRawPointer(found) - base)
    }
  }
}
