internal import Files

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// All index lines of an archive, checked to fit together: the authority on what is where.
///
/// The layout has no freedom: members follow one another without holes, each after its header and
/// padded to 512 bytes. So every number in the files is compared with the one that it must be, and
/// no later code meets a number that has not been.
struct ArchiveIndex: Sendable {
  struct Frame: Sendable {
    let shard: Int
    /// Within the shard.
    let number: Int
    let samples: Range<Int>
    /// Of the frame's first raw byte in the decompressed shard.
    let rawStart: Int
    let rawSize: Int
  }

  struct Member: Sendable {
    let length: Int
    let digest: Digest
  }

  let fields: [String]
  private(set) var ids: [String] = []
  private(set) var columns: [JSONObject] = []
  private(set) var frames: [Frame] = []
  /// Of each sample, its place in `frames`.
  private(set) var frameOfSample: [Int] = []
  /// Of each sample, `fields.count` members.
  private(set) var members: [Member] = []
  private(set) var positions: [String: Int] = [:]

  init(fields: [String]) { self.fields = fields }

  func member(_ field: Int, of sample: Int) -> Member { members[sample * fields.count + field] }

  /// The members of a frame's samples, in order.
  func members(ofFrame number: Int) -> ArraySlice<Member> {
    let samples = frames[number].samples
    return members[(samples.lowerBound * fields.count)..<(samples.upperBound * fields.count)]
  }

  /// Adds the lines of one shard's index.
  ///
  /// - Parameters:
  ///   - file: for messages.
  ///   - content: is given each member's digest.
  /// - Returns: the raw size of each frame.
  mutating func add(
    _ bytes: [UInt8], shard number: Int, described shard: ArchiveDescription.Shard, file: String,
    content: ContentDigest
  ) throws(ArchiveError) -> [Int] {
    var lineNumber = 0
    func wrong(_ reason: String) -> ArchiveError {
      .index(file: file, line: lineNumber, reason: reason)
    }
    guard bytes.last == 0x0A else { throw wrong("does not end with a newline") }
    var rawSizes: [Int] = []
    var at = 0
    var frameStart = 0
    var firstOfFrame = ids.count
    var frame = 0
    let first = ids.count
    func closed(_ end: Int) -> Frame {
      Frame(
        shard: number, number: frame, samples: firstOfFrame..<end, rawStart: frameStart,
        rawSize: at - frameStart)
    }
    let text = bytes.span
    var start = 0
    while start < text.count, let end = text.firstNewline(from: start) {
      lineNumber += 1
      let line: IndexLine
      do throws(IndexLine.Fault) {
        line = try IndexLine(text.extracting(start..<end), expected: fields)
      } catch {
        throw wrong(error.reason)
      }
      start = end + 1
      if line.frame != frame {
        guard line.frame == frame + 1, ids.count > firstOfFrame else {
          throw wrong("frame \(line.frame) follows frame \(frame)")
        }
        frames.append(closed(ids.count))
        rawSizes.append(at - frameStart)
        (frame, frameStart, firstOfFrame) = (line.frame, at, ids.count)
      }
      guard line.members.count == fields.count,
        zip(line.members, fields).allSatisfy({ $0.field == $1 })
      else {
        throw wrong("has the fields \(line.members.map(\.field)), the manifest says \(fields)")
      }
      for member in line.members {
        guard member.offset == at + TarHeader.size else {
          throw wrong(
            "member \(member.field): expected offset \(at + TarHeader.size), found "
              + "\(member.offset)")
        }
        at = member.offset + TarHeader.paddedSize(member.length)
        guard at - frameStart <= SeekTable.largestFrame else {
          throw wrong("frame \(frame) grows beyond \(SeekTable.largestFrame) bytes")
        }
        guard line.id.utf8.count + 1 + member.field.utf8.count <= ArchiveNames.longestMember else {
          throw wrong("member \(member.field): the name is too long")
        }
        members.append(Member(length: member.length, digest: member.digest))
        content.add(id: line.id, field: member.field, digest: member.digest)
      }
      guard positions.updateValue(ids.count, forKey: line.id) == nil else {
        throw wrong("the id \(line.id) stands twice in the archive")
      }
      ids.append(line.id)
      columns.append(line.columns)
      frameOfSample.append(frames.count)
    }
    frames.append(closed(ids.count))
    rawSizes.append(at - frameStart)
    lineNumber = 0
    guard ids.count - first == shard.samples, frame + 1 == shard.frames,
      at + SeekTable.endBlockBytes == shard.rawBytes
    else {
      throw wrong(
        "expected \(shard.samples.counted("sample")) in \(shard.frames.counted("frame")), "
          + "\(shard.rawBytes.counted("raw byte")); "
          + "found \(ids.count - first) in \(frame + 1), \(at + SeekTable.endBlockBytes)")
    }
    return rawSizes
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
