import Files
import Testing
import Tokenization

struct `A tokenizer file of another family` {
  /// Each change puts in a part, or a setting of one, that is not supported.
  @Test(arguments: [
    ("qwen2", #"{"type":"NFC"}"#, #"{"type":"NFKC"}"#, "found NFKC, expected NFC, Replace"),
    ("qwen2", #""Regex":"(?i:"#, #""Regex":"(?I:"#, "the expression of GPT-2, Llama 3"),
    ("qwen2", #""behavior":"Isolated""#, #""behavior":"Removed""#, "Isolated for an expression"),
    ("qwen2", #""behavior":"Isolated""#, #""behavior":"Apart""#, "MergedWithNext"),
    ("qwen2", #""type":"Split""#, #""type":"Punctuation""#, "found Punctuation"),
    ("qwen2", #""decoder":{"type":"ByteLevel""#, #""decoder":{"type":"WordPiece""#, "WordPiece"),
    (
      "qwen2", #""post_processor":{"type":"ByteLevel""#,
      #""post_processor":{"type":"RobertaProcessing""#,
      "RobertaProcessing"
    ),
    ("llama2", #""prepend":"▁""#, #""prepend":7"#, "normalizers[0].prepend: found an integer"),
    ("llama2", #"{"String":" "}"#, #"{"Regex":" "}"#, #"expected {"String": a text}"#),
    (
      "llama2", #"{"Sequence":{"id":"A","type_id":0}}"#, #"{"Sequence":{"id":"B","type_id":0}}"#,
      "one sequence A"
    ),
    ("llama2", #""ids":[1]"#, #""ids":[99999]"#, "id 99999"),
    ("llama2", #""type":"Fuse""#, #""type":"Fuze""#, "Fuze"),
    (
      "llama2", #"{"type":"ByteFallback"}"#, #"{"type":"ByteLevel"}"#, "ByteLevel as the last"
    ),
    ("llama2", #""stop":0"#, #""stop":99999"#, "up to 1024"),
    ("llama2", #""unk_token":"<unk>""#, #""unk_token":"<none>""#, "model.unk_token: found <none>"),
    ("mistral", #""prepend_scheme":"first""#, #""prepend_scheme":"last""#, "always or first"),
    ("mistral", #""replacement":"▁""#, #""replacement":"__""#, "one character"),
    ("gemma", #""id":1,"#, #""id":3,"#, "as in model.vocab"),
    ("qwen3", #""id":703,"#, #""id":5,"#, "an id that no other token has"),
    ("qwen3", #""content":"<think>""#, #""content":"</think>""#, "each content once"),
    ("gpt2", #""add_prefix_space":false"#, #""add_prefix_space":0"#, "true or false"),
  ])
  func `is refused with the name of what is not supported`(
    family: String, place: String, change: String, word: String
  ) throws {
    let good = String(decoding: try Golden.bytes("Families/\(family).json"), as: UTF8.self)
    let range = try #require(good.firstRange(of: place), "\(place)")
    let bad = good.replacingCharacters(in: range, with: change)
    let error = #expect(throws: TokenizerError.self) {
      try Tokenizer(json: bytes(bad), named: "t.json")
    }
    let text = error?.description ?? ""
    #expect(text.contains(word), "\(text)")
    #expect(text.hasPrefix("t.json: "))
  }

  /// Four steps that each make a thousand letters of one would make 10^12 bytes of a space.
  @Test func `is refused where its steps would fill any memory`() throws {
    let good = String(decoding: try Golden.bytes("Families/llama2.json"), as: UTF8.self)
    let step = #"{"type":"Replace","pattern":{"String":" "},"content":"▁"}"#
    try #require(good.contains(step))
    let long = step.replacing("▁", with: String(repeating: " ", count: 1000))
    let steps = [String](repeating: step, count: 20)
    for bad in [long, [long, long].joined(separator: ","), steps.joined(separator: ",")] {
      let error = #expect(throws: TokenizerError.self) {
        try Tokenizer(json: bytes(good.replacing(step, with: bad)), named: "t.json")
      }
      #expect(error?.description.contains("lengthen") == true)
    }
  }

  /// Swift's strings of the two are equal; a vocabulary has both.
  @Test func `keeps tokens apart that differ in bytes alone`() throws {
    let text = #"""
      {"version":"1.0","added_tokens":[],"decoder":{"type":"Fuse"},
      "model":{"type":"BPE","vocab":{"e":0,"\u0301":1,"\#("\u{E9}")":2,"\#("e\u{301}")":3,"\"\\":4},
      "merges":[["e","\u0301"]]}}
      """#
    let tokenizer = try Tokenizer(json: bytes(text))
    #expect(tokenizer.encode(bytes("e\u{301}")) == [3])
    #expect(tokenizer.encode(bytes("\u{E9}")) == [2])
    #expect(try tokenizer.decode([2, 3, 4]) == bytes("\u{E9}e\u{301}\"\\"))
  }

  @Test(.timeLimit(.minutes(4))) func `is refused at once where it is hostile`() throws {
    let good = String(decoding: try Golden.bytes("Families/llama2.json"), as: UTF8.self)
    let long = String(repeating: "x", count: 5_000_000)
    for (place, change) in [
      (#""merges":"#, #""merges":\#(String(repeating: "[", count: 2_000_000)),"x":"#),
      (#""prepend":"▁""#, #""prepend":"\#(long)""#),
      (#""content":"<s>""#, #""content":"\#(long)""#),
      (#""vocab":{"#, #""vocab":{"\#(long)":16777217,"#), (#""vocab":{"#, #""vocab":{"\#(long)"#),
    ] {
      let bad = good.replacingCharacters(
        in: try #require(good.firstRange(of: place)), with: change)
      let clock = ContinuousClock()
      let time = clock.measure {
        #expect(throws: TokenizerError.self) { try Tokenizer(json: bytes(bad)) }
      }
      #expect(time < .seconds(5))
    }
  }

  @Test func `encodes a long text without a cut in its stride`() throws {
    for family in ["llama2", "gemma", "tekken"] {
      let tokenizer = try Family.tokenizer(family)
      for unit in ["a", "漢", "A", "e\u{301}", " "] {
        let text = bytes(String(repeating: unit, count: 200_000 / unit.utf8.count))
        let ids = tokenizer.encode(text)
        #expect(try tokenizer.decode(ids) == text)
      }
    }
  }
}

extension String {
  fileprivate func replacingCharacters(in range: Range<Index>, with text: String) -> String {
    String(self[..<range.lowerBound]) + text + String(self[range.upperBound...])
  }
}
