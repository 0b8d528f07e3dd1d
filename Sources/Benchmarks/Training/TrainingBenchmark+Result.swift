internal import Files
internal import Kernels

extension TrainingBenchmark {
  /// Whole steps: forward, backward, update. Tokens a second, GFLOP/s and their share of the rate
  /// of plain products, milliseconds of a step.
  package func result(threads: Int, repetitions: Int) throws -> BenchmarkResult {
    let figures = try run(threads: threads, repetitions: repetitions)
    return BenchmarkResult(
      bench: "train", config: name,
      figures: [
        "tokens_per_s": JSON(figures.tokensPerSecond), "gflops": JSON(figures.gigaflops),
        "backend": JSON(engine.backend.rawValue),
        "precision": JSON(engine.precision.rawValue),
        "sgemm_gflops": JSON(figures.productGigaflops),
        "share_of_sgemm": JSON(figures.gigaflops / figures.productGigaflops),
        "own_shapes_gflops": JSON(figures.ownShapesGigaflops),
        "share_of_own_shapes": JSON(figures.gigaflops / figures.ownShapesGigaflops),
        "step_ms": JSON(figures.secondsPerStep * 1000),
        "step_ms_best": JSON(figures.fastestSeconds * 1000),
        "step_ms_worst": JSON(figures.slowestSeconds * 1000),
        "peak_rss_mib": JSON(peakMemoryMiB),
      ])
  }
}
