import Checkpoints
import Files
import Kernels
import Models
import Randomness
import Testing

struct `Every architecture` {
  static let names = ["llama-llama3", "llama-linear", "llama-yarn"]
  static let trained = ["llama-llama3", "llama-linear", "llama-yarn"]

  /// transformers' angles, norms and softmax are float32: a few hundred roundings of numbers up to
  /// 10, and angles up to 45 off by 2^-20, on either side.
  static let tolerance: Float = 1e-4
  /// Gradients reach about 1; the same relative error.
  static let gradientTolerance: Float = 2e-5

  @Test(arguments: names, Dispatch.available)
  func `has the hidden states and logits of transformers`(
    name: String, set: InstructionSet
  ) throws {
    let golden = try GoldenArchitecture(name)
    let parameters = try golden.load()
    try Dispatch.using(set) {
      let pass = InferencePass(
        configuration: parameters.configuration, parts: 2, maximumTokensPerPart: 64)
      let hidden = try pass.hiddenStates(parameters: parameters, batch: golden.batch)
      #expect(mismatch(hidden, try golden.floats("hidden"), tolerance: Self.tolerance) == nil)
      let logits = try pass.logits(parameters: parameters, batch: golden.batch)
      #expect(mismatch(logits, try golden.floats("logits"), tolerance: Self.tolerance) == nil)
    }
  }

  /// Rotated rows, transposed matrices, norms with 1 added: all that GGUF has otherwise.
  @Test(arguments: names)
  func `is the same model as GGUF`(name: String) throws {
    if name == "llama-llama3" {
      // Llama 3's scaling is a tensor there, of settings that only Meta's own have.
      return
    }
    let golden = try GoldenArchitecture(name)
    let expected = try golden.load()
    try golden.withGGUF { path in
      let found = try ModelFile(path, strict: true).parameters(threads: 2)
      #expect(found.configuration.layerCount == expected.configuration.layerCount)
      let pass = InferencePass(
        configuration: found.configuration, parts: 1, maximumTokensPerPart: 64)
      let logits = try pass.logits(parameters: found, batch: golden.batch)
      #expect(mismatch(logits, try golden.floats("logits"), tolerance: Self.tolerance) == nil)
    }
  }

  /// One token at a time, and in runs: the sums are other ones, the model is the same.
  @Test(arguments: names, Dispatch.available)
  func `decodes with a cache what the whole model computes`(
    name: String, set: InstructionSet
  ) throws {
    let golden = try GoldenArchitecture(name)
    let parameters = try golden.load()
    let V = parameters.configuration.vocabularySize
    let expected = try golden.floats("logits")
    Dispatch.using(set) {
      let decoder = Decoder(parameters: parameters, sequences: 1, positions: 64)
      for (start, end) in zip(golden.batch.rowStarts, golden.batch.rowStarts.dropFirst()) {
        let tokens = Array(golden.batch.tokens[start..<end])
        let logits = decoder.logits(of: tokens)
        #expect(
          mismatch(
            logits, Array(expected[(start * V)..<(end * V)]), tolerance: Self.tolerance) == nil)
        let last = Array(logits.suffix(V))
        for step in [2, 7, 45] { #expect(decoder.lastLogits(of: tokens, step: step) == last) }
      }
    }
  }

  @Test(arguments: trained)
  func `has the gradients of transformers where it can be trained`(name: String) throws {
    let golden = try GoldenArchitecture(name)
    let parameters = try golden.load()
    let pass = TrainingPass(
      configuration: parameters.configuration, maximumTokensPerPart: 64)
    _ = try pass.step(parameters: parameters, batch: golden.batch)
    for tensor in parameters.layout.tensors {
      let wrong = mismatch(
        pass.gradients[tensor.range].array, try golden.floats("gradient." + tensor.name),
        tolerance: Self.gradientTolerance)
      #expect(wrong == nil, "\(tensor.name)")
    }
  }
}
