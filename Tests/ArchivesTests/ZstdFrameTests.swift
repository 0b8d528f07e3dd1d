import Archives
import Testing

/// What a frame claims is compared before anything is allocated for it.
struct `The header of a zstd frame` {
  static let whole = Frames.frame(of: Array("a frame of a few bytes, to look at its header".utf8))
  static let size = 45

  private func fault(_ change: (inout [UInt8]) -> Void, rawSize: Int = size) -> String? {
    var frame = Self.whole
    change(&frame)
    return FrameHeader.fault(in: frame, rawSize: rawSize)
  }

  @Test func `is accepted as our compressor writes it`() {
    #expect(fault { _ in } == nil)
  }

  @Test func `is refused for another size, a missing checksum, a dictionary, a reserved bit`() {
    #expect(fault({ _ in }, rawSize: Self.size + 1)?.contains("45") == true)
    #expect(fault { $0[4] &= ~0x04 }?.contains("checksum") == true)
    #expect(fault { $0[4] |= 0x01 }?.contains("dictionary") == true)
    #expect(fault { $0[4] |= 0x08 }?.contains("reserved") == true)
    #expect(fault { $0[0] ^= 1 }?.contains("no zstd frame") == true)
    #expect(fault { $0 = Array($0[..<5]) } != nil)
    #expect(fault { $0 = [] } != nil)
  }

  /// Windows beyond 2^27, 2^64 - 1 bytes, and sizes that the frame's bytes cannot hold.
  @Test func `is refused for a hostile window or size`() {
    let magic: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD]
    let tail = [UInt8](repeating: 0, count: 40)
    // Not single-segment, 8-byte size; exponent 18 is 2^28.
    #expect(
      FrameHeader.fault(
        in: magic + [0xC4, 18 << 3, 100, 0, 0, 0, 0, 0, 0, 0] + tail, rawSize: 100)?
        .contains("window") == true)
    #expect(
      FrameHeader.fault(in: magic + [0xC4, 31 << 3 | 7, 100] + tail, rawSize: 100)?
        .contains("window") == true)
    #expect(
      FrameHeader.fault(in: magic + [0xE4] + [UInt8](repeating: 255, count: 8) + tail, rawSize: 1)
        != nil)
    let gibibyte: [UInt8] = [0, 0, 0, 0x40]
    #expect(
      FrameHeader.fault(in: magic + [0x84, 11 << 3] + gibibyte + tail, rawSize: 1 << 30)?
        .contains("cannot hold") == true)
  }
}
