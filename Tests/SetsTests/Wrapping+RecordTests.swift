import Files
import Records
import Sets
import StageSupport
import Testing
import Tokenization

struct `A sample of a record` {
  static let wrapping = try? Wrapping(TinyInputs.tokenizer)

  /// An end must not be learnt where the text went on.
  @Test func `that was cut has no end`() throws {
    let wrapping = try #require(Self.wrapping)
    for record in [
      Record(prompt: "a", solution: "b"), Record(text: "some text"),
      Record(chat: [Turn(.user, "u"), Turn(.assistant, "a")]),
    ] {
      let whole = try wrapping.sample(of: record, set: "s")
      let cut = try wrapping.sample(of: record, isUnfinished: true, set: "s")
      #expect(whole.tokens.last == Tokenizer.eosId && whole.mask.last == 1)
      #expect(cut.tokens == Array(whole.tokens.dropLast()))
      #expect(cut.mask == Array(whole.mask.dropLast()))
    }
  }

  @Test func `of a conversation that no template can put is refused by name`() throws {
    var tokenizer = TinyInputs.tokenizer
    tokenizer.conventions.chatTemplate = nil
    let broken = Record(
      family: "chat", level: 0, knobs: [:], problem: "no turns", solution: "x", answer: nil,
      canonicalProblem: "no turns", origin: .imported, checker: nil)
    let error = #expect(throws: SetError.self) {
      _ = try Wrapping(tokenizer).sample(of: broken, set: "mine")
    }
    guard case .record(set: "mine", sample: broken.id, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
}
