import Files
import Foundation
import Inspecting
import Models
import Randomness
import Tensors
import Testing
import Tokenization

/// What `retort inspect` says of files, without the command.
struct `An inspection` {
  static func withFolder(_ body: (String) throws -> Void) throws {
    let folder = NSTemporaryDirectory() + "retort-inspection-\(UUID().uuidString)"
    try Folder.make(folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  private func inspect(_ name: String, _ bytes: [UInt8]) throws -> Inspection {
    var found: Inspection?
    try Self.withFolder { folder in
      try AtomicFile.write(bytes, to: folder + "/" + name)
      found = try Inspection(folder + "/" + name, threads: 1)
    }
    return try #require(found)
  }

  private static let array = NPY.encode(Tensor(shape: [2, 2], elements: .float32([1, 2, 3, 4])))

  /// First bytes win over names; a name decides only where the bytes leave it open.
  @Test(arguments: [
    ("a.npy", array, "array (.npy)"), ("a.json", array, "array (.npy)"),
    ("a.safetensors", Safetensors.encode([]), "tensors (safetensors)"),
    ("a.sqlite", Array("SQLite format 3\u{0}".utf8), "SQLite database"),
    ("a.jsonl", Array("{\"a\": 1}\n".utf8), "JSON Lines"),
    ("a", Array("[1, 2]".utf8), "JSON: an array"), ("a.txt", Array("{}".utf8), "JSON: an object"),
    ("tokenizer.json", SoundModel.tokenizer.json, "tokenizer (byte-level BPE)"),
  ])
  func `knows a file by its first bytes, else by its name`(
    name: String, bytes: [UInt8], kind: String
  ) throws {
    let found = try inspect(name, bytes)
    #expect(found.kind == kind && found.isComplete)
  }

  @Test func `counts records among lines`() throws {
    let lines = "{\"family\": \"a\", \"solution\": \"b\"}\n{\"x\": 1}\n"
    let found = try inspect("a.jsonl", Array(lines.utf8))
    #expect(found.json["lines"] == 2 && found.json["records"] == 1)
  }

  @Test func `names what is wrong and where`() throws {
    let damaged = NPY.encode(Tensor(shape: [3], elements: .float32([0, -.infinity, .nan])))
    let cases: [(String, [UInt8], String)] = [
      ("a.npy", damaged, "element 2 is nan"),
      ("a.jsonl", Array("{}\n{\n".utf8), "line 2"),
      ("a.json", Array("{\"a\": }".utf8), "a.json"),
      ("a", [0x1F, 0x8B, 0x08, 0x00, 0x00], "gzip -- unpack it first"),
      ("a", Array("plain words".utf8), "none of the formats"),
      ("a", Array("version https://git-lfs.github.com/spec/v1\n".utf8), "git lfs pull"),
    ]
    for (name, bytes, words) in cases {
      let error = #expect(throws: (any Error).self) { try inspect(name, bytes) }
      #expect(error.map { "\($0)".contains(words) } == true, "\(String(describing: error))")
    }
  }

  /// Minus infinity is the logarithm of an exact zero.
  @Test func `takes logarithms of zero for numbers`() throws {
    let found = try inspect(
      "a.npy", NPY.encode(Tensor(shape: [2], elements: .float32([0, -.infinity]))))
    #expect(found.json["finite"] == false && found.json["shape"] == [2])
  }

  @Test func `tells a model that does not run from a damaged one`() throws {
    try SoundModel.withModel { model in
      let found = try Inspection(model, threads: 1)
      #expect(found.kind == "model folder (Hugging Face layout)")
      #expect(found.json["vocab_size"]?.intValue == SoundModel.tokenizer.vocabularySize)
      try SoundModel.change(model + "/config.json", "eos_token_id", 10_000)
      let unsound = #expect(throws: DoesNotRun.self) { try Inspection(model, threads: 1) }
      #expect(unsound?.reason.contains("eos_token_id") == true)
      var bytes = try readFile(model + "/model.safetensors")
      bytes.removeLast(8)
      try AtomicFile.write(bytes, to: model + "/model.safetensors")
      let error = #expect(throws: (any Error).self) { try Inspection(model, threads: 1) }
      #expect(!(error is DoesNotRun), "\(String(describing: error))")
    }
  }
}

/// A model that runs, of a few thousand weights, with a tokenizer of bytes.
enum SoundModel {
  static let tokenizer = Tokenizer.train(
    on: [[UInt8]](), vocabularySize: Tokenizer.smallestVocabulary
  ).tokenizer

  static func withModel(_ body: (_ folder: String) throws -> Void) throws {
    try `An inspection`.withFolder { folder in
      let parameters = Parameters(
        drawn: try TransformerConfiguration(
          vocabularySize: tokenizer.vocabularySize, hiddenSize: 8, intermediateSize: 12,
          layerCount: 1, headCount: 2, keyValueHeadCount: 1, headWidth: 4, positionCount: 64),
        seed: Seed(3))
      try ModelFolder.write(parameters, tokenizer: tokenizer.json, to: folder + "/model")
      try body(folder + "/model")
    }
  }

  static func change(_ file: String, _ key: String, _ value: JSON?) throws {
    var object = try #require(JSON.parse(readFile(file)).objectValue)
    object[key] = value
    try AtomicFile.write(object.serialized(), to: file)
  }
}
