internal import Files
internal import Kernels
internal import Models
internal import Parallel
internal import Randomness

/// Times of alternating steps; the first of each kind is not counted.
struct AlternatingTimes {
  private var seen = 0
  private var hards: [Double] = []
  private(set) var others: [Double] = []
  private var rates: [Double] = []

  mutating func add(hard: Double, other: Double, rate: Double) {
    seen += 1
    if seen == 1 { return }
    hards.append(hard)
    others.append(other)
    rates.append(rate)
  }

  var figures: JSONObject {
    let ratios = zip(others, hards).map { $0 / $1 }
    return [
      "ratio": JSON(median(ratios)), "ratio_best": JSON(ratios.min() ?? 0),
      "ratio_worst": JSON(ratios.max() ?? 0), "hard_step_ms": JSON(median(hards) * 1000),
      "distil_step_ms": JSON(median(others) * 1000), "sgemm_gflops": JSON(median(rates)),
      "peak_rss_mib": JSON(peakMemoryMiB),
    ]
  }
}

/// Whole steps of one student.
struct StudentSteps {
  let products: ProductRate
  private let parameters: Parameters
  private let pass: TrainingPass
  private let optimizer: AdamWOptimizer
  private let threads: Int

  init(_ benchmark: TrainingBenchmark, threads: Int, targetWidth: Int = 0) throws {
    let count = benchmark.sequences * benchmark.length
    parameters = Parameters(drawn: benchmark.configuration, seed: Seed(1))
    pass = TrainingPass(
      configuration: benchmark.configuration, engine: benchmark.engine, parts: 2,
      maximumTokensPerPart: max(benchmark.length, count / 2), maximumTokens: count,
      targetWidth: targetWidth)
    optimizer = AdamWOptimizer(parameterCount: parameters.layout.count)
    products = ProductRate(threads: threads)
    self.threads = threads
  }

  /// One step towards the targets, or towards the next token if there are none.
  func step(_ batch: Batch, _ targets: (any TargetRows)?) throws {
    let loss: any RowLoss = targets == nil ? NextToken() : ForwardDivergence()
    _ = try pass.step(
      parameters: parameters, batch: batch, loss: loss, targets: targets, threads: threads)
    try optimizer.update(
      parameters, gradients: pass.gradients, learningRate: 1e-4, threads: threads)
  }
}

/// The product that rebuilds a batch's distributions from hidden states, measured alone: rows split
/// into as many parts as threads.
struct HeadProduct {
  private let states, readout: Floats
  private let logits: [Floats]
  private let rows, V, C: Int
  private let engine: MatrixEngine
  private let pool: WorkerPool

  init(rows: Int, configuration: TransformerConfiguration, engine: MatrixEngine, threads: Int) {
    self.engine = engine
    C = configuration.hiddenSize
    V = configuration.vocabularySize
    self.rows = rows / threads
    states = Floats([Float](repeating: 0.5, count: rows * C))
    readout = Floats([Float](repeating: 0.5, count: V * C))
    let (each, V) = (self.rows, V)
    logits = (0..<threads).map { _ in Floats(zeros: each * V) }
    pool = WorkerPool(threads: threads)
  }

  func seconds() -> Double {
    let (logits, states, readout, rows, V, C) = (logits, states, readout, rows, V, C)
    let engine = engine
    return Benchmarks.seconds {
      pool.run(parts: logits.count) { part in
        engine.product(
          c: logits[part], a: states[(part * rows * C)..<((part + 1) * rows * C)], b: readout,
          .transposed, m: rows, n: V, k: C)
      }
    }
  }
}
