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

  /// A mistake that is mended later is read and not learnt; a token that holds one of its bytes
  /// goes with it.
  @Test func `learns nothing from the bytes that the record masks`() throws {
    let wrapping = try #require(Self.wrapping)
    let solution = "3+4=8\nno: 7\nAnswer: 7"
    let plain = try wrapping.sample(of: Record(prompt: "p", solution: solution), set: "s")
    for span in [0..<6, 6..<12, 3..<4, 19..<20] {
      let record = Record(prompt: "p", solution: solution, masked: [span])
      let sample = try wrapping.sample(of: record, set: "s")
      #expect(sample.tokens == plain.tokens)
      var at = 0
      for (token, (mask, before)) in zip(plain.tokens, zip(sample.mask, plain.mask)) {
        guard before == 1 else {
          #expect(mask == 0)
          continue
        }
        let size = wrapping.isSpecial(token) ? 0 : wrapping.bytes(of: [token]).count
        #expect(mask == (span.overlaps(at..<(at + size)) ? 0 : 1), "byte \(at) of \(span)")
        at += size
      }
      #expect(at == solution.utf8.count && sample.mask != plain.mask)
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
