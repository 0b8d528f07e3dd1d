import Judging
import Records
import Testing
import Tokenization

struct `A written text` {
  private let wrapping: Wrapping

  init() throws {
    wrapping = try Wrapping(
      Tokenizer.train(on: [[UInt8]](), vocabularySize: Tokenizer.smallestVocabulary).tokenizer)
  }

  private func tokens(_ text: [UInt8], isFinished: Bool = true) -> [Int32] {
    wrapping.tokenizer.encode(text) + (isFinished ? [Tokenizer.eosId] : [])
  }

  private func judged(_ tokens: [Int32]) throws -> Judgement {
    Judge().judge(
      try WrittenText(tokens, wrapping: wrapping), for: `A judge`.sum)
  }

  private let solution = Array(`A judge`.sum.solution.utf8)

  @Test func `is accepted whole, and unfinished without its end`() throws {
    #expect(try judged(tokens(solution)).isAccepted)
    let cut = try judged(tokens(solution, isFinished: false))
    #expect(cut.outcome == .unfinished(step: 4, reason: "no end after \(solution.count) tokens"))
    // What is wrong before the place where it stops counts first.
    let early = try judged(tokens(Array("7+2+5\n8+7\n".utf8), isFinished: false))
    #expect(early.firstBadLine == 2)
    #expect(try WrittenText([], wrapping: wrapping).isFinished == false)
  }

  /// Special tokens and unknown ids vanish from the decoded text: without a look at the tokens a
  /// marked text would pass for a clean one.
  @Test func `is rejected at the line of a token that is no text`() throws {
    let first = tokens(Array("7+2+5\n".utf8), isFinished: false)
    let rest = tokens(Array("7+7\n4\nAnswer: 4".utf8))
    let separator = Tokenizer.sepId
    let special = try judged(first + [separator] + rest)
    #expect(special.firstBadLine == 2)
    guard case .rejected(2, _, .trace) = special.outcome else {
      Issue.record("\(special)")
      return
    }
    guard case .rejected(2, let reason, .unknownId) = try judged(first + [90_000] + rest).outcome
    else {
      Issue.record("an unknown id passed")
      return
    }
    #expect(reason.contains("90000"))
    // An earlier bad line comes first.
    let wrong = tokens(Array("7+7+7\n".utf8), isFinished: false)
    #expect(try judged(wrong + [separator] + rest).firstBadLine == 1)
  }

  @Test func `is rejected where it is no UTF-8`() throws {
    let text = Array("7+2+5\n".utf8) + [0xFF] + Array("7+7\n4\nAnswer: 4".utf8)
    let written = try WrittenText(tokens(text), wrapping: wrapping)
    #expect(written.flaw?.kind == .notUTF8 && written.flaw?.line == 2 && written.bytes == text)
    #expect(try judged(tokens(text)).firstBadLine == 2)
  }
}
