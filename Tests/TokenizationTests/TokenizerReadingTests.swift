import Files
import Testing
import Tokenization

struct `Reading a tokenizer file` {
  static func text() throws -> String {
    let (tokenizer, _) = Tokenizer.train(
      on: [bytes("abcabc abd"), bytes("abcabc abd")], vocabularySize: 262)
    return String(decoding: tokenizer.json, as: UTF8.self)
  }

  /// The small file that the cases below change has these merges.
  @Test func `accepts both forms of merges`() throws {
    let text = try Self.text()
    let old = text.replacing(#"["a","b"]"#, with: #""a b""#)
    #expect(old != text)
    #expect(try Tokenizer(json: bytes(old)).json == bytes(text))
  }

  /// How somebody cut and padded his batches changes no id of a text here, nor in `transformers`.
  @Test(arguments: [
    ("truncation", #"{"direction":"Right","max_length":1,"strategy":"LongestFirst","stride":0}"#),
    ("padding", #"{"strategy":{"Fixed":99},"direction":"Right","pad_id":0,"pad_type_id":0}"#),
  ])
  func `passes over saved truncation and padding, and says so`(key: String, value: String) throws {
    let text = try Self.text()
    let plain = try Tokenizer(json: bytes(text))
    let saved = try Tokenizer(
      json: bytes(text.replacing("\"\(key)\":null", with: "\"\(key)\":\(value)")))
    #expect(plain.ignored.isEmpty && saved.ignored == [key])
    #expect(saved.encode(bytes("abcabc abd")) == plain.encode(bytes("abcabc abd")))
  }

  @Test func `names a Git LFS pointer`() throws {
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"
    let error = #expect(throws: TokenizerError.self) {
      try Tokenizer(json: bytes(pointer), named: "t.json")
    }
    #expect(error?.description.contains("t.json: a Git LFS pointer") == true)
  }

  /// Each change breaks one rule; the word must stand in the message.
  @Test(arguments: [
    (#""b":101"#, #""b":102"#, "belongs to another"), (#""b":101"#, #""b":-1"#, "0 ..< 262"),
    (#""b":101"#, #""b":262"#, "0 ..< 262"), (#""b":101"#, #""b":1000000000"#, "0 ..< 262"),
    (#""b":101"#, #""b":1099511627776"#, "0 ..< 262"), (#""b":101"#, #""b":101.0"#, "101.0"),
    (#""b":101"#, #""b":"x""#, "x"), (#""b":101"#, #""bb":101"#, "missing"),
    (#""b":101"#, #""漢":101"#, "byte alphabet"), (#""b":101"#, #""":101"#, "byte alphabet"),
    (#""b":101"#, #""b":101,"b":7"#, "twice"), (#""b":101"#, #""\ud800":101"#, "surrogate"),
    (#""<|sep|>":1,"#, "", "0 ..< 261"), (#""<|sep|>":1,"#, #""<|sap|>":1,"#, "expected <|pad|>"),
    (#"["a","b"]"#, #"["a","漢"]"#, "not in the vocabulary"),
    (#"["a","b"]"#, #"["b","a"]"#, "\"ba\" is not in"),
    (#"["a","b"]"#, #"["a","b"],["a","b"]"#, "twice"),
    (#"["a","b"]"#, #"["a","b","c"]"#, "3 tokens"), (#"["a","b"]"#, #"["a"]"#, "1 tokens"),
    (#"["a","b"]"#, #""""#, "1 tokens"), (#"["a","b"]"#, #""a b c""#, "3 tokens"),
    (#"["a","b"]"#, #"" ab""#, "not in the vocabulary"), (#"["a","b"]"#, "7", "two strings"),
    (#"["a","b"]"#, #"["a",7]"#, "two strings"),
    (#"["a","b"]"#, #"["<|pad|>","b"]"#, "special token"),
    (#""merges":["#, #""merges":7,"x":["#, "the key x"),
    (#""pretokenizers":["#, #""pretokenizers":[{"type":"Whitespace"},"#, "Whitespace"),
    (#""type":"Digits""#, #""type":"Split""#, "individual_digits"),
    (#""normalizer":null"#, #""normalizer":{"type":"NFKC"}"#, "NFKC"),
    (#""post_processor":null"#, #""post_processor":{}"#, "post_processor"),
    (#""type":"BPE""#, #""type":"Unigram""#, "Unigram"),
    (#""dropout":null"#, #""dropout":0.1"#, "0.1"),
    (#""continuing_subword_prefix":null"#, #""continuing_subword_prefix":"ab""#, "prefix"),
    (#""id":1,"#, #""id":4000000000,"#, "4000000000"),
    (#""content":"<|sep|>""#, #""content":"""#, "content"),
    (#""version":"1.0""#, #""version":"2.0""#, "2.0"),
    (#""version":"1.0""#, #""vorsion":"1.0""#, "vorsion"),
    ("\n", "\n{}", "the end"),
  ])
  func `names what is wrong`(place: String, change: String, word: String) throws {
    let good = try Self.text()
    let range = try #require(good.firstRange(of: place))
    let bad = good.replacingCharacters(in: range, with: change)
    let error = #expect(throws: TokenizerError.self) {
      try Tokenizer(json: bytes(bad), named: "t.json")
    }
    let text = error?.description ?? ""
    #expect(text.contains(word), "\(text)")
    #expect(text.hasPrefix("t.json: "))
  }

  @Test func `refuses every truncation`() throws {
    let good = try Self.text()
    // Without the last newline it is whole.
    let whole = bytes(good).dropLast()
    for count in whole.indices {
      #expect(throws: TokenizerError.self, "\(count) bytes") {
        try Tokenizer(json: Array(whole[..<count]))
      }
    }
    #expect(try Tokenizer(json: Array(whole)).json == bytes(good))
  }

  @Test func `survives a token of ten megabytes`() throws {
    let long = String(repeating: "x", count: 10_000_000)
    let text = try Self.text().replacing(#""vocab":{"#, with: #""vocab":{"\#(long)":262,"#)
    let tokenizer = try Tokenizer(json: bytes(text))
    #expect(tokenizer.vocabularySize == 263)
    #expect(try tokenizer.decode([262]).count == 10_000_000)
  }
}

extension String {
  fileprivate func replacingCharacters(in range: Range<Index>, with text: String) -> String {
    String(self[..<range.lowerBound]) + text + String(self[range.upperBound...])
  }
}
