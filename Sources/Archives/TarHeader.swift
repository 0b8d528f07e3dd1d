#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The 512-byte header before each member of our archives: a plain ustar header (POSIX.1-1988),
/// determined by name and size alone.
///
/// Mode 0644, owner, group and time 0, no owner names, no extended headers. Each writer compares
/// its first headers with libarchive's; the reader compares every header. So a damaged or hostile
/// archive cannot smuggle anything into a header.
///
/// `canonical` is the readable version; `write` makes the same bytes from a blank header.
package enum TarHeader {
  /// Bytes of a header.
  package static let size = 512
  /// A frame holds less than the largest size that a ustar header's eleven octal digits can state.
  static let largestMember = SeekTable.largestFrame

  /// Size of a member's bytes plus padding.
  static func paddedSize(_ bytes: Int) -> Int { (bytes + 511) & ~511 }

  /// - Precondition: `name` has at most 100 bytes, `size` at most 8 GiB - 1.
  package static func canonical(name: String, size: Int) -> [UInt8] {
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

  private static let blank = canonical(name: "", size: 0)
  private static let blankSum = checksum(of: blank[...])

  /// Writes the header of `<id>.<field>` into a 512-byte block.
  ///
  /// - Precondition: as `canonical`'s.
  package static func write(
    id: String, field: String, size: Int, to block: UnsafeMutableRawBufferPointer
  ) {
    precondition(
      block.count == Self.size && id.utf8.count + 1 + field.utf8.count <= 100
        && (0..<(1 << 33)).contains(size))
    block.copyBytes(from: blank)
    var sum = blankSum
    var at = 0
    func put(_ byte: UInt8) {
      block[at] = byte
      sum += Int(byte)
      at += 1
    }
    for byte in id.utf8 { put(byte) }
    put(UInt8(ascii: "."))
    for byte in field.utf8 { put(byte) }
    /// Writes a number's last octal digits, the lowest at `last`; returns the sum of the digits.
    func putOctal(_ value: Int, last: Int) -> Int {
      var rest = value
      var digits = 0
      var place = last
      while rest > 0 {
        block[place] = 0x30 | UInt8(rest & 7)
        digits += rest & 7
        rest >>= 3
        place -= 1
      }
      return digits
    }
    sum += putOctal(size, last: 134)
    // The blank header's checksum is not 0.
    for place in 148..<154 { block[place] = 0x30 }
    _ = putOctal(sum, last: 153)
  }

  /// Whether the block before a member's bytes is its expected header.
  static func stands(
    id: String, field: String, before bytes: Range<Int>, in raw: [UInt8]
  ) -> Bool {
    withUnsafeTemporaryAllocation(byteCount: size, alignment: 1) { header in
      write(id: id, field: field, size: bytes.count, to: header)
      return raw.withUnsafeBytes {
        let found = UnsafeRawBufferPointer(
          rebasing: $0[(bytes.lowerBound - size)..<bytes.lowerBound])
        return isSame(found, UnsafeRawBufferPointer(header))
      }
    }
  }

  /// Whether bytes are all zeros.
  ///
  /// - Precondition: less than one block.
  static func isPadding(_ range: Range<Int>, of raw: [UInt8]) -> Bool {
    precondition(range.count < size)
    return raw.withUnsafeBytes { raw in
      zeros.withUnsafeBytes {
        isSame(
          UnsafeRawBufferPointer(rebasing: raw[range]),
          UnsafeRawBufferPointer(rebasing: $0[..<range.count]))
      }
    }
  }

  private static func isSame(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Bool {
    guard a.count == b.count, let first = a.baseAddress, let second = b.baseAddress else {
      return a.isEmpty && b.isEmpty
    }
    return memcmp(first, second, a.count) == 0
  }

  private static let zeros = [UInt8](repeating: 0, count: size)

  /// The sum of a header's bytes with its checksum field counted as spaces.
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
