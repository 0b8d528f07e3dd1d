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

  /// Every byte at every place.
  @Test func `reads lower-case digits and nothing else`() {
    var digits = SHA256.hash("abc").hexDigits
    for place in digits.indices {
      let before = digits[place]
      for byte in UInt8.min...UInt8.max {
        digits[place] = byte
        let isDigit = (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
        #expect(Digest(hexDigits: digits.span)?.hexDigits == (isDigit ? digits : nil))
      }
      digits[place] = before
    }
  }
}

struct `SHA-256 of parts of an array` {
  /// Every place of the end within a block.
  @Test func `is that of each alone`() {
    let bytes = (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 131 ^ $0 >> 5) }
    let parts = [0..<0, 0..<5000, 3..<4611, 5000..<5000] + (0...200).map { $0..<(2 * $0) }
    for some in [[], [parts[1]], parts, parts.reversed()] {
      #expect(SHA256.hashes(of: some, in: bytes) == some.map { SHA256.hash(bytes[$0]) })
    }
  }

  @Test func `of bytes outside the array traps`() async {
    await #expect(processExitsWith: .failure) { _ = SHA256.hashes(of: [0..<2], in: [1]) }
  }
}

struct `A digest` {
  @Test func `compares, and gives its bytes, in their order`() {
    let digests = (0..<200).map { SHA256.hash("\($0)") }
    #expect(
      digests.sorted() == digests.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) })
    #expect(Set(digests).count == 200)
    for digest in digests { #expect(digest.hex == digest.bytes.map { hex($0) }.joined()) }
  }

  private func hex(_ byte: UInt8) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16)
  }

  @Test func `is found to differ in any byte`() {
    let digest = SHA256.hash("abc").hex
    for place in digest.indices {
      let other: Character = digest[place] == "0" ? "1" : "0"
      let changed = digest[..<place] + [other] + digest[digest.index(after: place)...]
      #expect(Digest(hex: String(changed)) != Digest(hex: digest))
    }
  }
}
