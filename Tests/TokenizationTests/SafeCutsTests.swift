import Testing
import Tokenization

struct `Safe cuts` {
  /// Tokens of random vocabularies: some characters of one to four bytes, and what merges make of
  /// them.
  struct Vocabulary {
    static let characters = [
      "a", "b", "c", ".", " ", "\u{2581}", "\u{E9}", "\u{6F22}", "\u{1F600}",
    ]
    var tokens = Self.characters.map { Array($0.utf8) }
    var merges: [Merge] = []

    init(_ count: Int, using numbers: inout Numbers) {
      while merges.count < count {
        let left = Int32.random(in: 0..<Int32(tokens.count), using: &numbers)
        let right = Int32.random(in: 0..<Int32(tokens.count), using: &numbers)
        let text = tokens[Int(left)] + tokens[Int(right)]
        guard text.count < 24, !tokens.contains(text) else { continue }
        merges.append(Merge(left: left, right: right, result: Int32(tokens.count)))
        tokens.append(text)
      }
    }
  }

  static func merged(_ symbols: [Int32], _ merger: Merger) -> [Int32] {
    var (symbols, values) = (symbols, [UInt64]())
    merger.merge(&symbols, values: &values)
    return symbols
  }

  /// The one claim: a text's tokens are those of its parts. Parts are few or many as merges leave
  /// it.
  @Test func `leave every text's tokens as they are`() throws {
    var numbers = Numbers(state: 11)
    var (cutCount, placeCount) = (0, 0)
    for merges in [1, 4, 12, 30] {
      for _ in 0..<40 {
        let vocabulary = Vocabulary(merges, using: &numbers)
        let merger = Merger(vocabulary.merges)
        let cuts = try #require(SafeCuts(tokens: vocabulary.tokens, merges: vocabulary.merges))
        let text = (0..<40).map { _ in
          Int32.random(in: 0..<Int32(Vocabulary.characters.count), using: &numbers)
        }
        let kinds = text.map { SafeCuts.character(vocabulary.tokens[Int($0)], 0).kind }
        var parts: [[Int32]] = [[text[0]]]
        for at in 1..<text.count {
          placeCount += 1
          if cuts.allows(kinds[at - 1], kinds[at]) {
            parts.append([])
            cutCount += 1
          }
          parts[parts.count - 1].append(text[at])
        }
        #expect(parts.flatMap { Self.merged($0, merger) } == Self.merged(text, merger))
      }
    }
    #expect(cutCount > placeCount / 4 && cutCount < placeCount)
  }

  /// What is joined by a merge must not be cut, and the same characters the other way round may be.
  @Test func `forbid a place that a merge joins`() throws {
    let tokens = ["a", "b", "ab"].map { Array($0.utf8) }
    let merges = [Merge(left: 0, right: 1, result: 2)]
    let cuts = try #require(SafeCuts(tokens: tokens, merges: merges))
    let (a, b) = (SafeCuts.character(tokens[0], 0).kind, SafeCuts.character(tokens[1], 0).kind)
    #expect(!cuts.allows(a, b) && cuts.allows(b, a))
    let spaces = try #require(SafeCuts(tokens: tokens, merges: merges, onlyBeforeSpaces: true))
    #expect(!spaces.allows(b, a))
    #expect(spaces.allows(b, SafeCuts.character([0xE2, 0x96, 0x81], 0).kind))
  }

  @Test func `are not known where a merge's token stands for no characters`() {
    let merges = [Merge(left: 0, right: 1, result: 2)]
    #expect(SafeCuts(tokens: [[], [0x61], [0x61]], merges: merges) == nil)
    let tokens: [[UInt8]] = [[0x61], [0x62], [0x61, 0x62]]
    #expect(SafeCuts(tokens: tokens, merges: merges, fallbackIds: [1]) == nil)
  }
}
