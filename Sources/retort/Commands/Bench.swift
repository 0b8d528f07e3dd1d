internal import ArgumentParser
internal import Benchmarks
internal import Files
internal import GeometryProofs
internal import Kernels
internal import Models
internal import Teaching
internal import Tokenization

/// `retort bench`.
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measures training, labelling, generation and the task families on this machine.",
    discussion: """
      Figures are medians with their spread. Machines are noisy: compare a rate with the sgemm \
      rate of the same run, and runs with runs of the same minute.

      Examples:
        retort bench train --config small --json
        retort bench train --config tiny --set num_hidden_layers=8 --set sequences=4
        retort bench train --config small --backend native --precision bfloat16
        retort bench train --config student --steps 10000
        retort bench kernels --config small
        retort bench label --config small --compression none
        retort bench generate --model SmolLM2-135M-Instruct.Q4_1.gguf --precision stored
        retort bench sets --samples 1000000 --json
        retort bench families
        retort bench geometry --problems problems.txt --time 60
      """)

  /// Part of the program to measure.
  enum Subject: String, CaseIterable, ExpressibleByArgument {
    case train, distil, label, generate, kernels, shards, sets, tokenizer, families, geometry
  }

  enum Backend: String, CaseIterable, ExpressibleByArgument { case openblas, native, auto }

  @Argument(
    help: "train, distil, label, generate, kernels, shards, sets, tokenizer, families or geometry.")
  var subject: Subject
  @Option(help: "The model: tiny, small, base or student.") var config = BenchConfiguration.Name
    .tiny
  @Option(
    help: ArgumentHelp(
      "generate, label: a model of yours instead: its folder, .safetensors or .gguf.",
      valueName: "path"))
  var model: String?
  @Option(
    help: ArgumentHelp(
      "Changes a size of the model or the batch, by its name in config.json, or sequences, length.",
      valueName: "key=value"))
  var set: [String] = []
  @Option(help: "Who makes the matrix products: openblas, native or auto.")
  var backend = Backend.openblas
  @Option(help: "Their precision: float32 or bfloat16; of generate alone q8_0 and stored.")
  var precision = PrecisionArgument.float32
  @Option(
    help: ArgumentHelp(
      "generate: how many sequences at once, commas between.", valueName: "n,n,..."))
  var batch = BatchSizes([1, 16, 64])
  @Option(parsing: .unconditional, help: "Threads.") var threads = 2
  @Option(parsing: .unconditional, help: "How often; the median counts.") var repetitions = 7
  @Option(
    parsing: .unconditional,
    help: "train: rate and memory over a run of so many steps of new batches instead.")
  var steps: Int?
  @Option(help: "train: write weights, tokens and the first losses to this folder instead.")
  var check: String?
  @Option(help: "shards, tokenizer: leave what was written in this folder, for other programs.")
  var keep: String?
  @Option(help: "tokenizer: encode the beginning of this file instead of traces.")
  var text: String?
  @Option(parsing: .unconditional, help: "tokenizer: its largest vocabulary.") var vocabSize = 4096
  @Option(help: "tokenizer: a tokenizer.json, model folder or .gguf file instead of training one.")
  var tokenizer: String?
  @Option(parsing: .unconditional, help: "shards, sets: how many.") var samples = 2048
  @Flag(help: "sets: tokens for the whole set too.") var whole = false
  @Option(help: .hidden) var part: String?
  @Option(help: "distil: full, topk or hidden.") var targets = DistilBenchmark.Targets.full
  @Option(help: "label: zstd or none.") var compression = LabelCompression.zstd
  @Option(help: ArgumentHelp("geometry: a problem file.", valueName: "path"))
  var problems = "Corpora/geometry/problems.txt"
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "geometry: seconds for each problem that needs added points; 0 adds none.",
      valueName: "seconds"))
  var time = 10.0
  @Flag(help: "kernels: the lines of the table that backend auto reads, measured here.")
  var table = false
  @Flag(help: "Print one JSON object per measurement.") var json = false

  mutating func run() throws {
    guard threads >= 1, repetitions >= 1, samples >= 1 else {
      throw Failure.usage("--threads, --repetitions and --samples: expected at least 1")
    }
    guard vocabSize >= Tokenizer.smallestVocabulary else {
      throw Failure.usage("--vocab-size: expected at least \(Tokenizer.smallestVocabulary)")
    }
    if subject != .families, subject != .tokenizer { try BLAS.require(threads: threads) }
    var model = try BenchConfiguration.benchmark(config, changes: set)
    let file = try measuredFile(&model)
    if subject != .generate { model.engine = try engine(width: model.configuration.hiddenSize) }
    let models = ModelBenchmarks(model, threads: threads, repetitions: repetitions)
    let results: [BenchResult]
    switch subject {
    case .train where check != nil:
      let folder = check ?? ""
      results = [try TrainingCheck(benchmark: model, threads: threads).write(to: folder)]
    case .train where steps != nil:
      guard let steps, steps >= 10 else { throw Failure.usage("--steps: expected at least 10") }
      results = [try GrowthBenchmark(benchmark: model, threads: threads, steps: steps).run()]
    case .train: results = [try models.train()]
    case .distil:
      results = [
        try DistilBenchmark(model, threads: threads, repetitions: repetitions).run(targets)
      ]
    case .label:
      results = [
        try LabelBenchmark(
          model, model: file, compression: compression, threads: threads,
          repetitions: repetitions
        ).run()
      ]
    case .generate:
      results = try GenerationBenchmarks(
        model, precision: precision, model: file, threads: threads, repetitions: repetitions
      ).run(batches: batch.sizes)
    case .shards:
      results = try ShardBenchmarks(
        threads: threads, repetitions: repetitions, sampleCount: samples
      ).run(keeping: keep)
    case .sets:
      guard let result = try measureSets() else { return }
      results = [result]
    case .tokenizer:
      results = try TokenizerBenchmarks(repetitions: repetitions, vocabularySize: vocabSize)
        .run(text: text, tokenizer: tokenizer.map { try Tokenizer(of: $0) }, keeping: keep)
    case .kernels where table:
      results = try BackendTableBenchmark(threads: threads, repetitions: repetitions).run()
    case .kernels:
      results =
        ProductBenchmarks(model: model, threads: threads, repetitions: repetitions).run()
        + RowKernelBenchmarks(model: model, threads: threads, repetitions: repetitions).run()
    case .families: results = try FamilyBenchmarks(threads: threads, repetitions: repetitions).run()
    case .geometry:
      results = GeometryBenchmark(repetitions: repetitions, seconds: time)
        .run(try geometryProblems())
    }
    var output = StandardOutput()
    for result in results {
      if json {
        output.write(json: result.json(threads: threads))
      } else {
        output.write(line: result.text)
      }
    }
  }
}

