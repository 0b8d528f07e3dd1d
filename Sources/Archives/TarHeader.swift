/// The 512 bytes before each member of our archives: a plain ustar header (POSIX.1-1988) that
/// follows from name and size alone.
///
/// Mode 0644, owner, group and time 0, no owner names, no extended headers. The writer gets these
/// bytes from libarchive and compares; the reader compares every header that it meets. So there is
/// nothing in a header that a damaged or hostile archive could say.
enum TarHeader {
  static let size = 512
  /// What a ustar header's eleven octal digits could say is more than a frame may hold.
  static let largestMember = SeekTable.largestFrame

  /// The bytes of a member and its padding.
  static func paddedSize(_ bytes: Int) -> Int { (bytes + 511) & ~511 }

  /// - Precondition: `name` has at most 100 bytes, `size` at most 8 GiB - 1.
  static func canonical(name: String, size: Int) -> [UInt8] {
    precondition(name.utf8.count <= 100 && (0..<(1 << 33)).contains(size))
    var header = [UInt8](repeating: 0, count: 512)
    func put(_ text: String, at place: Int) {
      for (i, byte) in text.utf8.enumerated() { header[place + i] = byte }
    }
    put(name, at: 0)
    put("000644 \0", at: 100)
    put("000000 \0", at: 108)
    put("000000 \0", at: 116)
    put(octal(size, digits: 11) + " ", at: 124)
    put("00000000000 ", at: 136)
    put("        ", at: 148)
    put("0", at: 156)
    put("ustar\u{0}00", at: 257)
    put("000000 \0", at: 329)
    put("000000 \0", at: 337)
    put(octal(checksum(of: header[...]), digits: 6) + "\0 ", at: 148)
    return header
  }

  /// The sum of a header's bytes with its checksum field taken as spaces.
  static func checksum(of header: ArraySlice<UInt8>) -> Int {
    var sum = 8 * 0x20
    for (i, byte) in header.enumerated() where !(148..<156).contains(i) { sum += Int(byte) }
    return sum
  }

  private static func octal(_ value: Int, digits: Int) -> String {
    let text = String(value, radix: 8)
    return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
  }
}
