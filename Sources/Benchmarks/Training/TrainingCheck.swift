internal import Files
internal import Models
internal import Randomness

/// Writes down the first steps of a benchmark, so that another program can repeat them and compare
/// losses: only programs that do the same work may be compared by time.
package struct TrainingCheck {
  private static let name = "check.json"
  private static let stepCount = 3

  private let benchmark: TrainingBenchmark
  private let threads: Int

  /// The first steps of this benchmark.
  package init(benchmark: TrainingBenchmark, threads: Int) {
    self.benchmark = benchmark
    self.threads = threads
  }

  /// Writes a folder with the weights before the first step (`config.json`, `model.safetensors`)
  /// and `check.json`: tokens, next tokens, the optimizer's settings, the losses.
  package func write(to directory: String) throws -> BenchmarkResult {
    let configuration = benchmark.configuration
    let count = benchmark.sequences * benchmark.length
    var stream = Seed(1).child("check").stream()
    let tokens = (0...count).map { _ in Int32(stream.uniform(configuration.vocabularySize)) }
    let batch = try Batch(
      tokens: Array(tokens.dropLast()),
      rowStarts: (0...benchmark.sequences).map { $0 * benchmark.length },
      nextTokens: Array(tokens.dropFirst()), weights: [Float](repeating: 1, count: count))
    let parameters = Parameters(drawn: configuration, seed: Seed(1), threads: threads)
    try ModelFolder.write(parameters, tokenizer: nil, to: directory)

    let settings = AdamWOptimizer.Settings()
    let learningRate: Float = 1e-4
    let optimizer = AdamWOptimizer(parameterCount: parameters.layout.count, settings: settings)
    let pass = TrainingPass(
      configuration: configuration, parts: 2,
      maximumTokensPerPart: max(benchmark.length, count / 2))
    var losses: [Double] = []
    for _ in 0..<Self.stepCount {
      let result = try pass.step(parameters: parameters, batch: batch, threads: threads)
      losses.append(result.lossSum / result.weightSum)
      try optimizer.update(
        parameters, gradients: pass.gradients, learningRate: learningRate, threads: threads)
    }
    let check: JSONObject = [
      "sequences": JSON(benchmark.sequences), "length": JSON(benchmark.length),
      "learning_rate": JSON(Double(learningRate)), "beta1": JSON(Double(settings.beta1)),
      "beta2": JSON(Double(settings.beta2)), "epsilon": JSON(Double(settings.epsilon)),
      "decay": JSON(Double(settings.decay)),
      "largest_norm": settings.largestNorm.map { JSON($0) } ?? .null,
      "losses": JSON(losses) { JSON($0) },
      "tokens": JSON(batch.tokens) { JSON(Int($0)) },
      "following": JSON(batch.nextTokens) { JSON(Int($0)) },
    ]
    try AtomicFile.write(JSON.object(check).serialized(), to: "\(directory)/\(Self.name)")
    return BenchmarkResult(
      bench: "check", config: benchmark.name,
      figures: ["folder": JSON(directory), "losses": JSON(losses) { JSON($0) }])
  }
}
