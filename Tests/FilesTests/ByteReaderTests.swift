import Files
import Testing

struct `A byte reader` {
  @Test func `reads little-endian values in turn`() throws {
    var bytes: [UInt8] = []
    bytes.append(littleEndian: UInt32(0x0102_0304))
    bytes.append(littleEndian: Int16(-2))
    bytes += [9, 8]
    var reader = ByteReader(bytes, named: "x")
    #expect(try reader.read(UInt32.self) == 0x0102_0304)
    #expect(try reader.read(Int16.self) == -2)
    #expect(try reader.read(count: 2) == [9, 8])
    #expect(reader.remaining == 0)
  }

  @Test func `never goes past the end`() {
    var reader = ByteReader([1, 2, 3], named: "x.bin")
    #expect(throws: FileError.truncated(path: "x.bin", at: 0, needs: 8, has: 3)) {
      try reader.read(UInt64.self)
    }
    #expect(throws: FileError.self) { try reader.read(count: .max) }
    #expect(throws: FileError.self) { try reader.skip(-1) }
  }
}
