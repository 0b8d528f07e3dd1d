import Checkpoints
import Files
import Kernels
import Models
import Testing
import Tokenization

struct `A model exported for other programs` {
  private typealias Sound = `The soundness of a model`

  @Test func `keeps its tokenizer through GGUF and back`() throws {
    try Sound.withModel { model in
      let gguf = model + "/out.gguf"
      let written = try ExportedModel(ModelCheckpoint(model), name: "tiny").writeGGUF(
        to: gguf, format: .float32, withoutTokenizer: false)
      #expect(written.format == "gguf" && written.types.keys == ["F32"])
      #expect(try written.bytes == readFile(gguf).count)
      let back = model + "/back"
      let folder = try ExportedModel(ModelCheckpoint(gguf), name: "").writeFolder(
        to: back + "//", format: nil)
      #expect(folder.path == back && folder.format == "safetensors")
      #expect(try Tokenizer(of: back).fingerprint == Sound.tokenizer.fingerprint)
      #expect(try ModelFolder.load(back).values.array == ModelFolder.load(model).values.array)
      // What `transformers` needs to load the tokenizer by itself.
      let settings = try JSON.parse(readFile(back + "/tokenizer_config.json"))
      #expect(settings["tokenizer_class"] == "PreTrainedTokenizerFast")
      #expect(settings["eos_token"] == "<|eos|>" && settings["model_max_length"] == 64)
      let generation = try JSON.parse(readFile(back + "/generation_config.json"))
      #expect(generation["eos_token_id"] == 2)
    }
  }

  /// Rows without a token get placeholder tokens, as in other exports.
  @Test func `has a token for each row of the embedding`() throws {
    try Sound.withModel(vocabulary: Sound.tokenizer.vocabularySize + 3) { model in
      let gguf = model + "/out.gguf"
      _ = try ExportedModel(ModelCheckpoint(model), name: "tiny").writeGGUF(
        to: gguf, format: .float16, withoutTokenizer: false)
      let vocabulary = try GGUFFile(gguf).metadata.vocabulary()
      #expect(vocabulary.tokens.count == Sound.tokenizer.vocabularySize + 3)
      #expect(vocabulary.types?.suffix(3) == [5, 5, 5])
      #expect(vocabulary.endId == 2)
    }
  }

  @Test func `is refused without a tokenizer, unless that is wanted`() throws {
    try Sound.withModel(tokenizer: nil) { model in
      let exported = ExportedModel(try ModelCheckpoint(model), name: "tiny")
      #expect(throws: ModelExportError.noTokenizer(model + "/model.safetensors")) {
        try exported.writeGGUF(
          to: model + "/out.gguf", format: .float32, withoutTokenizer: false)
      }
      #expect(!fileExists(model + "/out.gguf"))
      _ = try exported.writeGGUF(
        to: model + "/out.gguf", format: .float32, withoutTokenizer: true)
      #expect(
        try GGUFFile(model + "/out.gguf").metadata["tokenizer.ggml.model"] == .string("no_vocab"))
      #expect(throws: ModelExportError.folder(model)) {
        try exported.writeGGUF(to: model, format: .float32, withoutTokenizer: true)
      }
    }
  }

  @Test func `does not mix the files of two models`() throws {
    try Sound.withModel(vocabulary: Sound.tokenizer.vocabularySize - 1) { model in
      let error = #expect(throws: ModelExportError.self) {
        try ExportedModel(ModelCheckpoint(model), name: "x").writeGGUF(
          to: model + "/out.gguf", format: .float32, withoutTokenizer: false)
      }
      #expect(error?.description.contains("not of one model") == true)
    }
  }
}
