import Checkpoints
import Files
import Foundation
import Models
import Randomness
import Testing
import Tokenization

/// What would fail only when a text is written is found when the model is opened.
struct `The soundness of a model` {
  static let tokenizer = Tokenizer.train(
    on: [[UInt8]](), vocabularySize: Tokenizer.smallestVocabulary
  ).tokenizer

  static func withModel(
    vocabulary: Int = tokenizer.vocabularySize, tokenizer: [UInt8]? = tokenizer.json,
    _ body: (_ folder: String) throws -> Void
  ) throws {
    let folder = NSTemporaryDirectory() + "retort-soundness-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let parameters = Parameters(
      drawn: try TransformerConfiguration(
        vocabularySize: vocabulary, hiddenSize: 8, intermediateSize: 12, layerCount: 1,
        headCount: 2, keyValueHeadCount: 1, headWidth: 4, positionCount: 64),
      seed: Seed(3))
    try ModelFolder.write(parameters, tokenizer: tokenizer, to: folder)
    try body(folder)
  }

  static func change(_ file: String, _ key: String, _ value: JSON?) throws {
    var object = try #require(JSON.parse(readFile(file)).objectValue)
    object[key] = value
    try AtomicFile.write(object.serialized(), to: file)
  }

  @Test func `has the tokenizer beside the weights, or none`() throws {
    try Self.withModel { model in
      let sound = try ModelSoundness(ModelCheckpoint(model))
      #expect(sound.tokenizer?.fingerprint == Self.tokenizer.fingerprint)
    }
    try Self.withModel(tokenizer: nil) { model in
      let sound = try ModelSoundness(ModelCheckpoint(model))
      #expect(sound.tokenizer == nil)
    }
  }

  @Test(
    arguments: [
      ("eos_token_id", 4000), ("bos_token_id", -1), ("pad_token_id", -2), ("eos_token_id", "two"),
    ] as [(String, JSON)])
  func `refuses ids that no row has`(key: String, value: JSON) throws {
    try Self.withModel { model in
      try Self.change(model + "/config.json", key, value)
      let error = #expect(throws: (any Error).self) { try ModelSoundness(ModelCheckpoint(model)) }
      let words = error.map { "\($0)" } ?? ""
      #expect(words.contains("config.json") && words.contains(key), "\(words)")
      // The end of text is refused with the tokenizer, the others with the model.
      #expect(
        words.contains(
          key == "eos_token_id"
            ? "ids of the vocabulary" : "0 ..< \(Self.tokenizer.vocabularySize)"))
    }
  }

  /// Files use -1 for no padding.
  @Test func `accepts a padding of -1`() throws {
    try Self.withModel { model in
      try Self.change(model + "/config.json", "pad_token_id", -1)
      _ = try ModelSoundness(ModelCheckpoint(model))
    }
  }

  @Test func `refuses a tokenizer larger than the embedding`() throws {
    try Self.withModel(vocabulary: Self.tokenizer.vocabularySize - 1) { model in
      let error = #expect(throws: DoesNotRun.self) {
        try ModelSoundness.require(ModelCheckpoint(model))
      }
      #expect(error?.place == model + "/model.safetensors")
      #expect(error?.reason.contains("not of one model") == true)
    }
    // The reverse is a padded vocabulary.
    try Self.withModel(vocabulary: Self.tokenizer.vocabularySize + 5) { model in
      let text = try TextModel(ModelFile(model))
      #expect(text.deadRows == 5)
      #expect(text.raw(Array("ab".utf8)) == Self.tokenizer.encode(Array("ab".utf8)))
    }
  }

  /// Damage is another verdict than a model that does not run.
  @Test func `is no verdict on damaged files`() throws {
    try Self.withModel { model in
      var bytes = try readFile(model + "/model.safetensors")
      bytes.removeLast()
      try AtomicFile.write(bytes, to: model + "/model.safetensors")
      let error = #expect(throws: (any Error).self) { try ModelCheckpoint(model) }
      #expect(error.flatMap { DoesNotRun($0, of: model) } == nil)
    }
    #expect(
      DoesNotRun(ModelError.batch(reason: "x"), of: "m")?.description
        == "m: does not run, because batch: x")
    #expect(DoesNotRun(DoesNotRun("y", of: "a"), of: "b")?.place == "b")
  }
}
