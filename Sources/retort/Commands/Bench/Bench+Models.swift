internal import ArgumentParser
internal import Benchmarks
internal import Decoding
internal import Files
internal import Kernels
internal import Models
internal import Teaching

extension Bench {
  /// `retort bench train`.
  struct TrainSubject: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "train",
      abstract: "Measures whole training steps: forward, backward and update.",
      discussion: """
        Prints tokens a second, GFLOP/s (6 operations per weight and token) and their share of two \
        rates: plain products of 512 x 512, and the products of the step's own shapes.

        --steps measures rate and memory over a long run in ten windows instead: cost must grow \
        with the work and not with time. --check writes the weights, tokens and losses of three \
        steps to a folder, so that another program can take the same steps.

        Examples:
          retort bench train --config small --json
          retort bench train --config tiny --set num_hidden_layers=8 --set sequences=4
          retort bench train --config small --backend native --precision bfloat16
          retort bench train --config student --steps 10000
        """)

    @OptionGroup var model: ModelOptions
    @OptionGroup var engine: EngineOptions
    @Option(
      parsing: .unconditional,
      help: "Measure a run of this many steps, each on a new batch, window by window.",
      transform: WholeNumber.atLeast(GrowthBenchmark.leastSteps))
    var steps: Int?
    @Option(
      help: ArgumentHelp(
        "Write three steps to this folder instead, for another program to repeat.",
        valueName: "folder"))
    var check: String?
    @OptionGroup var threads: ThreadOptions
    @OptionGroup var repetitions: RepetitionOptions
    @OptionGroup var output: OutputOptions

    mutating func run() throws {
      let threads = threads.threads
      try BLAS.require(threads: threads)
      var benchmark = try model.benchmark()
      benchmark.engine = try engine.engine(
        for: .training(width: benchmark.configuration.hiddenSize))
      let result: BenchmarkResult
      if let check {
        result = try TrainingCheck(benchmark: benchmark, threads: threads).write(to: check)
      } else if let steps {
        result = try GrowthBenchmark(benchmark: benchmark, threads: threads, steps: steps).run()
      } else {
        result = try benchmark.result(threads: threads, repetitions: repetitions.repetitions)
      }
      output.write([result], threads: threads)
    }
  }

  /// `retort bench distil`.
  struct DistilSubject: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "distil",
      abstract: "Measures steps towards soft labels beside steps towards the next token.",
      discussion: """
        Prints the ratio of the two times. Labels full and hidden come from an archive and are \
        read, checked and decoded at every step: the most expensive case. Labels topk lie in memory.

        Examples:
          retort bench distil --config small --targets full
          retort bench distil --config small --targets hidden --json
        """)

    @OptionGroup var model: ModelOptions
    @OptionGroup var engine: EngineOptions
    @Option(
      help: """
        Labels: full (whole distributions), topk (the 64 likeliest tokens) or hidden (the teacher's \
        last hidden states).
        """)
    var targets = DistilBenchmark.Targets.full
    @OptionGroup var threads: ThreadOptions
    @OptionGroup var repetitions: RepetitionOptions
    @OptionGroup var output: OutputOptions

    mutating func run() throws {
      let threads = threads.threads
      try BLAS.require(threads: threads)
      var benchmark = try model.benchmark()
      benchmark.engine = try engine.engine(
        for: .training(width: benchmark.configuration.hiddenSize))
      let result = try DistilBenchmark(
        benchmark, threads: threads, repetitions: repetitions.repetitions
      ).run(targets)
      output.write([result], threads: threads)
    }
  }

  /// `retort bench label`.
  struct LabelSubject: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "label",
      abstract: "Measures labelling: a teacher's whole distributions into an archive.",
      discussion: """
        Prints tokens a second of the whole stage, of the stage with its self-test, of the rows \
        alone before they are packed, and of the forward pass alone.

        Examples:
          retort bench label --config small --compression none
          retort bench label --model MODEL.gguf --set length=32 --json
        """)

    @OptionGroup var model: ModelOptions
    @Option(
      name: .customLong("model"),
      help: ArgumentHelp(
        "Measure this model: a folder, .safetensors or .gguf.", valueName: "path"))
    var path: String?
    @OptionGroup var engine: EngineOptions
    @Option(help: "Compression of the archive: zstd or none.")
    var compression = LabelCompression.zstd
    @OptionGroup var threads: ThreadOptions
    @OptionGroup var repetitions: RepetitionOptions
    @OptionGroup var output: OutputOptions

    mutating func run() throws {
      let threads = threads.threads
      try BLAS.require(threads: threads)
      let (shape, file) = try model.benchmark(of: path)
      var benchmark = shape
      benchmark.engine = try engine.engine(for: .labelling)
      let result = try LabelBenchmark(
        benchmark, model: file, compression: compression, threads: threads,
        repetitions: repetitions.repetitions
      ).run()
      output.write([result], threads: threads)
    }
  }

  /// `retort bench generate`.
  struct GenerateSubject: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "generate",
      abstract: "Measures writing: prompts of 32 tokens, then 128 new ones each.",
      discussion: """
        Tokens are sampled among the 50 likeliest. Prints new tokens a second over the whole time, \
        the rate after the first token, and the rate of reading prompts. At most 5 repetitions.

        Examples:
          retort bench generate --config small --batch 1,64
          retort bench generate --model MODEL.gguf --precision stored --json
        """)

    @OptionGroup var model: ModelOptions
    @Option(
      name: .customLong("model"),
      help: ArgumentHelp(
        "Measure this model: a folder, .safetensors or .gguf.", valueName: "path"))
    var path: String?
    @Option(
      help: """
        Format of the weights: float32, bfloat16, q8_0, or stored (Q8_0 and Q4_1 as the file has \
        them).
        """)
    var precision = WeightPrecision.float32
    @Option(help: ArgumentHelp("Batch sizes, comma-separated.", valueName: "n,n,..."))
    var batch = BatchSizes([1, 16, 64])
    @OptionGroup var threads: ThreadOptions
    @OptionGroup var repetitions: RepetitionOptions
    @OptionGroup var output: OutputOptions

    mutating func run() throws {
      let threads = threads.threads
      try BLAS.require(threads: threads)
      let (benchmark, file) = try model.benchmark(of: path)
      let generation = try GenerationBenchmark(
        benchmark, precision: precision, model: file, threads: threads)
      let results = try batch.sizes.map { sequences in
        try generation.result(
          named: benchmark.name, precision: precision, sequences: sequences, threads: threads,
          repetitions: min(repetitions.repetitions, 5))
      }
      output.write(results, threads: threads)
    }
  }

  /// `retort bench kernels`.
  struct KernelsSubject: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "kernels",
      abstract: "Measures every matrix product of a training step, and the row-wise kernels.",
      discussion: """
        Products are measured for every backend and precision that runs here, on one thread and on \
        all. --table prints the lines of the table that --backend auto reads.

        Examples:
          retort bench kernels --config small
          retort bench kernels --table
        """)

    @OptionGroup var model: ModelOptions
    @Flag(help: "Measure which backend is faster, by width of the model.") var table = false
    @OptionGroup var threads: ThreadOptions
    @OptionGroup var repetitions: RepetitionOptions
    @OptionGroup var output: OutputOptions

    mutating func run() throws {
      let (threads, repetitions) = (threads.threads, repetitions.repetitions)
      try BLAS.require(threads: threads)
      let benchmark = try model.benchmark()
      let results =
        table
        ? try BackendTableBenchmark(threads: threads, repetitions: repetitions).run()
        : ProductBenchmarks(model: benchmark, threads: threads, repetitions: repetitions).run()
          + RowKernelBenchmarks(model: benchmark, threads: threads, repetitions: repetitions).run()
      output.write(results, threads: threads)
    }
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
