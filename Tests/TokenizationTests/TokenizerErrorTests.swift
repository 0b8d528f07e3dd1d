import Testing
import Tokenization

struct `Tokenizer errors` {
  @Test func `name the place, what stands there and what to do`() {
    #expect(
      TokenizerError.unknownId(9, at: 3, vocabularySize: 5).description
        == "token 3: id 9, expected 0 ..< 5 -- decode with the tokenizer that made the ids")
  }

  @Test func `show text from outside harmlessly`() {
    let token = "\u{1B}[2J\n" + String(repeating: "x", count: 1_000_000)
    let text = TokenizerError.vocabulary(file: "t", token: token, reason: "r").description
    #expect(!text.contains("\u{1B}") && !text.contains("\n"))
    #expect(text.count < 300)
  }
}
