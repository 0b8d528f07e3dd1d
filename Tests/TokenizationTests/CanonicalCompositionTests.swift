import Files
import Testing
import Tokenization

struct `Canonical composition` {
  @Test func `is that of the tokenizers library`() throws {
    for row in try #require(Family.json("normalization").arrayValue) {
      let pair = try Family.strings(row)
      #expect(
        CanonicalComposition.normalized(pair[0]) ?? pair[0] == pair[1], "\(Family.shown(pair[0]))")
      #expect(CanonicalComposition.normalized(pair[1]) ?? pair[1] == pair[1])
    }
  }

  @Test func `composes Hangul of two and of three parts`() {
    #expect(CanonicalComposition.normalized(bytes("\u{1100}\u{1161}")) == bytes("\u{AC00}"))
    #expect(
      CanonicalComposition.normalized(bytes("\u{1100}\u{1161}\u{11A8}")) == bytes("\u{AC01}"))
    #expect(CanonicalComposition.normalized(bytes("\u{AC00}\u{11A8}")) == bytes("\u{AC01}"))
  }

  /// A broken byte is a wall: nothing composes across it, and it stays.
  @Test func `keeps bytes that are not UTF-8`() {
    let accent = bytes("\u{301}")
    let broken = bytes("e") + [0xFF] + accent + [0xC3] + bytes("e") + accent
    #expect(
      CanonicalComposition.normalized(broken)
        == bytes("e") + [0xFF] + accent + [0xC3] + bytes("\u{E9}"))
    #expect(CanonicalComposition.normalized([0xFF, 0x41]) == nil)
  }

  @Test(.timeLimit(.minutes(4))) func `takes a million accents in its stride`() {
    let text = bytes("e") + [[UInt8]](repeating: bytes("\u{301}"), count: 1_000_000).flatMap { $0 }
    #expect(CanonicalComposition.normalized(text)?.count == 2 + 2 * 999_999)
  }
}
