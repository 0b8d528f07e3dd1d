import Foundation
import Kernels
import ModelSupport
import Models
import Randomness
import Testing

struct `Training pass` {
  /// Rounding: logits up to about 10 are sums over 16 channels after two layers of some 30 rounded
  /// operations each: 100 roundings of numbers up to 10 are below 6e-5; found is a tenth of that.
  static let logitTolerance: Float = 6e-5
  /// Gradients are sums over rows of products with the same relative error; the largest is about 3.
  static let gradientTolerance: Float = 2e-5

  /// Every gradient against an independent implementation; the name of the first tensor that is
  /// off.
  func firstWrong(_ golden: GoldenLlama, kind: String, gradients: Floats) throws -> String? {
    for tensor in golden.parameters.layout.tensors {
      let expected = try golden.floats("\(kind).\(tensor.name)")
      let found = gradients[tensor.range].array
      if let wrong = mismatch(found, expected, tolerance: Self.gradientTolerance) {
        return "\(tensor.name) \(wrong)"
      }
    }
    return nil
  }

  /// Two parts work apart, five on three sequences together.
  @Test(arguments: [(true, 2), (false, 2), (true, 5), (false, 5)], Dispatch.available)
  func `logits and every gradient agree with transformers`(
    shape: (tied: Bool, parts: Int), set: InstructionSet
  ) throws {
    let (tied, parts) = shape
    let golden = try GoldenLlama(tied: tied)
    let configuration = golden.parameters.configuration
    try Dispatch.using(set) {
      let inference = InferencePass(configuration: configuration, maximumTokensPerPart: 16)
      let logits = try inference.logits(parameters: golden.parameters, batch: golden.batch)
      #expect(
        mismatch(logits, try golden.floats("logits"), tolerance: Self.logitTolerance) == nil)

      let pass = TrainingPass(
        configuration: configuration, parts: parts, maximumTokensPerPart: 16)
      let losses = try golden.floats("losses")
      let hard = try pass.step(parameters: golden.parameters, batch: golden.batch)
      #expect(abs(hard.lossSum / hard.weightSum - Double(losses[0])) < 1e-5)
      #expect(try firstWrong(golden, kind: "hard", gradients: pass.gradients) == nil)
      let soft = try pass.step(
        parameters: golden.parameters, batch: golden.batch,
        loss: GoldenLlama.soft, targets: LogitTargets(golden.targets))
      #expect(abs(soft.lossSum / soft.weightSum - Double(losses[1])) < 1e-5)
      #expect(try firstWrong(golden, kind: "soft", gradients: pass.gradients) == nil)
    }
  }

  /// The comparison must be able to fail, for every tensor.
  @Test func `planted faults are seen`() throws {
    let golden = try GoldenLlama(tied: false)
    let pass = TrainingPass(
      configuration: golden.parameters.configuration, maximumTokensPerPart: 16)
    _ = try pass.step(parameters: golden.parameters, batch: golden.batch)
    for tensor in golden.parameters.layout.tensors {
      let right = pass.gradients[tensor.range].array
      pass.gradients[tensor.range].copy(from: right.map { -$0 })
      let wrong = try firstWrong(golden, kind: "hard", gradients: pass.gradients)
      #expect(wrong?.hasPrefix(tensor.name) == true)
      pass.gradients[tensor.range].copy(from: right)
    }
  }

  /// A batch of many sequences, more than one slice a part.
  func manySequences(_ configuration: TransformerConfiguration) throws -> Batch {
    var stream = Seed(5).child("batch").stream()
    let samples = (0..<60).map { i in
      let tokens = (0..<(2 + (i * 7) % 40)).map { _ in
        Int32(stream.uniform(configuration.vocabularySize))
      }
      return (tokens: tokens, mask: tokens.indices.map { UInt8($0 > 2 ? 1 : 0) })
    }
    return try Batch(samples: samples)
  }

  @Test(arguments: [true, false])
  func `bytes do not depend on the number of threads`(sharesGradient: Bool) throws {
    let configuration = try smallConfiguration()
    let parameters = Parameters(drawn: configuration, seed: Seed(3))
    let batch = try manySequences(configuration)
    var results: [[UInt32]] = []
    for threads in [1, 2, 3] {
      let pass = TrainingPass(
        configuration: configuration, parts: 3, maximumTokensPerPart: 100,
        sharesGradient: sharesGradient)
      for _ in 0..<2 {
        _ = try pass.step(parameters: parameters, batch: batch, threads: threads)
      }
      results.append(pass.gradients.array.map(\.bitPattern))
    }
    #expect(results[0] == results[1] && results[0] == results[2])
  }

  /// Backends that this processor has, float32 and bfloat16.
  static let engines: [MatrixEngine] =
    [.openBLAS]
    + MatrixEngine.Precision.allCases.compactMap {
      try? MatrixEngine(backend: .native, precision: $0)
    }

  @Test(arguments: [true, false], engines)
  func `no engine's bytes depend on the number of threads`(
    sharesGradient: Bool, engine: MatrixEngine
  ) throws {
    let configuration = try smallConfiguration()
    let parameters = Parameters(drawn: configuration, seed: Seed(3))
    let batch = try manySequences(configuration)
    let results = try [1, 2, 3].map { threads in
      let pass = TrainingPass(
        configuration: configuration, engine: engine, parts: 2, maximumTokensPerPart: 600,
        sharesGradient: sharesGradient)
      _ = try pass.step(parameters: parameters, batch: batch, threads: threads)
      return pass.gradients.array.map(\.bitPattern)
    }
    #expect(results[0] == results[1] && results[0] == results[2])
  }

  /// float32 of any backend is float32: only the order of sums differs. bfloat16 rounds both
  /// operands of a product, 2^-9 of their size each; from logits back to a gradient lie at most 20
  /// products in a row here, so the gradient is off by at most 20 * 2^-8 of its length; were it not
  /// rounded, it would be off by float32's 2^-24s.
  @Test(arguments: engines)
  func `engines differ by their rounding`(engine: MatrixEngine) throws {
    let configuration = try smallConfiguration(tied: false)
    let parameters = Parameters(drawn: configuration, seed: Seed(3))
    let batch = try manySequences(configuration)
    let gradients = try [MatrixEngine.openBLAS, engine].map { engine in
      let pass = TrainingPass(
        configuration: configuration, engine: engine, maximumTokensPerPart: 600)
      _ = try pass.step(parameters: parameters, batch: batch)
      return pass.gradients.array
    }
    func length(_ x: [Float]) -> Double { x.reduce(0) { $0 + Double($1) * Double($1) } }
    let distance = length(zip(gradients[0], gradients[1]).map { $0 - $1 })
    let relative = (distance / length(gradients[0])).squareRoot()
    switch engine.precision {
    case .float32: #expect(relative < 1e-5)
    case .bfloat16: #expect(relative < 20.0 / 256 && relative > 1e-4)
    }
  }

  /// Parts and slices are only a way to cut the sum.
  @Test func `parts change nothing but rounding`() throws {
    let configuration = try smallConfiguration(tied: false)
    let parameters = Parameters(drawn: configuration, seed: Seed(3))
    let batch = try manySequences(configuration)
    var gradients: [[Float]] = []
    var losses: [Double] = []
    for (parts, room, shares) in [(1, 2000, false), (4, 40, false), (3, 40, true)] {
      let pass = TrainingPass(
        configuration: configuration, parts: parts, maximumTokensPerPart: room,
        sharesGradient: shares)
      // Twice: what a step leaves behind must not get into the next one.
      _ = try pass.step(parameters: parameters, batch: batch)
      losses.append(try pass.step(parameters: parameters, batch: batch).lossSum)
      gradients.append(pass.gradients.array)
    }
    for other in 1...2 {
      #expect(abs(losses[0] - losses[other]) < 1e-6 * losses[0])
      #expect(mismatch(gradients[0], gradients[other], tolerance: 1e-6) == nil)
    }
  }

  /// The gradient of a batch is the sum of its parts', whatever they are: only the order of sums
  /// differs, so that each element is off by at most the roundings of as many sums as there are
  /// parts.
  @Test(arguments: [1, 7, 20, 59], [(2, false), (3, true)])
  func `a batch in parts has the same gradient`(
    size: Int, shape: (parts: Int, isShared: Bool)
  ) throws {
    let configuration = try smallConfiguration(tied: false)
    let parameters = Parameters(drawn: configuration, seed: Seed(3))
    let whole = try manySequences(configuration)
    let pass = TrainingPass(
      configuration: configuration, parts: shape.parts, maximumTokensPerPart: 2000,
      sharesGradient: shape.isShared)
    let expected = try pass.step(parameters: parameters, batch: whole)
    let gradient = pass.gradients.array
    let other = TrainingPass(
      configuration: configuration, parts: shape.parts, maximumTokensPerPart: 64,
      sharesGradient: shape.isShared)
    // Twice: what a batch leaves behind must not get into the next one.
    for _ in 0..<2 {
      var sum: StepResult?
      for first in stride(from: 0, to: whole.sequenceCount, by: size) {
        let end = min(first + size, whole.sequenceCount)
        let rows = whole.rowStarts[first]..<whole.rowStarts[end]
        let part = try Batch(
          tokens: Array(whole.tokens[rows]),
          rowStarts: whole.rowStarts[first...end].map { $0 - rows.lowerBound },
          nextTokens: Array(whole.nextTokens[rows]), weights: Array(whole.weights[rows]))
        if part.weightSum == 0 { continue }
        let found = try other.step(
          parameters: parameters, batch: part, total: whole.weightSum,
          accumulating: sum != nil)
        sum = sum.map { $0 + found } ?? found
      }
      let found = try #require(sum)
      #expect(found.targetCount == expected.targetCount && found.weightSum == expected.weightSum)
      #expect(abs(found.lossSum - expected.lossSum) < 1e-6 * expected.lossSum)
      #expect(mismatch(other.gradients.array, gradient, tolerance: 1e-6) == nil)
    }
  }

  /// On the model's own distribution smoothing by epsilon is the mixture of hard and uniform.
  @Test func `smoothing is soft training on the mixture`() throws {
    let configuration = try smallConfiguration()
    let parameters = Parameters(drawn: configuration, seed: Seed(3))
    let batch = try manySequences(configuration)
    let V = configuration.vocabularySize
    let mixture = batch.nextTokens.flatMap { token in
      (0..<V).map { Float(0.1) / Float(V) + ($0 == Int(token) ? 0.9 : 0) }
    }
    let pass = TrainingPass(configuration: configuration, maximumTokensPerPart: 64)
    let smoothed = try pass.step(
      parameters: parameters, batch: batch, loss: NextToken(epsilon: 0.1))
    let gradient = pass.gradients.array
    let soft = try pass.step(
      parameters: parameters, batch: batch, loss: ForwardDivergence(),
      targets: LogitTargets(mixture.map { logf($0) }))
    #expect(mismatch(pass.gradients.array, gradient, tolerance: 1e-7) == nil)
    #expect(abs(soft.klSum - smoothed.klSum) < 1e-5 * smoothed.klSum)
    #expect(abs(soft.crossEntropySum - smoothed.crossEntropySum) < 1e-5 * smoothed.lossSum)
  }

  @Test func `a model learns a batch by heart`() throws {
    let configuration = try smallConfiguration()
    let parameters = Parameters(drawn: configuration, seed: Seed(3))
    let batch = try manySequences(configuration)
    let pass = TrainingPass(configuration: configuration, maximumTokensPerPart: 64)
    let optimizer = AdamWOptimizer(parameterCount: parameters.layout.count)
    var losses: [Double] = []
    for _ in 0..<150 {
      let result = try pass.step(parameters: parameters, batch: batch)
      losses.append(result.lossSum / result.weightSum)
      try optimizer.update(parameters, gradients: pass.gradients, learningRate: 1e-2)
    }
    // Fresh weights know nothing: log 37 = 3.61 nats.
    #expect(abs(losses[0] - 3.61) < 0.1)
    #expect(losses[149] < 0.5)
  }

  @Test func `what a model cannot take is named`() throws {
    let configuration = try smallConfiguration()
    let parameters = Parameters(drawn: configuration, seed: Seed(3))
    let pass = TrainingPass(configuration: configuration, maximumTokensPerPart: 8)
    let foreign = try Batch(samples: [([1, 2, 99], [0, 1, 1])])
    #expect(throws: ModelError.token(at: 2, token: 99, vocabulary: 37)) {
      try pass.step(parameters: parameters, batch: foreign)
    }
    let long = try Batch(samples: [
      ([Int32](repeating: 1, count: 10), [UInt8](repeating: 1, count: 10))
    ])
    #expect(throws: ModelError.sequenceLength(sequence: 0, length: 9, limit: 8)) {
      try pass.step(parameters: parameters, batch: long)
    }
    let none = try Batch(samples: [([1, 2], [0, 0])])
    #expect(throws: ModelError.batch(reason: "no row has a target")) {
      try pass.step(parameters: parameters, batch: none)
    }
    let good = try Batch(samples: [([1, 2], [0, 1])])
    #expect(throws: ModelError.self) {
      try pass.step(
        parameters: parameters, batch: good, loss: ForwardDivergence(), targets: LogitTargets([1]))
    }
    #expect(throws: ModelError.self) {
      try pass.step(parameters: parameters, batch: good, loss: ForwardDivergence())
    }
    #expect(throws: ModelError.self) {
      try pass.step(parameters: parameters, batch: good, loss: NextToken(epsilon: 1))
    }
    #expect(throws: ModelError.self) { try Batch(samples: [([1, 2], [0])]) }
    #expect(throws: ModelError.self) {
      try Batch(tokens: [1], rowStarts: [0, 1], nextTokens: [1], weights: [.nan])
    }
    #expect(throws: ModelError.self) {
      try Batch(tokens: [1], rowStarts: [0, 2], nextTokens: [1], weights: [1])
    }
  }
}
