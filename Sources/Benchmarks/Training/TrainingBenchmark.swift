public import Kernels
public import Models
internal import Randomness

/// Training speed on this machine, beside the rate of its matrix products at the same time.
public struct TrainingBenchmark: Sendable {
  /// Medians over the repetitions.
  public struct Figures: Sendable {
    /// Median of a whole step.
    public var secondsPerStep: Double
    /// Seconds of the fastest step.
    public var fastestSeconds: Double
    /// Seconds of the slowest step.
    public var slowestSeconds: Double
    /// Tokens of a batch over the median time of a step.
    public var tokensPerSecond: Double
    /// Counts 6 operations per weight and token and the causal half of attention, over the median
    /// time.
    public var gigaflops: Double
    /// Products of 512 x 512 x 512 by OpenBLAS, one on each thread.
    public var productGigaflops: Double
    /// The engine's products at the step's own shapes.
    public var ownShapesGigaflops: Double
    /// Threads of the step and of the products beside it.
    public var threads: Int
    /// The processor type that OpenBLAS chose its kernels for.
    public var coreName: String
    /// The instructions that our own kernels use.
    public var instructionSet: String
  }

  /// For tables: `tiny`, `small`, `base`, `student`, or as the caller calls it.
  public var name: String
  /// Shape of the model, whose weights are random.
  public var configuration: TransformerConfiguration
  /// Sequences of a batch.
  public var sequences: Int
  /// Tokens of each sequence.
  public var length: Int
  /// Backend and precision of the products.
  public var engine = MatrixEngine.openBLAS
  /// Trains towards whole distributions, given as log-probabilities.
  public var hasSoftTargets = false

  /// - Parameters:
  ///   - sequences: of a batch.
  ///   - length: of each sequence, in tokens.
  public init(
    name: String, configuration: TransformerConfiguration, sequences: Int, length: Int
  ) {
    self.name = name
    self.configuration = configuration
    self.sequences = sequences
    self.length = length
  }

  /// 0.9 M parameters, 16 sequences of 256 tokens.
  public static func tiny() throws(ModelError) -> TrainingBenchmark {
    try TrainingBenchmark(
      name: "tiny",
      configuration: TransformerConfiguration(
        vocabularySize: 512, hiddenSize: 128, intermediateSize: 384, layerCount: 4, headCount: 4),
      sequences: 16, length: 256)
  }

  /// 6 M parameters, 8 sequences of 256 tokens.
  public static func small() throws(ModelError) -> TrainingBenchmark {
    try TrainingBenchmark(
      name: "small",
      configuration: TransformerConfiguration(
        vocabularySize: 4096, hiddenSize: 256, intermediateSize: 768, layerCount: 6, headCount: 8),
      sequences: 8, length: 256)
  }

  /// 134.5 M parameters, the shape of SmolLM2-135M: one sequence of 256 tokens.
  public static func base() throws(ModelError) -> TrainingBenchmark {
    try TrainingBenchmark(
      name: "base",
      configuration: TransformerConfiguration(
        vocabularySize: 49_152, hiddenSize: 576, intermediateSize: 1536, layerCount: 30,
        headCount: 9, keyValueHeadCount: 3),
      sequences: 1, length: 256)
  }

  /// The quickstart's student: 64 short traces.
  public static func student() throws(ModelError) -> TrainingBenchmark {
    try TrainingBenchmark(
      name: "student",
      configuration: TransformerConfiguration(
        vocabularySize: 264, hiddenSize: 64, intermediateSize: 192, layerCount: 2, headCount: 4),
      sequences: 64, length: 30)
  }

  /// Whole steps (forward, backward, update) on random tokens, alternating with plain products.
  public func run(threads: Int, repetitions: Int = 9) throws(ModelError) -> Figures {
    var stream = Seed(1).child("benchmark").stream()
    let count = sequences * length
    let V = configuration.vocabularySize
    let tokens = (0...count).map { _ in Int32(stream.uniform(V)) }
    let batch = try Batch(
      tokens: Array(tokens.dropLast()), rowStarts: (0...sequences).map { $0 * length },
      nextTokens: Array(tokens.dropFirst()), weights: [Float](repeating: 1, count: count))
    let parameters = Parameters(drawn: configuration, seed: Seed(1), threads: threads)
    let pass = TrainingPass(
      configuration: configuration, engine: engine, parts: 2,
      maximumTokensPerPart: max(length, count / 2),
      maximumTokens: count)
    let optimizer = AdamWOptimizer(parameterCount: parameters.layout.count)
    let products = ProductRate(threads: threads)
    let own = StepProducts(
      of: pass, parameters, sequences: sequences, length: length, threads: threads)
    let rows = hasSoftTargets ? count * V : 0
    let targets = LogitTargets((0..<rows).map { _ in Float(stream.unit()) * 8 - 8 })
    let loss: any RowLoss = hasSoftTargets ? ForwardDivergence() : NextToken()
    var steps: [Double] = []
    var rates: [Double] = []
    var ownRates: [Double] = []
    for repetition in 0...repetitions {
      let clock = ContinuousClock()
      let start = clock.now
      _ = try pass.step(
        parameters: parameters, batch: batch, loss: loss, targets: targets, threads: threads)
      try optimizer.update(
        parameters, gradients: pass.gradients, learningRate: 1e-4, threads: threads)
      let seconds = (clock.now - start) / .seconds(1)
      let rate = products.measure()
      let ownRate = own.measure()
      // The first one touches all memory for the first time.
      if repetition > 0 {
        steps.append(seconds)
        rates.append(rate)
        ownRates.append(ownRate)
      }
    }
    steps.sort()
    rates.sort()
    ownRates.sort()
    let median = steps[steps.count / 2]
    return Figures(
      secondsPerStep: median, fastestSeconds: steps[0],
      slowestSeconds: steps[steps.count - 1], tokensPerSecond: Double(count) / median,
      gigaflops: configuration.trainingOperations(rowStarts: batch.rowStarts) / median / 1e9,
      productGigaflops: rates[rates.count / 2],
      ownShapesGigaflops: ownRates[ownRates.count / 2], threads: threads, coreName: BLAS.coreName,
      instructionSet: Dispatch.current.name)
  }
}
