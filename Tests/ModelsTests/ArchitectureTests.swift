import Checkpoints
import Decoding
import Files
import Kernels
import ModelSupport
import Models
import Randomness
import Tensors
import Testing

struct `Every architecture` {
  static let names = [
    "llama-llama3", "llama-linear", "llama-yarn", "llama-bias", "mistral", "qwen2", "qwen3", "gpt2",
    "gemma3", "olmo2",
  ]

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

  /// What GGUF cannot say, said otherwise: it has no window of some layers for Qwen2, and takes the
  /// pattern of Gemma 3's layers and its query scale for granted.
  static func sayable(_ name: String) -> [(String, JSON?)] {
    switch name {
    case "qwen2": [("use_sliding_window", false), ("layer_types", nil)]
    case "gemma3":
      [
        ("layer_types", nil), ("query_pre_attn_scalar", 8), ("rope_parameters", nil),
        ("rope_theta", 20_000.0), ("rope_local_base_freq", 10_000.0),
      ]
    default: []
    }
  }

  /// Rotated rows, transposed matrices, norms with 1 added: all that GGUF has otherwise. Not Llama
  /// 3's scaling, which is a tensor there, of settings that only Meta's own models have.
  @Test(arguments: names.filter { $0 != "llama-llama3" })
  func `is the same model as GGUF`(name: String) throws {
    let golden = try GoldenArchitecture(name)
    let fields = Self.sayable(name)
    func logits(_ path: String) throws -> [Float] {
      let parameters = try ModelFile(path, strict: true).parameters(threads: 2)
      let pass = InferencePass(
        configuration: parameters.configuration, parts: 1, maximumTokensPerPart: 64)
      return try pass.logits(parameters: parameters, batch: golden.batch)
    }
    let expected = try golden.withFolder(changing: fields, logits)
    let found = try golden.withGGUF(changing: fields, logits)
    // Bit for bit: the 1 that GGUF has added to Gemma's norms is added once, by whoever writes.
    #expect(mismatch(found, expected, tolerance: 0) == nil)
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

  /// A gradient in the shape that files have.
  private func gradient(_ pass: TrainingPass, _ tensor: ParameterTensor) -> [Float] {
    let own = pass.gradients[tensor.range].array
    guard tensor.form == .transposed else { return own }
    let (rows, columns) = (tensor.shape[0], tensor.shape[1])
    return (0..<own.count).map { own[$0 % rows * columns + $0 / rows] }
  }

  /// Parts that work apart, and together on one gradient, each tensor of every family.
  @Test(arguments: names, [(1, false), (2, false), (3, true)])
  func `has the gradients of transformers`(
    name: String, shape: (parts: Int, isShared: Bool)
  ) throws {
    let golden = try GoldenArchitecture(name)
    let parameters = try golden.load()
    for set in Dispatch.available {
      try Dispatch.using(set) {
        let pass = TrainingPass(
          configuration: parameters.configuration, parts: shape.parts, maximumTokensPerPart: 64,
          sharesGradient: shape.isShared)
        // Twice: what a step leaves behind must not get into the next one.
        for _ in 0..<2 { _ = try pass.step(parameters: parameters, batch: golden.batch) }
        for tensor in parameters.layout.tensors {
          let expected = try golden.floats("gradient." + tensor.name)
          let found = gradient(pass, tensor)
          let largest = expected.map(abs).max() ?? 0
          let tolerance = Self.gradientTolerance * max(1, largest)
          let wrong = mismatch(found, expected, tolerance: tolerance)
          #expect(wrong == nil, "\(set.name) \(tensor.name)")
          // The comparison must be able to fail, for every tensor: keys' biases alone move no
          // softmax, and have no gradient.
          if largest > tolerance {
            #expect(mismatch(found.map { -$0 }, expected, tolerance: tolerance) != nil)
          }
        }
      }
    }
  }

  /// Weights in the other formats give another model, near by.
  @Test(arguments: names, [WeightFormat.bfloat16, .q8_0])
  func `decodes with rounded weights`(name: String, format: WeightFormat) throws {
    let golden = try GoldenArchitecture(name)
    let parameters = try golden.load()
    let V = parameters.configuration.vocabularySize
    let decoder = Decoder(
      parameters: parameters, format: format, sequences: 1, positions: 64)
    let expected = try golden.floats("logits")
    let logits = decoder.logits(of: Array(golden.batch.tokens[0..<5]))
    // Products of numbers off by 2^-9, or 1/254 of a block's largest, over sums of some 20 terms
    // and two to four layers: a few hundredths of logits up to 10.
    #expect(mismatch(logits, Array(expected[0..<(5 * V)]), tolerance: 1) == nil)
    #expect(mismatch(logits, Array(expected[0..<(5 * V)]), tolerance: 1e-4) != nil)
  }
}
