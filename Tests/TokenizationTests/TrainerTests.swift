import Testing
import Tokenization

struct `Training a tokenizer` {
  static func texts(_ seed: UInt64, count: Int) -> [[UInt8]] {
    var numbers = Numbers(state: seed)
    return (0..<count).map { _ in
      (0..<Int.random(in: 0...30, using: &numbers)).map { _ in
        bytes("aabbc d'+é1").randomElement(using: &numbers) ?? 0
      }
    }
  }

  /// Recounts everything after every merge.
  static func reference(
    _ texts: [[UInt8]], vocabularySize: Int, minimumFrequency: Int
  ) -> (tokens: [[UInt8]], merges: [Merge]) {
    var tokens: [[UInt8]] = [[], [], []] + (UInt8.min...UInt8.max).map { [$0] }
    var merges: [Merge] = []
    var words: [[Int32]] = []
    for text in texts {
      var start = 0
      for end in PreTokenizer.ends(of: text) {
        words.append(text[start..<end].map { Int32($0) + 3 })
        start = end
      }
    }
    while tokens.count < vocabularySize {
      var counts: [[Int32]: Int] = [:]
      for word in words {
        for i in word.indices.dropLast() { counts[[word[i], word[i + 1]], default: 0] += 1 }
      }
      let best = counts.filter { $0.value >= minimumFrequency }.min {
        ($1.value, $0.key[0], $0.key[1]) < ($0.value, $1.key[0], $1.key[1])
      }
      guard let pair = best?.key else { break }
      let spelled = tokens[Int(pair[0])] + tokens[Int(pair[1])]
      let result = Int32(tokens.firstIndex(of: spelled) ?? tokens.count)
      if Int(result) == tokens.count { tokens.append(spelled) }
      let merge = Merge(left: pair[0], right: pair[1], result: result)
      merges.append(merge)
      words = words.map { word in
        var out: [Int32] = []
        for symbol in word {
          if out.last == merge.left, symbol == merge.right {
            // A merged token is not merged again in the same pass: "aaaa" is (aa)(aa).
            out[out.count - 1] = -1 - result
          } else {
            out.append(symbol)
          }
        }
        return out.map { $0 < 0 ? -1 - $0 : $0 }
      }
    }
    return (tokens, merges)
  }

  @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
  func `finds the merges that recounting finds`(seed: UInt64) {
    let texts = Self.texts(seed, count: 60)
    for (size, frequency) in [(259, 2), (270, 2), (330, 2), (1000, 2), (400, 5)] {
      let expected = Self.reference(texts, vocabularySize: size, minimumFrequency: frequency)
      let (tokenizer, report) = Tokenizer.train(
        on: texts, vocabularySize: size, minimumFrequency: frequency)
      #expect(tokenizer.merges == expected.merges)
      #expect(tokenizer.tokens == expected.tokens)
      #expect(report.vocabularySize == expected.tokens.count)
      #expect(report.mergeCount == expected.merges.count)
    }
  }

  @Test func `does not depend on the order of the texts`() {
    let texts = Self.texts(11, count: 200)
    let one = Tokenizer.train(on: texts, vocabularySize: 320)
    let other = Tokenizer.train(on: texts.reversed(), vocabularySize: 320)
    #expect(one.tokenizer.json == other.tokenizer.json)
    #expect(one.report == other.report)
  }

  @Test func `stops when no pair repeats, and says so`() {
    let (tokenizer, report) = Tokenizer.train(on: [bytes("abab cd")], vocabularySize: 5000)
    #expect(tokenizer.vocabularySize == 260)
    #expect(report.ending == .noPairRepeats)
    #expect(tokenizer.encode(bytes("ab")) == [259])
    let full = Tokenizer.train(on: [bytes("abab abab")], vocabularySize: 260)
    #expect(full.report.ending == .vocabularyFull)
    #expect(Tokenizer.train(on: [], vocabularySize: 300).tokenizer.vocabularySize == 259)
  }

  /// A token that reads `<|sep|>` would be written over the special one in a tokenizer file.
  @Test func `never spells a special token`() throws {
    let texts = [[UInt8]](repeating: bytes("<|sep|>"), count: 50)
    let (tokenizer, _) = Tokenizer.train(on: texts, vocabularySize: 400)
    #expect(!tokenizer.tokens.contains(bytes("<|sep|>")))
    #expect(try Tokenizer(json: tokenizer.json).json == tokenizer.json)
  }

  @Test func `merges nothing across digits`() {
    let texts = [[UInt8]](repeating: bytes("12+12+12"), count: 9)
    #expect(Tokenizer.train(on: texts, vocabularySize: 300).tokenizer.vocabularySize == 259)
  }

  @Test func `with too small a vocabulary traps`() async {
    await #expect(processExitsWith: .failure) {
      _ = Tokenizer.train(on: [], vocabularySize: 258)
    }
  }
}