extension Bench {
  /// `nil` if a single part was requested and its figures are already printed.
  private func measureSets() throws -> BenchResult? {
    guard let part else {
      let parts: [SetsBenchmark.Part] = [.order, .tokenizer, .train, .label]
      return try SetsBenchmark(
        samples: samples, threads: threads,
        parts: parts + (whole ? [.labelAll, .trainTokens, .labelRows] : [])
      ).run()
    }
    guard let part = SetsBenchmark.Part(rawValue: part), let keep else {
      throw Failure.usage("--part: expected a part, and --keep with its folder")
    }
    var output = StandardOutput()
    output.write(
      json: try SetsBenchmark.measure(part, samples: samples, threads: threads, in: keep))
    return nil
  }

  private func geometryProblems() throws -> [GeometryProblem] {
    let bytes = try readFile(problems, limit: ProblemParser.mostBytes)
    do {
      return try ProblemParser.parse(file: String(decoding: bytes, as: UTF8.self))
    } catch {
      throw Failure.data("\(problems): \(error)")
    }
  }

  /// The file of `--model`, whose shape replaces the benchmark's.
  private func measuredFile(_ benchmark: inout TrainingBenchmark) throws -> ModelFile? {
    guard let path = model else { return nil }
    let shapes = set.filter { !$0.hasPrefix("sequences=") && !$0.hasPrefix("length=") }
    guard subject == .generate || subject == .label, shapes.isEmpty else {
      throw Failure.usage(
        "--model: only generate and label have it, and --set of sequences and length alone")
    }
    let file = try Model.open(path, strict: false)
    benchmark.configuration = file.configuration
    benchmark.name = path.split(separator: "/").last.map(String.init) ?? path
    return file
  }

  /// Matrix-product engine of all benchmarks but `generate`, which has its own kernels.
  private func engine(width: Int) throws -> MatrixEngine {
    let wanted: MatrixEngine.Precision
    switch precision {
    case .float32: wanted = .float32
    case .bfloat16: wanted = .bfloat16
    case .q8_0, .stored:
      throw Failure.usage("--precision \(precision.rawValue): only generate has it")
    }
    let named: MatrixEngine.Backend =
      switch backend {
      case .openblas: .openblas
      case .native: .native
      case .auto: .auto
      }
    let work: BackendTable.Work = subject == .label ? .labelling : .training(width: width)
    return try MatrixEngine(
      backend: BackendTable.resolved(named, wanted, for: work), precision: wanted)
  }
}

/// One measurement: named figures.
struct BenchResult {
  let bench: String
  let config: String
  let figures: JSONObject

  func json(threads: Int) -> JSONObject {
    var machine = Machine.read().json
    machine["threads"] = JSON(threads)
    machine["instruction_set"] = JSON(Dispatch.current.name)
    machine["blas_core"] = JSON(BLAS.coreName)
    return [
      "bench": JSON(bench), "config": JSON(config), "figures": .object(figures),
      "machine": .object(machine),
    ]
  }

  var text: String {
    let parts = figures.members.map { member in
      let value = member.value.doubleValue.map { number in
        FactText.short(number >= 100 ? number.rounded() : (number * 100).rounded() / 100)
      }
      return "\(member.key) \(value ?? FactText.inline(member.value))"
    }
    return "\(bench) \(config): " + parts.joined(separator: ", ")
  }
}

/// Seconds of repeated work: median, best and worst.
struct Spread {
  let median: Double
  let best: Double
  let worst: Double

  /// Runs `body` once to warm up, then `repetitions` times, alternating with `beside`, whose time
  /// is not counted but which measures the same moments.
  init(
    repetitions: Int, beside: () -> Void = {}, _ body: () throws -> Void
  ) rethrows {
    try body()
    beside()
    var seconds: [Double] = []
    let clock = ContinuousClock()
    for _ in 0..<repetitions {
      let start = clock.now
      try body()
      seconds.append((clock.now - start) / .seconds(1))
      beside()
    }
    seconds.sort()
    median = seconds[seconds.count / 2]
    best = seconds[0]
    worst = seconds[seconds.count - 1]
  }
}

extension LabelCompression: ExpressibleByArgument {}
