internal import ArgumentParser
internal import Benchmarks
internal import Decoding
internal import Files
internal import Kernels
internal import Models

/// Writing with the cache: prompts of 32 tokens, 128 new ones each, sampled among 50.
struct GenerationBenchmarks {
  private let benchmark: TrainingBenchmark
  private let precision: PrecisionArgument
  private let threads: Int
  private let repetitions: Int
  /// Weights of a model's file, if one is measured.
  private let weights: DecoderWeights?

  init(
    _ benchmark: TrainingBenchmark, precision: PrecisionArgument, model: ModelFile? = nil,
    threads: Int, repetitions: Int
  ) throws {
    self.benchmark = benchmark
    self.precision = precision
    weights = try model.map { try precision.weights($0, threads: threads) }
    self.threads = threads
    self.repetitions = min(repetitions, 5)
  }

  /// One result per batch size.
  func run(batches: [Int]) throws -> [BenchResult] { try batches.map(measure) }

  /// `tokens_per_s` counts new tokens over the whole time, prompts included; `decode_tokens_per_s`
  /// counts the tokens after the first over the time after it; `prefill_tokens_per_s` counts prompt
  /// tokens.
  private func measure(sequences: Int) throws -> BenchResult {
    var generation = GenerationBenchmark(configuration: benchmark.configuration)
    generation.format = precision.format
    generation.weights = weights
    generation.prompts = sequences
    let products = ProductRate(threads: threads)
    var rates: [Double] = []
    let times = try generation.run(
      threads: threads, repetitions: repetitions, beside: { rates.append(products.measure()) })
    func median(_ value: (GenerationBenchmark.Times) -> Double) -> Double {
      times.map(value).sorted()[times.count / 2]
    }
    let whole = times.map { $0.prefill + $0.decode }.sorted()
    let read = Double(sequences * generation.promptTokens)
    let written = Double(sequences * generation.newTokens)
    let seconds = median { $0.prefill + $0.decode }
    let decodeRate = (written - Double(sequences)) / median(\.decode)
    return BenchResult(
      bench: "generate", config: benchmark.name,
      figures: [
        "batch": JSON(sequences), "precision": JSON(precision.rawValue),
        "tokens_per_s": JSON(written / seconds),
        "decode_tokens_per_s": JSON(decodeRate),
        "prefill_tokens_per_s": JSON(read / median(\.prefill)),
        "gflops": JSON(
          2 * Double(benchmark.configuration.productWeightCount) * decodeRate / 1e9),
        "sgemm_gflops": JSON(rates.sorted()[rates.count / 2]),
        "ms": JSON(seconds * 1000), "ms_best": JSON(whole[0] * 1000),
        "ms_worst": JSON(whole[whole.count - 1] * 1000),
        "peak_rss_mib": JSON(Machine.peakMemoryMiB),
      ])
  }
}

/// Batch sizes, as a comma-separated command-line list.
struct BatchSizes: ExpressibleByArgument {
  let sizes: [Int]

  init(_ sizes: [Int]) { self.sizes = sizes }

  init?(argument: String) {
    let sizes = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard !sizes.isEmpty, sizes.allSatisfy({ ($0 ?? 0) >= 1 }) else { return nil }
    self.sizes = sizes.compactMap { $0 }
  }

  var defaultValueDescription: String { sizes.map(String.init).joined(separator: ",") }
}

/// A weight format, as named on the command line.
enum PrecisionArgument: String, CaseIterable, ExpressibleByArgument {
  case float32, bfloat16, q8_0
  /// Keeps matrices of Q8_0 and Q4_1 in their own bits; all others are float32.
  case stored

  var format: WeightFormat {
    switch self {
    case .float32, .stored: .float32
    case .bfloat16: .bfloat16
    case .q8_0: .q8_0
    }
  }

  /// A file's weights in this format.
  func weights(_ file: ModelFile, threads: Int) throws -> DecoderWeights {
    try DecoderWeights(file, format: format, keepingStored: self == .stored, threads: threads)
  }
}
