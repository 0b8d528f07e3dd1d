import Testing
import Tokenization

struct `Scalars in bytes` {
  @Test func `are read and written as Swift does it`() {
    for value in [0, 0x41, 0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFF, 0x10000, 0x10FFFF] {
      let text = bytes(String(UnicodeScalar(UInt32(value)) ?? "?"))
      var written: [UInt8] = []
      UTF8Scalar.append(UInt32(value), to: &written)
      #expect(written == text)
      let (found, length) = UTF8Scalar.decode([0x61] + text, 1) ?? (0, 0)
      #expect(found == UInt32(value) && length == text.count)
      #expect(UTF8Scalar.start(of: [0x61] + text, endingAt: 1 + text.count) == 1)
    }
  }

  @Test(
    arguments: [
      [0x80], [0xC0, 0x80], [0xC3], [0xC3, 0x41], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80],
      [0xF4, 0x90, 0x80, 0x80], [0xF0, 0x9F, 0x98], [0xFF],
    ] as [[UInt8]])
  func `are none where bytes are not UTF-8`(invalid: [UInt8]) {
    #expect(UTF8Scalar.decode(invalid, 0) == nil)
    #expect(!UTF8Scalar.isValid(invalid) && !UTF8Scalar.isValid(bytes("aé") + invalid))
    #expect(UTF8Scalar.isValid(bytes("aé漢😀")))
  }

  @Test func `agree about classes with Swift's own properties, but for newer scalars`() {
    var others = 0
    for value in UInt32(0)..<0x30000 {
      guard let scalar = UnicodeScalar(value) else { continue }
      let isLetter =
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
          true
        default: false
        }
      if ScalarCategory(value).isLetter != isLetter { others += 1 }
    }
    // Letters that Unicode got after the version that the library's expressions stand at.
    #expect(others < 10_000)
    #expect(ScalarCategory(0x41) == .upper && ScalarCategory(0x1C5) == .upper)
    #expect(ScalarCategory(0x2B0) == .letter && ScalarCategory(0x301) == .mark)
    #expect(ScalarCategory(0xBD) == .number && ScalarCategory(0x3000) == .space)
  }
}
