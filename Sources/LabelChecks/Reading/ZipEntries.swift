/// The stored members of a zip file in memory, as `torch.save` writes them (PKWARE, "APPNOTE").
///
/// Compressed members are refused: `torch.save` writes none, and what cannot expand is no bomb.
struct ZipEntries {
  private let file: [UInt8]
  private let name: String
  private var places: [String: Range<Int>] = [:]
  private var sums: [String: UInt32] = [:]
  private static let memberLimit = 1 << 16

  /// - Parameter name: the file, for messages.
  /// - Throws: `LabelFileError.truncated`, `.damaged`.
  init(_ file: [UInt8], named name: String) throws(LabelFileError) {
    self.file = file
    self.name = name
    guard let end = Self.endRecord(of: file) else {
      throw .truncated(
        path: name, reason: "ends without the directory that closes a zip; the file was cut short")
    }
    var count = number(end + 10, 2)
    var at = number(end + 16, 4)
    if at == 0xFFFF_FFFF || count == 0xFFFF {
      // The 64-bit record, whose place stands 20 bytes earlier.
      guard end >= 20, number(end - 20, 4) == 0x0706_4B50 else {
        throw .damaged(path: name, reason: "a directory without its 64-bit record")
      }
      let record = number(end - 12, 8)
      guard record >= 0, record <= file.count - 56 else {
        throw .damaged(path: name, reason: "a directory beyond the end")
      }
      count = number(record + 32, 8)
      at = number(record + 48, 8)
    }
    guard (0...Self.memberLimit).contains(count) else {
      throw .damaged(path: name, reason: "\(count) members, at most \(Self.memberLimit) are read")
    }
    for _ in 0..<count { at = try addMember(at) }
  }

  private static func endRecord(of file: [UInt8]) -> Int? {
    guard file.count >= 22 else { return nil }
    let first = max(0, file.count - 22 - 0xFFFF)
    return stride(from: file.count - 22, through: first, by: -1).first {
      file[$0] == 0x50 && file[$0 + 1] == 0x4B && file[$0 + 2] == 5 && file[$0 + 3] == 6
    }
  }

  /// Little-endian; -1 beyond the file, and for what no Int holds.
  private func number(_ at: Int, _ width: Int) -> Int {
    guard at >= 0, at <= file.count - width else { return -1 }
    var value: UInt64 = 0
    for i in 0..<width { value |= UInt64(file[at + i]) << UInt64(8 * i) }
    return Int(exactly: value) ?? -1
  }

  private mutating func addMember(_ at: Int) throws(LabelFileError) -> Int {
    guard number(at, 4) == 0x0201_4B50 else {
      throw .damaged(path: name, reason: "byte \(at): no entry of a zip's directory")
    }
    let (nameSize, extraSize) = (number(at + 28, 2), number(at + 30, 2))
    let next = at + 46 + nameSize + extraSize + number(at + 32, 2)
    guard next <= file.count else {
      throw .damaged(path: name, reason: "byte \(at): an entry beyond the end")
    }
    let member = String(decoding: file[(at + 46)..<(at + 46 + nameSize)], as: UTF8.self)
    guard number(at + 10, 2) == 0 else {
      throw .damaged(
        path: name, reason: "the member \(member.prefix(80)) is compressed; torch.save stores")
    }
    var size = number(at + 24, 4)
    var start = number(at + 42, 4)
    var extra = at + 46 + nameSize
    while extra < at + 46 + nameSize + extraSize {
      if number(extra, 2) == 1 {
        var field = extra + 4
        if size == 0xFFFF_FFFF {
          size = number(field, 8)
          field += number(at + 20, 4) == 0xFFFF_FFFF ? 16 : 8
        }
        if start == 0xFFFF_FFFF { start = number(field, 8) }
      }
      extra += 4 + max(0, number(extra + 2, 2))
    }
    guard number(start, 4) == 0x0403_4B50 else {
      throw .damaged(path: name, reason: "the member \(member.prefix(80)) begins nowhere")
    }
    let data = start + 30 + number(start + 26, 2) + number(start + 28, 2)
    guard size >= 0, data <= file.count, size <= file.count - data else {
      throw .truncated(
        path: name, reason: "the member \(member.prefix(80)) needs \(size) bytes; it was cut short")
    }
    places[member] = data..<(data + size)
    sums[member] = UInt32(truncatingIfNeeded: number(at + 16, 4))
    return next
  }

  var names: [String] { places.keys.sorted() }

  /// The bytes of a member, held against its checksum; `nil` if there is none of that name.
  ///
  /// - Throws: `LabelFileError.damaged` for another checksum.
  func bytes(of member: String) throws(LabelFileError) -> ArraySlice<UInt8>? {
    guard let place = places[member] else { return nil }
    let found = CRC32.sum(of: file[place])
    guard found == sums[member] else {
      throw .damaged(path: name, reason: "the member \(member.prefix(80)) fails its checksum")
    }
    return file[place]
  }
}

/// The checksum of zip (ISO 3309, polynomial 0xEDB88320 reflected).
enum CRC32 {
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { sum, _ in sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
  }

  static func sum(of bytes: ArraySlice<UInt8>) -> UInt32 {
    var sum: UInt32 = 0xFFFF_FFFF
    let table = table
    for byte in bytes { sum = sum >> 8 ^ table[Int(UInt8(truncatingIfNeeded: sum) ^ byte)] }
    return ~sum
  }
}
