import Testing
import Tokenization

struct `The byte alphabet` {
  @Test func `gives every byte one character and takes it back`() {
    let all = [UInt8](0...255)
    let text = ByteAlphabet.text(of: all)
    #expect(Set(text.unicodeScalars).count == 256)
    #expect(ByteAlphabet.bytes(of: text) == all)
    #expect(ByteAlphabet.text(of: bytes(" a\n\u{AD}")) == "Ġa\u{10A}Â\u{143}")
  }

  @Test(arguments: ["a b", "\n", "\u{144}", "\u{7F}", "\u{AD}", "漢"])
  func `knows no other characters`(text: String) {
    #expect(ByteAlphabet.bytes(of: text) == nil)
  }
}
