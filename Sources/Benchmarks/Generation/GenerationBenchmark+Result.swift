package import Decoding
internal import Files
package import Models

extension GenerationBenchmark {
  /// A benchmark model's shape with random weights, or a file's weights.
  ///
  /// - Parameter precision: how weights are held; `stored` has a meaning for a file alone.
  package init(
    _ benchmark: TrainingBenchmark, precision: WeightPrecision, model: ModelFile? = nil,
    threads: Int
  ) throws {
    self.init(configuration: benchmark.configuration)
    format = precision.format
    weights = try model.map { try DecoderWeights($0, precision: precision, threads: threads) }
  }

  /// One batch of `sequences` prompts: 32 tokens each, then 128 new ones sampled among 50.
  ///
  /// `tokens_per_s` counts new tokens over the whole time, prompts included; `decode_tokens_per_s`
  /// counts the tokens after the first over the time after it; `prefill_tokens_per_s` counts prompt
  /// tokens.
  package func result(
    named name: String, precision: WeightPrecision, sequences: Int, threads: Int, repetitions: Int
  ) throws -> BenchmarkResult {
    var generation = self
    generation.prompts = sequences
    let products = ProductRate(threads: threads)
    var rates: [Double] = []
    let times = try generation.run(
      threads: threads, repetitions: repetitions, beside: { rates.append(products.measure()) })
    let whole = Spread(of: times.map { $0.prefill + $0.decode })
    let read = Double(sequences * generation.promptTokens)
    let written = Double(sequences * generation.newTokens)
    let decodeRate = (written - Double(sequences)) / median(times.map(\.decode))
    return BenchmarkResult(
      bench: "generate", config: name,
      figures: [
        "batch": JSON(sequences), "precision": JSON(precision.rawValue),
        "tokens_per_s": JSON(written / whole.median),
        "decode_tokens_per_s": JSON(decodeRate),
        "prefill_tokens_per_s": JSON(read / median(times.map(\.prefill))),
        "gflops": JSON(2 * Double(configuration.productWeightCount) * decodeRate / 1e9),
        "sgemm_gflops": JSON(median(rates)),
        "ms": JSON(whole.median * 1000), "ms_best": JSON(whole.best * 1000),
        "ms_worst": JSON(whole.worst * 1000),
        "peak_rss_mib": JSON(peakMemoryMiB),
      ])
  }
}
