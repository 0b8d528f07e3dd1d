internal import Checkpoints
internal import Files
internal import Kernels
internal import Models
internal import Randomness

/// Training, labelling and writing with one model of random weights.
struct ModelBenchmarks {
  private let benchmark: TrainingBenchmark
  private let threads: Int
  private let repetitions: Int

  init(_ benchmark: TrainingBenchmark, threads: Int, repetitions: Int) {
    self.benchmark = benchmark
    self.threads = threads
    self.repetitions = repetitions
  }

  /// Whole steps: forward, backward, update.
  func train() throws -> BenchResult {
    let figures = try benchmark.run(threads: threads, repetitions: repetitions)
    return BenchResult(
      bench: "train", config: benchmark.name,
      figures: [
        "tokens_per_s": JSON(figures.tokensPerSecond), "gflops": JSON(figures.gigaflops),
        "backend": JSON(benchmark.engine.backend.rawValue),
        "precision": JSON(benchmark.engine.precision.rawValue),
        "sgemm_gflops": JSON(figures.productGigaflops),
        "share_of_sgemm": JSON(figures.gigaflops / figures.productGigaflops),
        "own_shapes_gflops": JSON(figures.ownShapesGigaflops),
        "share_of_own_shapes": JSON(figures.gigaflops / figures.ownShapesGigaflops),
        "step_ms": JSON(figures.secondsPerStep * 1000),
        "step_ms_best": JSON(figures.fastestSeconds * 1000),
        "step_ms_worst": JSON(figures.slowestSeconds * 1000),
        "peak_rss_mib": JSON(Machine.peakMemoryMiB),
      ])
  }

  /// Forward passes to the float16 rows that an archive stores.
  func label() throws -> BenchResult {
    let configuration = benchmark.configuration
    let count = benchmark.sequences * benchmark.length
    var stream = Seed(1).child("label").stream()
    let sequences = (0..<benchmark.sequences).map { _ in
      (0..<benchmark.length).map { _ in Int32(stream.uniform(configuration.vocabularySize)) }
    }
    let batch = try Batch(sequences: sequences)
    let parameters = Parameters(drawn: configuration, seed: Seed(1), threads: threads)
    let pass = InferencePass(
      configuration: configuration, engine: benchmark.engine, parts: 2,
      maximumTokensPerPart: max(benchmark.length, count / 2))
    let products = ProductRate(threads: threads)
    var rates: [Double] = []
    let spread = try Spread(repetitions: repetitions, beside: { rates.append(products.measure()) })
    {
      let rows = try pass.logProbabilities(parameters: parameters, batch: batch, threads: threads)
      let halves = Float16Bits.encode(rows)
      precondition(halves.count == rows.count)
    }
    let operations = configuration.trainingOperations(rowStarts: batch.rowStarts) / 3
    return BenchResult(
      bench: "label", config: benchmark.name,
      figures: [
        "tokens_per_s": JSON(Double(count) / spread.median),
        "gflops": JSON(operations / spread.median / 1e9),
        "sgemm_gflops": JSON(rates.sorted()[rates.count / 2]),
        "ms": JSON(spread.median * 1000), "ms_best": JSON(spread.best * 1000),
        "ms_worst": JSON(spread.worst * 1000), "peak_rss_mib": JSON(Machine.peakMemoryMiB),
      ])
  }
}
