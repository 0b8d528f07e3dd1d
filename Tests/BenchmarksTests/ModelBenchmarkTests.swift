import Benchmarks
import Decoding
import Files
import Kernels
import Teaching
import Testing

/// Every benchmark of a model runs and gives the figures that scripts read, on a model that takes
/// milliseconds.
struct `The benchmarks of a model` {
  private static func tiny() throws -> TrainingBenchmark {
    try BLAS.require(threads: 1)
    return try BenchmarkModel.student.benchmark(
      changes: ["sequences=2", "length=8", "num_hidden_layers=1"])
  }

  private static func figures(
    _ result: BenchmarkResult, _ names: [String]
  ) throws -> [String: Double] {
    var values: [String: Double] = [:]
    for name in names {
      let value = try #require(result.figures[name]?.doubleValue, "\(result.bench): \(name)")
      #expect(value.isFinite && value > 0, "\(result.bench): \(name) is \(value)")
      values[name] = value
    }
    return values
  }

  @Test func `measure a step of training`() throws {
    let result = try Self.tiny().result(threads: 1, repetitions: 2)
    #expect(result.bench == "train" && result.config == "student*")
    let figures = try Self.figures(
      result, ["tokens_per_s", "step_ms", "step_ms_best", "step_ms_worst", "share_of_sgemm"])
    // 16 tokens a step.
    let rate = try #require(figures["tokens_per_s"]) * (figures["step_ms"] ?? 0) / 1000
    #expect(abs(rate - 16) < 1e-9)
  }

  @Test(arguments: DistilBenchmark.Targets.allCases)
  func `measure a step towards labels`(targets: DistilBenchmark.Targets) throws {
    let result = try DistilBenchmark(Self.tiny(), threads: 1, repetitions: 2).run(targets)
    #expect(result.bench == "distil-\(targets.rawValue)")
    var names = ["ratio", "ratio_best", "ratio_worst", "hard_step_ms", "distil_step_ms"]
    names += ["decoding_ms", "archive_mib", "label_bytes_per_token"]
    if targets == .hidden { names += ["product_ms", "ratio_with_product"] }
    let figures = try Self.figures(result, names)
    #expect(figures["ratio_best"] ?? 0 <= figures["ratio_worst"] ?? 0)
  }

  @Test func `measure labelling in every part`() throws {
    let result = try LabelBenchmark(
      Self.tiny(), compression: .zstd, threads: 1, repetitions: 1
    ).run()
    let figures = try Self.figures(
      result,
      [
        "tokens_per_s", "with_self_test_tokens_per_s", "rows_tokens_per_s",
        "forward_tokens_per_s", "ms",
      ])
    // The self-test comes on top of the same work.
    #expect(
      figures["with_self_test_tokens_per_s"] ?? .infinity < figures["tokens_per_s"] ?? 0)
  }

  @Test func `measure writing`() throws {
    let benchmark = try BenchmarkModel.student.benchmark(changes: ["num_hidden_layers=1"])
    let generation = try GenerationBenchmark(benchmark, precision: .q8_0, threads: 1)
    let result = try generation.result(
      named: "x", precision: .q8_0, sequences: 2, threads: 1, repetitions: 1)
    #expect(result.config == "x" && result.figures["precision"] == "q8_0")
    let figures = try Self.figures(
      result, ["tokens_per_s", "decode_tokens_per_s", "prefill_tokens_per_s", "ms"])
    // 128 new tokens for each of 2 prompts.
    let written = try #require(figures["tokens_per_s"]) * (figures["ms"] ?? 0) / 1000
    #expect(abs(written - 256) < 1e-6)
  }

  @Test func `measure growth in ten windows`() throws {
    let result = try GrowthBenchmark(benchmark: Self.tiny(), threads: 1, steps: 20).run()
    #expect(result.bench == "growth" && result.figures["steps"] == 20)
    for name in ["tokens_per_s", "over_sgemm", "rss_mib"] {
      #expect(result.figures[name]?.arrayValue?.count == 10, "\(name)")
    }
    _ = try Self.figures(result, ["last_over_first"])
  }

  /// Forward and two gradients of five matrices, then all of a step together.
  @Test func `measure every product of a step`() throws {
    let results = ProductBenchmarks(
      model: try Self.tiny(), threads: 1, repetitions: 1
    ).run()
    let names = results.compactMap { $0.figures["product"]?.stringValue }
    #expect(names.count == 16 && Set(names).count == 16 && names.last == "step")
    for result in results { _ = try Self.figures(result, ["openblas_float32_gflops"]) }
    let rows = RowKernelBenchmarks(model: try Self.tiny(), threads: 1, repetitions: 1).run()
    #expect(
      rows.compactMap { $0.figures["kernel"]?.stringValue } == [
        "rms_norm_forward", "rms_norm_backward", "swiglu_forward", "swiglu_backward",
        "attention_forward", "attention_backward", "cross_entropy_hard", "cross_entropy_soft",
        "adamw",
      ])
  }
}
