internal import Benchmarks
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
}
