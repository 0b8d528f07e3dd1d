import Files
import Testing
import Tokenization

/// Small tokenizers of every family, and the library's ids
/// (`Scripts/goldens/tokenizer_families.py`).
enum Family {
  static let names = [
    "smollm2", "gpt2", "llama3", "qwen2", "qwen3", "tekken", "llama2", "mistral", "gemma",
  ]

  static func json(_ name: String) throws -> JSON {
    try JSON.parse(try Golden.bytes("Families/\(name).json"))
  }

  static func tokenizer(_ name: String) throws -> Tokenizer {
    try Tokenizer(json: try Golden.bytes("Families/\(name).json"), named: name + ".json")
  }

  static func texts() throws -> [[UInt8]] { try strings(json("texts")) }

  static func strings(_ value: JSON?) throws -> [[UInt8]] {
    try (try #require(value?.arrayValue)).map { Array(try #require($0.stringValue).utf8) }
  }

  static func ids(_ value: JSON?) throws -> [Int32] {
    try (try #require(value?.arrayValue)).map { Int32(try #require($0.intValue)) }
  }

  static func shown(_ text: [UInt8]) -> String {
    String(decoding: text, as: UTF8.self).debugDescription
  }
}

struct `A family's tokenizer` {
  @Test(arguments: Family.names)
  func `gives the ids that the tokenizers library gives`(name: String) throws {
    let tokenizer = try Family.tokenizer(name)
    let golden = try Family.json(name + "-ids")
    let rows = try #require(golden["ids"]?.arrayValue)
    let texts = try Family.texts()
    #expect(texts.count == rows.count && texts.count > 200)
    for (number, text) in texts.enumerated() {
      let expected = try Family.ids(rows[number])
      #expect(
        tokenizer.encode(text, parsingSpecials: true) == expected, "\(Family.shown(text))")
      // Where specials are text, the library says something else for few texts.
      let asText = try golden["as_text"]?["\(number)"].map { try Family.ids($0) } ?? expected
      #expect(tokenizer.encode(text) == asText, "\(Family.shown(text))")
      #expect(!asText.contains { $0 != 0 && tokenizer.isSpecial($0) })
      let decoded = golden["decoded"]?["\(number)"]?.stringValue.map { Array($0.utf8) } ?? text
      #expect(try tokenizer.decode(expected) == decoded, "\(Family.shown(text))")
    }
    #expect(
      try tokenizer.encode([0x61], addingSpecials: true) == Family.ids(golden["around_a"]))
  }

  /// Bytes that no file of text has: the library would put U+FFFD for them, we keep them.
  @Test(arguments: Family.names)
  func `returns any bytes as they were, or in normal form`(name: String) throws {
    let tokenizer = try Family.tokenizer(name)
    var numbers = Numbers(state: 11)
    let words = [bytes("carry "), bytes(" write"), bytes("'ll"), bytes("数"), bytes("1\n")]
    for _ in 0..<500 {
      var text: [UInt8] = []
      for _ in 0..<Int.random(in: 0...12, using: &numbers) {
        if Bool.random(using: &numbers) {
          text.append(UInt8.random(in: 0...255, using: &numbers))
        } else {
          text += words.randomElement(using: &numbers) ?? []
        }
      }
      var expected = text
      if name.hasPrefix("qwen") { expected = CanonicalComposition.normalized(text) ?? text }
      // Of the spaces before a text one is taken for the one put there.
      if name == "mistral", expected.first == 0x20 { expected.removeFirst() }
      #expect(try tokenizer.decode(tokenizer.encode(text)) == expected, "\(text)")
    }
  }

  @Test(arguments: Family.names) func `keeps its file's bytes`(name: String) throws {
    let file = try Golden.bytes("Families/\(name).json")
    let tokenizer = try Tokenizer(json: file)
    #expect(tokenizer.json == file && !tokenizer.isRetort)
    #expect(tokenizer.fingerprint == SHA256.hash(file).hex)
  }

  @Test func `finds added tokens by all their properties`() throws {
    let tokenizer = try Tokenizer(json: try Golden.bytes("Families/added.json"))
    for row in try #require(Family.json("added-ids").arrayValue) {
      let parts = try #require(row.arrayValue)
      let text = Array(try #require(parts[0].stringValue).utf8)
      #expect(
        try tokenizer.encode(text, parsingSpecials: true) == Family.ids(parts[1]),
        "\(Family.shown(text))")
      #expect(try tokenizer.encode(text) == Family.ids(parts[2]), "\(Family.shown(text))")
    }
  }
}
