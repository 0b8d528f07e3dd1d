import Files
import Testing
import Tokenization

struct `Cutting a text` {
  /// Every expression on fixed traps, random mixtures and the edges of every class of scalars.
  @Test(arguments: ["gpt2", "llama3", "qwen2", "tekken"])
  func `by an expression is as the tokenizers library does it`(name: String) throws {
    let expression: SplitExpression =
      switch name {
      case "gpt2": .gpt2
      case "llama3": .llama3
      case "qwen2": .qwen2
      default: .tekken
      }
    let cuts = try Family.json("cuts")
    let texts = try Family.texts() + Family.strings(cuts["more"])
    let rows = try #require(cuts["expressions"]?[name]?.arrayValue)
    #expect(texts.count == rows.count && rows.count > 500)
    for (text, row) in zip(texts, rows) {
      var lengths: [Int] = []
      var at = 0
      while at < text.count {
        let end = expression.end(of: text, from: at)
        try #require(end > at)
        lengths.append(end - at)
        at = end
      }
      #expect(lengths == row.arrayValue?.compactMap(\.intValue), "\(Family.shown(text))")
    }
  }

  static func pieces(_ text: [UInt8], _ step: PreTokenizerStep) -> [[UInt8]] {
    var pieces = Pieces(text, startsText: true)
    pieces.apply(step)
    return pieces.ranges.map { Array(pieces.text[$0]) }
  }

  @Test func `at a string leaves the separator where it is asked to`() throws {
    let cuts = try Family.json("cuts")
    let strings = try Family.strings(cuts["strings"])
    for behavior in SplitBehavior.allCases {
      let rows = try #require(cuts["behaviors"]?[behavior.rawValue]?.arrayValue)
      for (text, row) in zip(strings, rows) {
        #expect(
          try Self.pieces(text, .split([0x20], behavior)) == Family.strings(row),
          "\(behavior) \(Family.shown(text))")
      }
    }
  }

  @Test func `with visible spaces is as the tokenizers library does it`() throws {
    let cuts = try Family.json("cuts")
    let strings = try Family.strings(cuts["strings"])
    for prepends in MetaspacePrepending.allCases {
      for cutting in [false, true] {
        let rows = cuts["metaspace"]?[prepends.rawValue]?["\(cutting)"]?.arrayValue
        for (text, row) in zip(strings, try #require(rows)) {
          let step = PreTokenizerStep.metaspace(
            replacement: bytes("\u{2581}"), prepends: prepends, cuts: cutting)
          // The library keeps a piece of nothing where there is no text; it has no tokens.
          let expected = try Family.strings(row).filter { !$0.isEmpty }
          #expect(
            Self.pieces(text, step) == expected, "\(prepends) \(cutting) \(Family.shown(text))")
        }
      }
    }
  }

  @Test func `at numerals takes them one by one or together`() throws {
    let cuts = try Family.json("cuts")
    let strings = ["a12b", "1", "12", "a", "", "1a2", "½a٣٤"].map(bytes)
    for individual in [false, true] {
      let rows = try #require(cuts["digits"]?["\(individual)"]?.arrayValue)
      for (text, row) in zip(strings, rows) {
        #expect(try Self.pieces(text, .digits(individual: individual)) == Family.strings(row))
      }
    }
  }
}
