internal import Files

/// The regular files of a plain tar of anybody's, one at a time (POSIX.1-2001, "ustar" and "pax").
///
/// Needs no rules for names, unlike `ArchiveListing`: a member's name is only compared. Memory: one
/// member, at most `memberLimit` bytes.
struct TarEntries {
  static let memberLimit = 1 << 31
  private static let block = 512

  private let file: RandomAccessFile
  private var at = 0
  private var paxPath: String?
  private var paxSize: Int?

  init(_ path: String) throws(FileError) { file = try RandomAccessFile(path) }

  private func cut(_ what: String) -> LabelFileError {
    .truncated(path: file.path, reason: "byte \(at): \(what); the file was cut short")
  }

  private func wrong(_ reason: String) -> LabelFileError {
    .damaged(path: file.path, reason: "byte \(at): \(reason)")
  }

  /// Name and bytes of the next regular file; `nil` at the end of the archive.
  ///
  /// - Throws: `FileError`, `LabelFileError`.
  mutating func next() throws -> (name: String, bytes: [UInt8])? {
    while true {
      guard file.size - at >= Self.block else {
        throw cut("a header needs 512 bytes, \(file.size - at) are left")
      }
      let header = try file.read(at: at, count: Self.block)
      if header.allSatisfy({ $0 == 0 }) { return nil }
      let sum = header.enumerated().reduce(0) {
        $0 + ((148..<156).contains($1.offset) ? 0x20 : Int($1.element))
      }
      guard Self.octal(header[148..<156]) == sum else { throw wrong("no header of a tar") }
      guard let stored = Self.octal(header[124..<136]) else { throw wrong("a size that is none") }
      let kind = header[156]
      let size = kind == UInt8(ascii: "x") ? stored : paxSize ?? stored
      at += Self.block
      guard size <= file.size - at else {
        throw cut("a member of \(size) bytes, \(file.size - at) are left")
      }
      guard size <= (kind == UInt8(ascii: "x") ? 1 << 16 : Self.memberLimit) else {
        throw wrong("a member of \(size) bytes, at most \(Self.memberLimit) are read")
      }
      let isRegular = kind == UInt8(ascii: "0") || kind == 0
      let bytes = isRegular || kind == UInt8(ascii: "x") ? try file.read(at: at, count: size) : []
      at += (size + Self.block - 1) / Self.block * Self.block
      if kind == UInt8(ascii: "x") {
        readPax(bytes)
        continue
      }
      defer { (paxPath, paxSize) = (nil, nil) }
      if isRegular {
        return (
          paxPath ?? String(decoding: header[..<100].prefix { $0 != 0 }, as: UTF8.self), bytes
        )
      }
    }
  }

  private mutating func readPax(_ bytes: [UInt8]) {
    for line in bytes.split(separator: 0x0A) {
      let text = String(decoding: line.drop { $0 != 0x20 }.dropFirst(), as: UTF8.self)
      if text.hasPrefix("path=") { paxPath = String(text.dropFirst(5)) }
      if text.hasPrefix("size=") { paxSize = Int(text.dropFirst(5)).flatMap { $0 >= 0 ? $0 : nil } }
    }
  }

  private static func octal(_ field: ArraySlice<UInt8>) -> Int? {
    let digits = field.drop { $0 == 0x20 }.prefix { $0 != 0x20 && $0 != 0 }
    guard !digits.isEmpty, digits.count <= 12, digits.allSatisfy({ (0x30...0x37).contains($0) })
    else { return nil }
    return digits.reduce(0) { $0 << 3 | Int($1 - 0x30) }
  }
}
