import Files
import Foundation
import Testing
import Tokenization

/// What the `tokenizers` library answered (`Scripts/goldens/tokenizer.py goldens`).
enum Golden {
  struct Row {
    let text: [UInt8]
    /// Bytes of each piece.
    let pieces: [Int]
    let ids: [Int32]
  }

  static func bytes(_ name: String) throws -> [UInt8] {
    try readFile(try #require(Bundle.module.resourcePath) + "/Goldens/" + name)
  }

  static func tokenizer() throws -> Tokenizer {
    try Tokenizer(json: try bytes("library-tokenizer.json"))
  }

  static func rows() throws -> [Row] {
    try bytes("library-ids.jsonl").split(separator: 0x0A).map { line in
      let row = try JSON.parse(Array(line))
      return Row(
        text: Array(try #require(row["text"]?.stringValue).utf8),
        pieces: try #require(row["pieces"]?.arrayValue).compactMap(\.intValue),
        ids: try #require(row["ids"]?.arrayValue).compactMap(\.intValue).map { Int32($0) })
    }
  }
}

/// A fixed sequence of numbers (Knuth's MMIX generator), so that a failing test fails again.
struct Numbers: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ state >> 32
  }
}

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
