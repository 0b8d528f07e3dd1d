import Evaluation
import Records
import StageSupport
import Testing
import Tokenization

struct `A written trace` {
  private static let record = TinyInputs.record(
    "sum-reduce", "1+2+3", "3+3\n6\nAnswer: 6", answer: "6")

  private func trace(_ text: String, isFinished: Bool = true) throws -> WrittenTrace {
    let tokens = TinyInputs.tokenizer.encode(Array(text.utf8))
    return try WrittenTrace(
      isFinished ? tokens + [Tokenizer.eosId] : tokens, for: Self.record,
      wrapping: Wrapping(TinyInputs.tokenizer))
  }

  @Test func `is right and verified when it is both`() throws {
    let good = try trace("1+5\n6\nAnswer: 6")
    #expect(good.isAnswerRight && good.isVerified && good.firstError == nil)
    #expect(good.text == "1+5\n6\nAnswer: 6" && good.tokenCount == 16)
  }

  /// The answer is read without the verifier: a right answer over a wrong step shows as such.
  @Test func `may answer rightly for wrong reasons`() throws {
    let lucky = try trace("2+4\n6\nAnswer: 6")
    #expect(lucky.isAnswerRight && !lucky.isVerified && lucky.firstError == 1)
    let wrong = try trace("3+3\n6\nAnswer: 7")
    #expect(!wrong.isAnswerRight && !wrong.isVerified && wrong.firstError == 3)
  }

  /// What a chat model writes for a question of a chat model's own set.
  @Test func `of free text is held to its answer alone`() throws {
    var record = TinyInputs.record(
      "worded-sum", "What is 1 + 2?", "The answer is 3.", answer: "3")
    func trace(_ text: String) throws -> WrittenTrace {
      try WrittenTrace(
        TinyInputs.tokenizer.encode(Array(text.utf8)) + [Tokenizer.eosId], for: record,
        wrapping: Wrapping(TinyInputs.tokenizer))
    }
    #expect(!(try trace("1 + 2 = 3.").isVerified))
    record.checker = .init(name: "worded-sum", version: 3, verdict: .accepted, level: .answer)
    let right = try trace("1 + 2 = 3.")
    #expect(right.isVerified && right.isAnswerRight && right.firstError == nil)
    for text in ["1 + 2 = 4.", "1 + 2 != 3", "3, I guess"] {
      let wrong = try trace(text)
      #expect(!wrong.isVerified && !wrong.isAnswerRight)
    }
  }

  @Test func `is nothing without its end`() throws {
    let cut = try trace("3+3\n6\nAnswer: 6", isFinished: false)
    #expect(!cut.isAnswerRight && !cut.isVerified && cut.firstError == 3)
    let early = try trace("3+4\n6", isFinished: false)
    #expect(early.firstError == 1)
  }

  /// A model whose vocabulary is padded beyond its tokenizer's may write an id that is no token.
  @Test func `with an id that is no token is no trace, and no error`() throws {
    let dead = Int32(TinyInputs.tokenizer.vocabularySize + 3)
    for (place, line) in [(0, 1), (4, 2), (6, 3), (15, 3)] {
      var tokens = TinyInputs.tokenizer.encode(Array("3+3\n6\nAnswer: 6".utf8))
      tokens.insert(dead, at: place)
      let trace = try WrittenTrace(
        tokens + [Tokenizer.eosId], for: Self.record, wrapping: Wrapping(TinyInputs.tokenizer))
      #expect(!trace.isAnswerRight && !trace.isVerified && trace.firstError == line)
      #expect(trace.tokenCount == 17 && trace.text == "3+3\n6\nAnswer: 6")
    }
  }

  @Test func `with a special token inside is no trace`() throws {
    var tokens = TinyInputs.tokenizer.encode(Array("3+3\n6\nAnswer: 6".utf8)) + [Tokenizer.eosId]
    tokens.insert(Tokenizer.sepId, at: 4)
    let marked = try WrittenTrace(
      tokens, for: Self.record, wrapping: Wrapping(TinyInputs.tokenizer))
    #expect(!marked.isAnswerRight && !marked.isVerified && marked.firstError == 2)
  }

  @Test(
    arguments: [
      ("3\nAnswer: 6", "6"), ("Answer: 6\n", "6"), ("Answer:  -3/4  ", "-3/4"),
      ("  Answer: 6", "6"),
      ("Answer: 6\n3", nil), ("answer: 6", nil), ("", nil), ("\n", nil), ("Answer:", ""),
      ("Answer: 6\n\n", nil), ("The Answer: 6", nil),
    ] as [(String, String?)])
  func `answers with its last line`(text: String, answer: String?) {
    #expect(WrittenTrace.answer(of: Array(text.utf8)) == answer)
  }

  @Test func `an answer that is no text is none`() {
    #expect(WrittenTrace.answer(of: Array("Answer: ".utf8) + [0xFF]) == nil)
  }
}
