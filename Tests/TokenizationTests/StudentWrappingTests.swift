import Files
import Foundation
import Testing
import Tokenization

/// A student learns from texts wrapped in one way; its folder must say that way and no other.
struct `A student's tokenizer` {
  /// As `ModelFolder` writes it and anybody reads it back.
  static func passedOn(_ wrapping: Wrapping) throws -> Tokenizer {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("student-\(UUID())")
      .path
    try Folder.make(folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for file in wrapping.tokenizerOfStudent.folderFiles {
      try AtomicFile.write(file.bytes, to: folder + "/" + file.name)
    }
    return try Tokenizer(folder: folder)
  }

  @Test(arguments: [
    ("smollm2", ["smollm2", "chatml", "qwen2", "qwen2.5", "qwen3", "plain"]),
    ("llama3", ["llama-3", "llama-3.1", "plain"]), ("llama2", ["llama-2", "mistral", "plain"]),
  ])
  func `says the wrapping that it was trained with, in folders and in GGUF`(
    family: String, templates: [String]
  ) throws {
    let bare = try Family.tokenizer(family)
    for brought in [nil, "{{ a template that nobody knows }}"] {
      var tokenizer = bare
      tokenizer.conventions.chatTemplate = brought
      tokenizer.conventions.endId =
        ["<|endoftext|>", "<|end_of_text|>", "</s>"].compactMap(tokenizer.specialId).first
      for name in templates {
        let wrapping = try Wrapping(tokenizer, template: name)
        let problem = bytes(" what is 1+1? \n")
        var passedOn = [try Self.passedOn(wrapping)]
        // Of Llama 2's kind GGUF wants scores, which a list of merges does not have.
        if family != "llama2" {
          passedOn.append(try Tokenizer(gguf: wrapping.tokenizerOfStudent.ggufVocabulary()))
        }
        for found in passedOn {
          let own = try Wrapping(found)
          #expect(own.name == name && own.sha256 == wrapping.sha256, "\(own.name) for \(name)")
          #expect(own.prompt(problem) == wrapping.prompt(problem), "\(name)")
          #expect(own.endId == wrapping.endId)
        }
      }
    }
  }

  /// Exports say Retort's own wrapping as a chat template, which must lead back to it.
  @Test(arguments: [true, false])
  func `knows the template of its own wrapping again`(isMarked: Bool) throws {
    var tokenizer = try Golden.tokenizer()
    let own = try Wrapping(tokenizer)
    let text = try #require(Wrapping.exportedTemplate(of: tokenizer, marksAnswers: isMarked))
    #expect(text.contains("{% generation %}") == isMarked)
    tokenizer.conventions.chatTemplate = text
    let again = try Wrapping(tokenizer)
    #expect(again.name == "retort" && again.sha256 == own.sha256)
    #expect(again.prompt(bytes("1+2")) == own.prompt(bytes("1+2")))
    // Each format gets its own form of it, and both are known after a way through GGUF.
    let other = try #require(Wrapping.exportedTemplate(of: tokenizer, marksAnswers: !isMarked))
    #expect(other.contains("{% generation %}") != isMarked)
    let passed = try Tokenizer(gguf: tokenizer.ggufVocabulary())
    let third = try Wrapping(passed)
    #expect(third.name == "retort" && third.prompt(bytes("1+2")) == own.prompt(bytes("1+2")))
    // A template that is there is passed on as it is.
    tokenizer.conventions.chatTemplate = "{{ x }}"
    #expect(Wrapping.exportedTemplate(of: tokenizer, marksAnswers: isMarked) == "{{ x }}")
    #expect(throws: TokenizerError.self) { try Wrapping(tokenizer) }
  }

  @Test func `of Retort's own kind says so where it was trained with plain texts`() throws {
    var tokenizer = try Golden.tokenizer()
    tokenizer.conventions.endId = Tokenizer.eosId
    for name in ["retort", "plain"] {
      let wrapping = try Wrapping(tokenizer, template: name)
      #expect(try Wrapping(Self.passedOn(wrapping)).name == name)
    }
    #expect(
      tokenizer.folderFiles.count == 1, "nothing beside tokenizer.json where nothing is to be said")
  }
}
