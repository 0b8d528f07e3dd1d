import Checkpoints
import Files
import Inspecting
import Kernels
import Models
import Tensors
import Testing
import Tokenization

struct `The facts of a model` {
  /// Root mean squares of the weights as they are stored, from the sum by hand.
  @Test func `hold each tensor's root mean square`() throws {
    try SoundModel.withModel { model in
      let facts = ModelFacts(try ModelCheckpoint(model))
      let parameters = try ModelFolder.load(model)
      for threads in [1, 2] {
        let tensors = try facts.withWeights(threads: threads)["tensors"]?.arrayValue ?? []
        #expect(tensors.count == parameters.layout.tensors.count)
        for tensor in tensors {
          let name = tensor["name"]?.stringValue ?? ""
          let values = try #require(parameters[name]).array.map(Double.init)
          let expected = (values.reduce(0) { $0 + $1 * $1 } / Double(values.count)).squareRoot()
          let found = try #require(tensor["rms"]?.doubleValue)
          // Float32 squares, summed in float32 lanes: at most a unit in the last place an addition.
          #expect(abs(found - expected) <= Double(values.count) * 0x1p-24 * expected, "\(name)")
        }
      }
    }
  }

  @Test func `of the header read no weight`() throws {
    try SoundModel.withModel { model in
      var bytes = try readFile(model + "/model.safetensors")
      // The last weight becomes NaN.
      bytes.replaceSubrange((bytes.count - 4)..., with: [0, 0, 0xC0, 0x7F])
      try AtomicFile.write(bytes, to: model + "/model.safetensors")
      let facts = ModelFacts(try ModelCheckpoint(model))
      let header = facts.ofHeader
      #expect(header["fingerprint"] == nil && header["architecture"] == "llama")
      #expect(header["tokenizer"]?["vocabulary"]?.intValue == SoundModel.tokenizer.vocabularySize)
      #expect(header["digests"] == "none")
      #expect(throws: CheckpointError.self) { try facts.withWeights(threads: 1) }
    }
  }
}
