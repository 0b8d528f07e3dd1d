import Files
import Testing
import Tokenization

struct `A tokenizer in GGUF` {
  /// Metaspace puts a space before the text only: llama.cpp cannot be told so.
  static let exportable = Family.names.filter { $0 != "mistral" }

  /// With what the files beside a tokenizer.json say.
  static func tokenizer(_ name: String) throws -> Tokenizer {
    var tokenizer = try Family.tokenizer(name)
    let ends = ["<|im_end|>", "<|eot_id|>", "</s>", "<eos>", "<|endoftext|>"]
      .compactMap(tokenizer.specialId)
    let end = try #require(ends.first)
    tokenizer.conventions.endId = end
    return tokenizer
  }

  @Test(arguments: exportable)
  func `gives the ids of the tokenizer.json that it comes from`(name: String) throws {
    let tokenizer = try Self.tokenizer(name)
    let gguf = try tokenizer.ggufVocabulary()
    let again = try Tokenizer(gguf: gguf)
    #expect(again.vocabularySize == tokenizer.vocabularySize)
    // What it writes as tokenizer.json is read back as the same, too.
    let third = try Tokenizer(json: again.json)
    for text in try Family.texts() {
      for specials in [false, true] {
        let ids = tokenizer.encode(text, parsingSpecials: specials, addingSpecials: true)
        for other in [again, third] {
          #expect(
            other.encode(text, parsingSpecials: specials, addingSpecials: true) == ids,
            "\(Family.shown(text))")
          #expect(try other.decode(ids) == tokenizer.decode(ids))
        }
      }
    }
    #expect(try again.ggufVocabulary() == gguf)
    #expect(third.json == again.json)
  }

  @Test func `of Retort's own kind stays what it was`() throws {
    let tokenizer = try Golden.tokenizer()
    let gguf = try tokenizer.ggufVocabulary()
    #expect(gguf.model == "gpt2" && gguf.pre == "smollm" && gguf.addsBeginning == false)
    #expect(gguf.types?.prefix(4) == [3, 3, 3, 1])
    let again = try Tokenizer(gguf: gguf)
    #expect(again.isRetort && again.json == tokenizer.json)
  }

  /// SmolLM2 has no token for some bytes that no text holds; its students must be written all the
  /// same.
  @Test func `may lack a byte`() throws {
    var gguf = try Self.tokenizer("smollm2").ggufVocabulary()
    // Byte 4 in the byte alphabet.
    let place = try #require(gguf.tokens.firstIndex { $0 == Array("\u{104}".utf8) })
    gguf.tokens[place] = Array("\u{104}\u{104}".utf8)
    let tokenizer = try Tokenizer(gguf: gguf)
    #expect(try tokenizer.ggufVocabulary() == gguf)
    let third = try Tokenizer(json: tokenizer.json)
    for text in [[0x61, 4, 0x62], [4], [0x61]] as [[UInt8]] {
      #expect(third.encode(text) == tokenizer.encode(text))
    }
  }

  @Test func `names what GGUF has no word for`() throws {
    let error = #expect(throws: TokenizerError.self) {
      try Self.tokenizer("mistral").ggufVocabulary()
    }
    #expect(error?.description.contains("normalizer and pre_tokenizer") == true)
  }

  static func changed(
    _ name: String, _ change: (inout GGUFVocabulary) -> Void
  ) throws -> String {
    var gguf = try Self.tokenizer(name).ggufVocabulary()
    change(&gguf)
    let error = #expect(throws: TokenizerError.self) { try Tokenizer(gguf: gguf, named: "a.gguf") }
    let text = error?.description ?? ""
    #expect(text.hasPrefix("a.gguf: "), "\(text)")
    return text
  }

  @Test func `is refused with the name of what is wrong`() throws {
    let changes: [(String, (inout GGUFVocabulary) -> Void, String)] = [
      ("smollm2", { $0.model = "t5" }, "gpt2 or llama"),
      ("smollm2", { $0.pre = "default" }, "smollm, gpt-2"), ("smollm2", { $0.pre = nil }, "pre"),
      ("smollm2", { $0.tokens = [] }, "0 tokens"),
      ("smollm2", { $0.tokens[5] = [] }, "no text"),
      ("smollm2", { $0.tokens[5] = [0xFF] }, "UTF-8"),
      ("smollm2", { $0.tokens[5] = $0.tokens[6] }, "twice"),
      ("smollm2", { $0.types = [1] }, "1 elements"), ("smollm2", { $0.types?[3] = 9 }, "1 to 6"),
      ("smollm2", { $0.merges = nil }, "merges"), ("smollm2", { $0.merges?[2] = [] }, "space"),
      ("smollm2", { $0.merges?[2] = bytes("a q0") }, "not in the vocabulary"),
      ("smollm2", { $0.endId = 700 }, "0 ..< 700"), ("smollm2", { $0.endId = -2 }, "0 ..< 700"),
      (
        "smollm2",
        {
          $0.addsBeginning = true; $0.beginningId = nil
        }, "bos_token_id"
      ),
      ("llama2", { $0.scores = nil }, "scores"), ("llama2", { $0.scores?[7] = .nan }, "finite"),
      ("llama2", { $0.scores = [] }, "0 elements"),
      (
        "llama2", { $0.tokens[400] = [UInt8](repeating: 0x61, count: 1000) }, "at most 512"
      ),
    ]
    for (name, change, word) in changes {
      let text = try Self.changed(name, change)
      #expect(text.contains(word), "\(text)")
    }
  }
}
