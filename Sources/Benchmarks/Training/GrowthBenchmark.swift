internal import Files
internal import Kernels
internal import Models
internal import Randomness

/// Whether cost grows in proportion to work: rate and memory of a long run, window by window.
package struct GrowthBenchmark {
  /// Fewest steps that can be cut into windows.
  package static let leastSteps = 10

  private let benchmark: TrainingBenchmark
  private let threads: Int
  private let steps: Int

  /// - Parameter steps: of the whole run; at least `leastSteps`.
  package init(benchmark: TrainingBenchmark, threads: Int, steps: Int) {
    precondition(steps >= Self.leastSteps)
    self.benchmark = benchmark
    self.threads = threads
    self.steps = steps
  }

  /// Number of windows the run is cut into.
  private static let windows = 10

  /// Trains on `sequences` random sequences with lengths from a quarter of `length` up, a new batch
  /// each step, and compares each window's rate with products measured in the same minute.
  package func run() throws -> BenchmarkResult {
    let configuration = benchmark.configuration
    let most = benchmark.sequences * benchmark.length
    let parameters = Parameters(drawn: configuration, seed: Seed(1), threads: threads)
    let pass = TrainingPass(
      configuration: configuration, engine: benchmark.engine, parts: 2,
      maximumTokensPerPart: max(benchmark.length, most / 2), maximumTokens: most)
    let optimizer = AdamWOptimizer(parameterCount: parameters.layout.count)
    let products = ProductRate(threads: threads)
    let clock = ContinuousClock()
    var rates: [Double] = []
    var relative: [Double] = []
    var memory: [Double] = []
    for window in 0..<Self.windows {
      var seconds = 0.0
      var tokens = 0
      var yardstick: [Double] = []
      for step in (steps * window / Self.windows)..<(steps * (window + 1) / Self.windows) {
        let batch = try batch(step)
        let start = clock.now
        _ = try pass.step(parameters: parameters, batch: batch, threads: threads)
        try optimizer.update(
          parameters, gradients: pass.gradients, learningRate: 1e-4, threads: threads)
        seconds += (clock.now - start) / .seconds(1)
        tokens += batch.tokens.count
        if step % 50 == 0 || yardstick.isEmpty { yardstick.append(products.measure()) }
      }
      let rate = Double(tokens) / seconds
      rates.append(rate)
      relative.append(rate / median(yardstick))
      memory.append(Double(ProcessMemory.presentBytes) / 0x1p20)
    }
    let middle = median(relative)
    return BenchmarkResult(
      bench: "growth", config: benchmark.name,
      figures: [
        "steps": JSON(steps), "tokens_per_s": .array(rates.map { JSON($0.rounded()) }),
        "over_sgemm": .array(relative.map { JSON(($0 / middle * 1000).rounded() / 1000) }),
        "rss_mib": .array(memory.map { JSON($0.rounded()) }),
        "last_over_first": JSON(relative[Self.windows - 1] / relative[0]),
        "peak_rss_mib": JSON(peakMemoryMiB),
      ])
  }

  private func batch(_ step: Int) throws -> Batch {
    var stream = Seed(1).child("growth").child(step).stream()
    let V = benchmark.configuration.vocabularySize
    return try Batch(
      samples: (0..<benchmark.sequences).map { _ in
        let count = benchmark.length / 4 + stream.uniform(benchmark.length * 3 / 4)
        let tokens = (0...max(1, count)).map { _ in Int32(stream.uniform(V)) }
        return (tokens, [UInt8](repeating: 1, count: tokens.count))
      })
  }
}
