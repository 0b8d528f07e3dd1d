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
