import Testing
import Tokenization

struct `A training report` {
  @Test func `says what was seen and why it ended`() {
    let short = Tokenizer.train(on: [bytes("abab cd")], vocabularySize: 5000).report
    #expect(
      short.description == "7 bytes in 1 text, 2 distinct pieces: 260 of at most 5000 tokens; no "
        + "further pair occurs 2 times")
    let full = Tokenizer.train(on: [bytes("abab cd")], vocabularySize: 260).report
    #expect(full.description.hasSuffix("260 of at most 260 tokens"))
  }
}
