import Files
import Testing

struct `The signature of a file` {
  static let starts: [(bytes: [UInt8], kind: FileSignature)] = [
    ([0x1F, 0x8B, 8, 0, 0], .gzip), ([0x28, 0xB5, 0x2F, 0xFD, 1], .zstd),
    ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], .xz), (Array("BZh9".utf8) + [0x31, 0x41], .bzip2),
    ([0x04, 0x22, 0x4D, 0x18], .lz4), ([0x50, 0x4B, 3, 4], .zip),
    ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], .sevenZip), (Array("Rar!".utf8) + [0x1A, 7], .rar),
    (Array("GGUF".utf8) + [3, 0, 0, 0], .gguf),
    (Array("version https://git-lfs.github.com/spec/v1\noid sha256:0".utf8), .gitLFSPointer),
    ([0xEF, 0xBB, 0xBF, 0x7B], .utf8Mark), ([0xFF, 0xFE, 0x61, 0], .utf16),
    ([0xFE, 0xFF, 0, 0x61], .utf16), ([0xFF, 0xFE, 0, 0], .utf32), ([0, 0, 0xFE, 0xFF], .utf32),
  ]

  @Test(arguments: starts)
  func `is told by the first bytes, and by all of them`(bytes: [UInt8], kind: FileSignature) {
    #expect(FileSignature(startOf: bytes) == kind)
    #expect(FileSignature(startOf: bytes + Array(repeating: 0x20, count: 100)) == kind)
    #expect(FileSignature(startOf: [0x20] + bytes) == nil)
    #expect(bytes.count <= FileSignature.length + 20 && !kind.advice.isEmpty)
  }

  @Test func `is told for every kind there is`() {
    #expect(Set(Self.starts.map(\.kind)) == Set(FileSignature.allCases))
  }

  @Test(arguments: [
    "", "{", "{\"a\":1}", "BZh", "BZhello", "PK", "version 2", "GGU", "Rar", "\u{FF}",
  ])
  func `is none of ordinary text`(text: String) {
    #expect(FileSignature(startOf: Array(text.utf8)) == nil)
  }
}
