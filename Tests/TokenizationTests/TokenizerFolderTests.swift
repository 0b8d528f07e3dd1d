import Files
import Foundation
import Testing
import Tokenization

struct `A folder with a tokenizer` {
  static func withFolder(_ body: (String) throws -> Void) throws {
    let folder = NSTemporaryDirectory() + "retort-tokenizer-\(UUID().uuidString)"
    try Folder.make(folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  @Test func `says by name which tokens begin and end a text`() throws {
    try Self.withFolder { folder in
      try AtomicFile.write(
        try Golden.bytes("Families/llama3.json"), to: folder + "/tokenizer.json")
      try AtomicFile.write(
        #"""
        {"bos_token":{"content":"<|begin_of_text|>"},"eos_token":"<|eot_id|>",
        "chat_template":[{"name":"default","template":"a"},{"name":"rag","template":"b"}]}
        """#, to: folder + "/tokenizer_config.json")
      try AtomicFile.write(#"{"eos_token_id":[1,4]}"#, to: folder + "/generation_config.json")
      var tokenizer = try Tokenizer(folder: folder)
      #expect(tokenizer.conventions.beginningId == 0 && tokenizer.conventions.endId == 4)
      #expect(tokenizer.conventions.otherEndIds == [1] && tokenizer.conventions.addsBeginning)
      #expect(tokenizer.conventions.chatTemplate == "a")
      // A file of its own outranks it.
      try AtomicFile.write("c", to: folder + "/chat_template.jinja")
      tokenizer = try Tokenizer(folder: folder)
      #expect(tokenizer.conventions.chatTemplate == "c")
      #expect(try Wrapping(tokenizer, template: "llama-3").endIds == [1, 4])

      for id in [99999, -1] {
        try AtomicFile.write(
          #"{"eos_token_id":[\#(id)]}"#, to: folder + "/generation_config.json")
        let error = #expect(throws: TokenizerError.self) { try Tokenizer(folder: folder) }
        #expect(error?.description.contains("eos_token_id") == true)
      }
    }
  }

  @Test(arguments: ["smollm2", "llama2"])
  func `is written so that it is read as the same tokenizer`(family: String) throws {
    var tokenizer = try Tokenizer(gguf: `A tokenizer in GGUF`.tokenizer(family).ggufVocabulary())
    tokenizer.conventions.chatTemplate = "{{ x }}\n"
    try Self.withFolder { folder in
      for (name, bytes) in tokenizer.folderFiles {
        try AtomicFile.write(bytes, to: folder + "/" + name)
      }
      let again = try Tokenizer(folder: folder)
      #expect(again.conventions == tokenizer.conventions)
      #expect(again.json == tokenizer.json && again.fingerprint == tokenizer.fingerprint)
    }
  }

  @Test func `of Retort's own kind needs one file`() throws {
    let tokenizer = try Golden.tokenizer()
    #expect(tokenizer.folderFiles.map(\.name) == ["tokenizer.json"])
    try Self.withFolder { folder in
      try AtomicFile.write(tokenizer.json, to: folder + "/tokenizer.json")
      try AtomicFile.write(#"{"eos_token_id":5}"#, to: folder + "/config.json")
      let again = try Tokenizer(folder: folder)
      #expect(again.isRetort && again.conventions == tokenizer.conventions)
    }
  }
}
