import Testing
import Tokenization

struct `The pre-tokenizer` {
  /// The golden has fixed traps, random mixtures, and both edges of every run of every class.
  @Test func `cuts where the tokenizers library cuts`() throws {
    let rows = try Golden.rows()
    #expect(rows.count > 500)
    for row in rows {
      var last = 0
      let lengths = PreTokenizer.ends(of: row.text).map { end in
        defer { last = end }
        return end - last
      }
      #expect(
        lengths == row.pieces, "\(String(decoding: row.text, as: UTF8.self).debugDescription)")
    }
  }

  @Test(arguments: [
    ("it's", ["it", "'s"]), ("''s", ["''", "s"]), (" 's", [" '", "s"]), ("a  b", ["a", " ", " b"]),
    ("a  5", ["a", "  ", "5"]), ("a \n", ["a", " \n"]), ("12", ["1", "2"]), ("'lx", ["'", "lx"]),
    ("\n\nb", ["\n", "\n", "b"]), ("7+5=12 write", ["7", "+", "5", "=", "1", "2", " write"]),
  ])
  func `keeps the cases that GPT-2's expression is known for`(text: String, pieces: [String]) {
    var start = 0
    let all = bytes(text)
    let found = PreTokenizer.ends(of: all).map { end in
      defer { start = end }
      return String(decoding: all[start..<end], as: UTF8.self)
    }
    #expect(found == pieces)
  }

  /// Each such byte is one symbol: alone, beside letters, and in a run with symbols.
  @Test(
    arguments: [
      // The overlong forms of a letter come first: a lax decoder takes them for one.
      [0xE0, 0x83, 0x80], [0xF0, 0x83, 0x90, 0x90], [0xC1, 0x81], [0xFF], [0x80], [0xC0, 0xAF],
      [0xE0, 0x80, 0xAF], [0xED, 0xA0, 0x80],
      [0xF4, 0x90, 0x80, 0x80],
      [0xF0, 0x9F, 0x98], [0xE2, 0x82], [0xC3], [0xF8, 0x88, 0x80, 0x80, 0x80],
    ] as [[UInt8]])
  func `takes bytes that are not UTF-8 for symbols`(invalid: [UInt8]) {
    #expect(PreTokenizer.ends(of: invalid) == [invalid.count])
    let count = invalid.count
    #expect(PreTokenizer.ends(of: bytes("a") + invalid + bytes("b")) == [1, 1 + count, 2 + count])
    #expect(PreTokenizer.ends(of: bytes(" ") + invalid + bytes("!7")) == [count + 2, count + 3])
  }

  @Test func `covers any bytes without a gap`() {
    var numbers = Numbers(state: 1)
    for _ in 0..<2000 {
      let text = (0..<Int.random(in: 0...40, using: &numbers)).map { _ in
        UInt8.random(in: 0...255, using: &numbers)
      }
      let ends = PreTokenizer.ends(of: text)
      #expect(ends.last ?? 0 == text.count)
      #expect(zip(ends, ends.dropFirst()).allSatisfy { $0 < $1 })
    }
  }
}
