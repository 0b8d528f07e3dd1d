import Files
import Testing
import Tokenization

/// Tokenizers as `tokenizer.json` has them: a byte vocabulary, some merges, some added tokens.
struct `Added tokens` {
  static let alphabet: [String] = {
    let printable =
      Array(UInt32(0x21)...0x7E) + Array(UInt32(0xA1)...0xAC) + Array(UInt32(0xAE)...0xFF)
    let others = (UInt32(0)...0xFF).filter { !printable.contains($0) }.indices.map {
      256 + UInt32($0)
    }
    return (printable + others).compactMap { Unicode.Scalar($0).map { String($0) } }
  }()

  static func file(
    _ added: [(content: String, special: Bool, left: Bool, right: Bool)],
    merges: [(String, String)] = []
  ) -> [UInt8] {
    let tokens = alphabet + merges.map { $0.0 + $0.1 }
    var vocabulary = JSONObject()
    for (id, token) in tokens.enumerated() { vocabulary[token] = JSON(id) }
    var next = tokens.count
    let list = added.map { token -> JSON in
      let id = tokens.firstIndex(of: token.content) ?? next
      if id == next { next += 1 }
      return [
        "id": JSON(id), "content": .string(token.content), "single_word": false,
        "lstrip": .bool(token.left), "rstrip": .bool(token.right), "normalized": false,
        "special": .bool(token.special),
      ]
    }
    let level: JSON = [
      "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true,
    ]
    let root: JSON = [
      "version": "1.0", "truncation": nil, "padding": nil, "added_tokens": .array(list),
      "normalizer": nil, "pre_tokenizer": level, "post_processor": nil, "decoder": level,
      "model": [
        "type": "BPE", "vocab": .object(vocabulary),
        "merges": .array(merges.map { [.string($0.0), .string($0.1)] }),
      ],
    ]
    return root.serialized()
  }

  /// A byte's own token is all that text has for it: calling it special must not make it vanish.
  @Test func `of one character that are called special keep the character`() throws {
    let tokenizer = try Tokenizer(
      json: Self.file(
        [("!", true, false, false), ("<|end|>", true, false, false)],
        merges: [("H", "i"), ("Hi", "!"), ("!", "!")]))
    let bang = Int32(0)
    let text = bytes("Hi! 3!! = 6")
    let ids = tokenizer.encode(text)
    // As the library has it, which finds the token before anything merges.
    #expect(ids.count { $0 == bang } == 3 && ids[0] == 256 && ids[1] == bang)
    #expect(try tokenizer.decode(ids) == text)
    #expect(!tokenizer.isSpecial(bang) && tokenizer.isSpecial(259))
    // No other text becomes a sign.
    #expect(!tokenizer.encode(bytes("<|end|>")).contains(259))
    for byte in UInt8.min...UInt8.max {
      #expect(try tokenizer.decode(tokenizer.encode([byte])) == [byte])
    }
  }

  /// The letter that stands for a space in such vocabularies, called special: every space vanished.
  @Test func `spelt as a byte's letter keep the byte`() throws {
    let tokenizer = try Tokenizer(json: Self.file([("\u{120}", true, false, false)]))
    #expect(try tokenizer.decode(tokenizer.encode(bytes("a b  c"))) == bytes("a b  c"))
  }

  /// What the `tokenizers` library 0.23 gives, run on these files.
  @Test(arguments: [
    ("a\n\n\n\nb", true, true, [64, 256, 65]),
    ("a\n\n\n\n\nb", true, true, [64, 256, 65]),
    ("a \n\n \n\n b", true, true, [64, 256, 65]),
    ("a\n\n\n\nb", true, false, [64, 256, 256, 65]),
    ("a\n\n\n\nb", false, false, [64, 256, 256, 65]),
    ("\n\n\n\n", true, true, [256]),
    ("a\n\nb\n\n\n\nc", true, true, [64, 256, 65, 256, 66]),
  ])
  func `of white space take the white space beside them once`(
    text: String, left: Bool, right: Bool, ids: [Int]
  ) throws {
    let tokenizer = try Tokenizer(json: Self.file([("\n\n", false, left, right)]))
    #expect(tokenizer.encode(bytes(text)) == ids.map { Int32($0) })
  }
}
