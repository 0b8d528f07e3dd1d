import Archives
import Files
import Records
import Sets
import SoftLabels
import StageSupport
import Testing
import Tokenization

struct `A set with tokens` {
  @Test func `gives tokens and tokenizer as they were written`() throws {
    let made = try TinySet.tokens()
    let set = try TokenSet(made.input)
    let tokenizer = try set.tokenizer()
    #expect(tokenizer.fingerprint == TinyInputs.tokenizer.fingerprint)
    #expect(set.count == 6 && set.vocabulary == tokenizer.vocabularySize && !set.isLabelled)
    let record = TinySet.records[2]
    let (tokens, mask) = try set.tokens(of: set.reader.sample(at: 2))
    let expected = tokenizer.encodeSample(
      problem: Array(record.problem.utf8), solution: Array(record.solution.utf8))
    #expect(tokens == expected.tokens && mask == expected.mask)
    #expect(throws: SetError.noLabels(set: "tokens")) { _ = try set.labels() }
    #expect(throws: SetError.self) { _ = try set.certificate() }
  }

  @Test func `is refused without them, or without their number`() throws {
    let plain = try TinySet.plain()
    #expect(throws: SetError.noTokens(set: "set", fields: ["json"])) {
      _ = try TokenSet(plain.input)
    }
    let bare = try TinySet.tokens { $0.vocabulary = nil }
    let error = #expect(throws: SetError.self) { _ = try TokenSet(bare.input) }
    #expect(error?.description.contains("vocab_size") == true)
    let small = try TinySet.tokens { $0.vocabulary = 100 }
    #expect(throws: SetError.self) { _ = try TokenSet(small.input).tokenizer() }
  }

  /// Another tokenizer beside the samples would turn every id into another text.
  @Test func `whose tokenizer was changed behind the manifest is refused`() throws {
    let made = try TinySet.tokens()
    let path = made.folder + "/tokenizer.json"
    try AtomicFile.write(try readFile(path) + [0x0A], to: path)
    #expect(throws: ManifestError.self) { _ = try TokenSet(made.input).tokenizer() }
    try Folder.remove(path)
    #expect(throws: (any Error).self) { _ = try TokenSet(made.input).tokenizer() }
  }
}
