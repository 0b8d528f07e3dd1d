import Archives
import Testing

struct `Tar bytes` {
  private static let samples = [0, 1, 7, 8, 511, 512, 513, 4095, 70_000].map { size in
    ArchiveSample(
      id: String(repeating: "x", count: 1 + size % 90) + "-\(size)",
      fields: [
        ("json", Array("{}".utf8)), ("data.npy", (0..<size).map { UInt8(truncatingIfNeeded: $0) }),
      ])
  }

  /// libarchive is the witness that other programs read what we write.
  @Test func `are those that libarchive makes`() throws {
    #expect(try TarBytes.members(of: Self.samples) == TarBytes.canonical(of: Self.samples))
    #expect(TarBytes.canonical(of: []).isEmpty)
  }

  /// Every number of octal digits, and sums of names that change the checksum's digits.
  @Test func `have the canonical headers`() {
    for exponent in 0...32 {
      for size in [1 << exponent - 1, 1 << exponent, 5 * (1 << exponent) / 7] {
        for id in ["a", String(repeating: "z", count: 94), String(repeating: "0", count: 40)] {
          var block = [UInt8](repeating: 0xAA, count: TarHeader.size)
          block.withUnsafeMutableBytes {
            TarHeader.write(id: id, field: "x.npy", size: size, to: $0)
          }
          #expect(block == TarHeader.canonical(name: id + ".x.npy", size: size))
        }
      }
    }
  }
}
