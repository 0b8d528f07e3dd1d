internal import Archives
internal import Files
internal import Kernels
package import Models
internal import Sets
internal import SoftLabels
package import Teaching

/// Stage `label` without reading records: the teacher's pass, head, halves, certificate, frames and
/// files, also with the self-test that reads the set back; beside the pass alone.
package struct LabelBenchmark {
  private let benchmark: TrainingBenchmark
  private let threads: Int
  private let repetitions: Int
  private let compression: LabelCompression
  /// Weights of a model's file, if one is measured; random ones otherwise.
  private let parameters: Parameters?
  /// Samples per batch of the stage.
  private static let side = 32

  /// - Parameters:
  ///   - benchmark: the model's shape and its batch.
  ///   - model: a file whose weights are used; random ones without it.
  /// - Throws: as `ModelFile.parameters`.
  package init(
    _ benchmark: TrainingBenchmark, model: ModelFile? = nil, compression: LabelCompression,
    threads: Int, repetitions: Int
  ) throws {
    self.benchmark = benchmark
    self.compression = compression
    parameters = try model?.parameters(threads: threads)
    self.threads = threads
    self.repetitions = repetitions
  }

  /// Tokens a second of the stage, of the stage with its self-test, and of the passes alone.
  package func run() throws -> BenchmarkResult {
    // Rounds of the stage, each with one batch per thread; large vocabularies make large sets.
    let rounds = benchmark.configuration.vocabularySize > 1 << 13 ? 1 : 2
    let count = (rounds * Self.side * threads + benchmark.sequences - 1) / benchmark.sequences
    let samples = try BenchmarkSamples(
      benchmark, batches: count, compression: compression, model: parameters)
    let tokens = samples.batches.reduce(0) { $0 + $1.tokens.count }
    let configuration = benchmark.configuration
    let pass = InferencePass(
      configuration: configuration, engine: benchmark.engine, parts: threads,
      maximumTokensPerPart: max(benchmark.length, 512),
      packed: PackedParameters(samples.parameters, engine: benchmark.engine))
    let products = ProductRate(threads: threads)
    var rates: [Double] = []
    var whole: [Double] = []
    var tested: [Double] = []
    var head: [Double] = []
    var alone: [Double] = []
    let capture = FullCodec(vocabulary: configuration.vocabularySize)
      .capture(samples.batches.map(\.tokens.count).max() ?? 0)
    for repetition in 0...repetitions {
      let (all, again) = try withTemporaryFolder { folder in
        var written: (manifest: Manifest, certificate: Certificate)?
        let all = try seconds {
          written = try samples.write(to: folder, threads: threads, side: Self.side)
        }
        let again = try seconds {
          guard let written else { return }
          try AlignmentSelfTest.run(
            ArchiveReader(directory: folder, manifest: written.manifest),
            certificate: written.certificate,
            labels: LabelReader(samples.labeller.codec),
            threads: threads, checkInterruption: {})
        }
        return (all, again)
      }
      let rows = try seconds {
        for batch in samples.batches {
          capture.begin(batch.tokens.count)
          try pass.capture(
            into: capture, parameters: samples.parameters, batch: batch, threads: threads)
        }
      }
      let forward = try seconds {
        for batch in samples.batches {
          _ = try pass.hiddenStates(
            parameters: samples.parameters, batch: batch, threads: threads)
        }
      }
      let rate = products.measure()
      // The first round touches all memory for the first time.
      if repetition == 0 { continue }
      whole.append(all)
      tested.append(all + again)
      head.append(rows)
      alone.append(forward)
      rates.append(rate)
    }
    let operations = samples.batches.reduce(0.0) {
      $0 + configuration.trainingOperations(rowStarts: $1.rowStarts) / 3
    }
    return BenchmarkResult(
      bench: "label", config: benchmark.name,
      figures: [
        "tokens_per_s": JSON(Double(tokens) / median(whole)),
        "with_self_test_tokens_per_s": JSON(Double(tokens) / median(tested)),
        "rows_tokens_per_s": JSON(Double(tokens) / median(head)),
        "forward_tokens_per_s": JSON(Double(tokens) / median(alone)),
        "gflops": JSON(operations / median(whole) / 1e9),
        "sgemm_gflops": JSON(median(rates)),
        "ms": JSON(median(whole) * 1000), "ms_best": JSON((whole.min() ?? 0) * 1000),
        "ms_worst": JSON((whole.max() ?? 0) * 1000),
        "peak_rss_mib": JSON(peakMemoryMiB),
      ])
  }
}
