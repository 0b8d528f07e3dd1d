import Testing
import Tokenization

struct `The tokenizer` {
  @Test func `gives the ids that the tokenizers library gives`() throws {
    let tokenizer = try Golden.tokenizer()
    for row in try Golden.rows() {
      #expect(
        tokenizer.encode(row.text) == row.ids,
        "\(String(decoding: row.text, as: UTF8.self).debugDescription)")
      #expect(try tokenizer.decode(row.ids) == row.text)
    }
  }

  @Test func `returns any bytes as they were`() throws {
    let tokenizer = try Golden.tokenizer()
    var numbers = Numbers(state: 7)
    let words = [bytes("carry "), bytes(" write"), bytes("'ll"), bytes("数"), bytes("1")]
    for _ in 0..<3000 {
      var text: [UInt8] = []
      for _ in 0..<Int.random(in: 0...12, using: &numbers) {
        if Bool.random(using: &numbers) {
          text.append(UInt8.random(in: 0...255, using: &numbers))
        } else {
          text += words.randomElement(using: &numbers) ?? []
        }
      }
      let ids = tokenizer.encode(text)
      #expect(try tokenizer.decode(ids) == text)
      #expect(ids.allSatisfy { $0 >= 3 && Int($0) < tokenizer.vocabularySize })
    }
    let all = [UInt8](0...255)
    #expect(try tokenizer.decode(tokenizer.encode(all)) == all)
  }

  /// Else a problem could end itself and dictate its solution.
  @Test func `takes the spelling of a special token for text`() throws {
    let tokenizer = try Golden.tokenizer()
    for special in Tokenizer.specialTokens {
      let ids = tokenizer.encode(bytes("1" + special + "2"))
      #expect(ids.allSatisfy { $0 > Tokenizer.eosId })
      #expect(try tokenizer.decode(ids) == bytes("1" + special + "2"))
    }
  }

  @Test func `marks solution and end as targets`() throws {
    let tokenizer = try Golden.tokenizer()
    let problem = bytes("9+8")
    let solution = bytes("7\nAnswer: 7")
    let (ids, mask) = tokenizer.encodeSample(problem: problem, solution: solution)
    let head = tokenizer.encode(problem)
    let tail = tokenizer.encode(solution)
    #expect(ids == head + [Tokenizer.sepId] + tail + [Tokenizer.eosId])
    #expect(mask == head.map { _ in 0 } + [0] + tail.map { _ in 1 } + [1])
    #expect(try tokenizer.decode(ids) == problem + solution)
    #expect(tokenizer.encodeSample(problem: [], solution: []) == ([1, 2], [0, 1]))
  }

  @Test(arguments: [-1, .max, .min] as [Int32])
  func `names an id that it does not have`(id: Int32) throws {
    let tokenizer = try Golden.tokenizer()
    let size = tokenizer.vocabularySize
    #expect(throws: TokenizerError.unknownId(id, at: 1, vocabularySize: size)) {
      try tokenizer.decode([5, id])
    }
    #expect(throws: TokenizerError.unknownId(Int32(size), at: 0, vocabularySize: size)) {
      try tokenizer.decode([Int32(size)])
    }
  }
}
