import Checkpoints
import Files
import Foundation
import Kernels
import Models
import Tensors
import Testing
import Tokenization

struct `A model's tokenizer` {
  static let (own, _) = Tokenizer.train(
    on: [Array("carry the sum".utf8), Array("carry the sum".utf8)], vocabularySize: 270)

  /// Every key goes out and comes back: the arrays through the mapped file, ids, flags, template.
  @Test func `is read from a GGUF file, a folder and a file alone`() throws {
    let folder = NSTemporaryDirectory() + "retort-model-tokenizer-\(UUID().uuidString)"
    try Folder.make(folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var vocabulary = try Self.own.ggufVocabulary()
    vocabulary.addsBeginning = true
    vocabulary.beginningId = 1
    vocabulary.endOfTurnId = 2
    vocabulary.unknownId = 0
    vocabulary.chatTemplate = "{{ messages }}"
    try GGUFWriter.write(
      to: folder + "/a.gguf",
      metadata: [("general.architecture", .string("llama"))] + vocabulary.metadata,
      tensors: [.init(name: "x", shape: [2], format: .float32)]
    ) { _ in Floats([1, 2]) }
    let read = try GGUFFile(folder + "/a.gguf").metadata.vocabulary()
    #expect(read == vocabulary)
    let tokenizer = try Tokenizer(of: folder + "/a.gguf")
    let text = Array("carry 12 the <|sep|>".utf8)
    #expect(tokenizer.encode(text) == Self.own.encode(text))
    #expect(tokenizer.encode([], addingSpecials: true) == [1])
    #expect(tokenizer.conventions.chatTemplate == "{{ messages }}")
    #expect(tokenizer.conventions.otherEndIds == [2])

    try AtomicFile.write(tokenizer.json, to: folder + "/tokenizer.json")
    for source in [folder, folder + "/tokenizer.json"] {
      let other = try Tokenizer(of: source)
      #expect(other.json == tokenizer.json)
      #expect(other.encode(text, addingSpecials: true) == [1] + Self.own.encode(text))
    }
    vocabulary.scores = vocabulary.tokens.map { _ in 0 }
    #expect(vocabulary.metadata.contains { $0.0 == "tokenizer.ggml.scores" })
  }

  @Test func `names the key of a GGUF file that is of another type`() throws {
    let metadata = GGUFMetadata(
      [
        ("tokenizer.ggml.model", .string("gpt2")),
        ("tokenizer.ggml.tokens", .array(GGUFArray([1, 2] as [Int32]))),
      ], named: "a.gguf")
    let error = #expect(throws: CheckpointError.self) { try metadata.vocabulary() }
    #expect(error?.description.contains("tokenizer.ggml.tokens") == true)
  }
}
