import Testing
import Tokenization

struct `Piece counts` {
  /// Pieces of 7 and 8 bytes are counted in different tables; both must be learnt from.
  @Test(arguments: [2, 7, 8, 9, 40])
  func `hold short and long pieces alike`(length: Int) {
    let word = [UInt8](repeating: UInt8(ascii: "x"), count: length)
    let texts = [[UInt8]](repeating: word + bytes("1"), count: 3)
    let (tokenizer, report) = Tokenizer.train(on: texts, vocabularySize: 1000)
    #expect(report.pieceCount == 6)
    #expect(report.distinctPieceCount == 1)
    #expect(report.byteCount == 3 * (length + 1))
    #expect(tokenizer.encode(word).count == 1)
  }

  /// A packed piece may begin with zero bytes.
  @Test func `keep pieces of NUL bytes`() {
    let text: [UInt8] = [0, 0, 0]
    let (tokenizer, _) = Tokenizer.train(on: [text, text], vocabularySize: 300)
    #expect(tokenizer.tokens.last == text)
  }
}
