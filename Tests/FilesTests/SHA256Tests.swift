import Files
import Testing

struct `SHA-256` {
  /// FIPS 180-4 examples.
  @Test func `agrees with the standard's examples`() {
    #expect(
      SHA256.hash("abc").hex == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      SHA256.hash("").hex == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(
      SHA256.hash([UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)).hex
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test func `does not depend on the pieces`() {
    var hasher = SHA256()
    hasher.update("a")
    hasher.update([])
    hasher.update(Array("xbcx".utf8)[1..<3])
    #expect(hasher.finalize() == SHA256.hash("abc"))
  }

  @Test func `reads its own hex and no other`() {
    let digest = SHA256.hash("abc")
    #expect(Digest(hex: digest.hex) == digest)
    #expect(Digest(hex: digest.hex.uppercased()) == nil)
    #expect(Digest(hex: String(digest.hex.dropLast())) == nil)
  }
}

struct `SHA-256 of several messages` {
  /// Every place of the end within a block, and messages of unequal length side by side.
  @Test func `is that of each alone`() {
    let bytes = (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 131 ^ $0 >> 5) }
    let arrays = [bytes, Array(bytes.reversed()), []]
    var parts: [(array: Int, bytes: Range<Int>)] = [(2, 0..<0), (0, 0..<5000), (1, 3..<4611)]
    for length in 0...200 { parts.append((array: length % 2, bytes: length..<(2 * length))) }
    for count in [0, 1, 2, 3, parts.count] {
      let some = Array(parts.prefix(count))
      #expect(
        SHA256.hashes(of: some, in: arrays)
          == some.map { SHA256.hash(arrays[$0.array][$0.bytes]) })
    }
    #expect(
      SHA256.hashes(of: parts.reversed(), in: arrays)
        == parts.reversed().map { SHA256.hash(arrays[$0.array][$0.bytes]) })
  }

  @Test func `of bytes outside their array traps`() async {
    await #expect(processExitsWith: .failure) {
      _ = SHA256.hashes(of: [(array: 0, bytes: 0..<2)], in: [[1]])
    }
  }
}
