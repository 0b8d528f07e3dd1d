internal import Files
public import Kernels
public import Models
public import Stages

/// The settings that `train` and `distil` share.
public struct TrainingSettings: Sendable, Equatable {
  /// The shape of a model drawn from the seed; its `vocab_size` comes from the tokenizer. `nil`: it
  /// starts from a checkpoint.
  public var model: TransformerConfiguration?
  /// The checkpoint that the model starts from.
  public var start: StudentStart?
  /// Parts that stay as they are.
  public var frozen = FrozenParts([])
  /// The adapter that is learnt in the place of the model's weights.
  public var adapter: LowRankAdapter.Shape?
  /// The mean of weights that is kept in the place of the last ones; `nil`: none.
  public var averaging: WeightAveraging?
  /// Of the whole training.
  public var steps: Int
  /// Sequences per step.
  public var batch: Int
  /// Most sequences that go through the model at once; `nil`: the whole batch.
  public var microBatch: Int?
  /// Bytes that the training may take, from which `microBatch` follows; `nil`: not limited.
  public var memory: Int?
  /// Rate of each step: warm-up, then constant or falling.
  public var learningRate: LearningRate
  /// Decoupled weight decay and moments of AdamW.
  public var weightDecay: Double
  /// Decay of the mean of gradients, 0…1.
  public var beta1: Double
  /// Decay of the mean of squared gradients, 0…1.
  public var beta2: Double
  /// Added to the root of the mean of squares.
  public var epsilon: Double
  /// Largest norm of the gradient; larger gradients are scaled down to it.
  public var clip: Double
  /// Number of pieces that each batch is cut into, whatever the number of threads.
  public var parts: Int
  /// Matrix-product backend, and its precision.
  public var backend: MatrixEngine.Backend
  /// Of the operands of matrix products; bfloat16 needs the backend `native`.
  public var precision: MatrixEngine.Precision
  /// Steps between checkpoints.
  public var checkpointEvery: Int
  /// Number of validations, at steps that grow geometrically up to the last.
  public var evaluations: Int
  /// Steps between lines of metrics.
  public var logEvery: Int
  /// Longer samples are dropped and counted.
  public var maxTokens: Int
  /// First weights, first adapter, first projection, and texts that the student writes are drawn
  /// from it.
  public var seed: UInt64

  /// - Parameters:
  ///   - batch: sequences of a step.
  ///   - weightDecay, beta1, beta2, epsilon, clip: as in `AdamWOptimizer.Settings`.
  ///   - parts: pieces of a step; results depend on it, not on the number of threads.
  ///   - maxTokens: longest sequence.
  public init(
    model: TransformerConfiguration?, start: StudentStart? = nil, steps: Int, batch: Int,
    learningRate: LearningRate,
    weightDecay: Double = 0.1, beta1: Double = 0.9, beta2: Double = 0.95, epsilon: Double = 1e-8,
    clip: Double = 1, parts: Int = 2, backend: MatrixEngine.Backend = .openblas,
    precision: MatrixEngine.Precision = .float32, checkpointEvery: Int = 200, evaluations: Int = 8,
    logEvery: Int = 10, maxTokens: Int = 512, seed: UInt64 = 0
  ) {
    self.model = model
    self.start = start
    self.steps = steps
    self.batch = batch
    self.learningRate = learningRate
    self.weightDecay = weightDecay
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.clip = clip
    self.parts = parts
    self.backend = backend
    self.precision = precision
    self.checkpointEvery = checkpointEvery
    self.evaluations = evaluations
    self.logEvery = logEvery
    self.maxTokens = maxTokens
    self.seed = seed
  }

  /// Reads every shared key of a stage's settings.
  ///
  /// - Parameter models: names of the inputs that hold a model, in their order.
  public init(_ settings: inout Settings, models: [String] = []) throws {
    let maxTokens = try settings.int(
      "max_tokens", default: 512, in: 2...1_048_576, "longer samples are dropped and counted")
    (model, start) = try settings.block("model") { block throws(ConfigurationError) in
      let start = try StudentStart(&block, models: models)
      let shape = try Self.model(&block, maxTokens: maxTokens, isGiven: start != nil)
      return (shape, start)
    }
    self.maxTokens = maxTokens
    frozen = try FrozenParts(&settings)
    adapter = try LowRankAdapter.Shape.read(&settings)
    if adapter != nil, start == nil, !settings.isDescription {
      throw settings.error(
        "adapter", "needs a model that knows something: name a checkpoint as model.from")
    }
    if adapter != nil, start?.shape != nil, !settings.isDescription {
      throw settings.error(
        "adapter",
        "an adapter belongs to a checkpoint that stands somewhere, and model.prune makes one that "
          + "does not -- prune in one stage, learn the adapter in the next")
    }
    if adapter != nil, !frozen.parts.isEmpty {
      throw settings.error("freeze", "an adapter leaves all weights as they are -- leave one out")
    }
    steps = try settings.int("steps", in: 1...100_000_000, "updates")
    batch = try settings.int("batch", in: 1...1_000_000, "samples of one update")
    microBatch = try settings.unnotedInt(
      "micro_batch", in: 1...1_000_000,
      "samples that go through the model at once: memory for these, gradients added up; none: batch"
    )
    memory = try MemoryBudget.read(&settings, microBatch: microBatch)
    let peak = try settings.double(
      "learning_rate", default: 1e-3, in: 0...10, "the highest rate, reached after warmup")
    let schedule = try settings.choice(
      "schedule", default: LearningRate.Schedule.cosine, "how the rate falls after warmup")
    let warmup = try settings.int(
      "warmup", default: min(100, steps / 10), in: 0...steps,
      "steps in which the rate rises from 0",
      .init(default: "steps / 10, at most 100", to: "steps"))
    let finalShare = try settings.double(
      "final_rate", default: 0.1, in: 0...1, "share of the highest rate that is left at the end")
    learningRate = LearningRate(
      peak: peak, schedule: schedule, warmup: warmup, finalShare: finalShare, steps: steps)
    averaging = try WeightAveraging.read(&settings)
    weightDecay = try settings.double(
      "weight_decay", default: 0.1, in: 0...1, "decay of matrices, times the rate")
    beta1 = try settings.double(
      "beta1", default: 0.9, in: 0...0.999999, "decay of the mean of gradients (AdamW)")
    beta2 = try settings.double(
      "beta2", default: 0.95, in: 0...0.999999, "decay of the mean of their squares")
    epsilon = try settings.double(
      "epsilon", default: 1e-8, in: 1e-12...1, "added to the root of that mean")
    clip = try settings.double(
      "clip", default: 1, in: 1e-6...1e6, "longer gradients are scaled down to this norm")
    parts = try settings.int(
      "parts", default: 2, in: 1...1024,
      "pieces that a batch is cut into, whatever the number of threads")
    checkpointEvery = try settings.int(
      "checkpoint_every", default: 200, in: 1...Int.max, "steps between states to resume from")
    evaluations = try settings.int(
      "evaluations", default: 8, in: 1...1000, "looks at the validation set")
    logEvery = try settings.int(
      "log_every", default: max(1, steps / 50), in: 1...Int.max, "steps between lines of metrics",
      .init(default: "steps / 50, at least 1"))
    seed = try settings.seed()
    backend = try settings.choice(
      "backend", default: MatrixEngine.Backend.openblas, "what makes matrix products")
    precision = try settings.choice(
      "precision", default: MatrixEngine.Precision.float32,
      "operands of matrix products; bfloat16 needs backend: native")
    if precision == .bfloat16, backend == .openblas {
      throw settings.error("precision", "bfloat16 needs backend: native")
    }
    // The width of a checkpoint is not known yet; those that people have are wide.
    backend = BackendTable.resolved(
      backend, precision,
      for: .training(width: model?.hiddenSize ?? start?.shape?.sizes.hiddenSize ?? .max))
    settings.resolve("backend", JSON(backend.rawValue))
  }

  /// Half of one over the square root of the width, to four decimals: 0.02 at the widths that 0.02
  /// was chosen for, and large enough at small ones. With 0.02 at width 64 a model spends its first
  /// thousand steps on a plateau where it cannot yet copy (LOG.md).
  private static func initialDeviation(width: Int) -> Double {
    (5000 / Double(width).squareRoot()).rounded() / 10_000
  }

  /// The shape, with Hugging Face's names; `vocab_size` is filled in later. `nil` if a checkpoint
  /// gives it.
  private static func model(
    _ block: inout Settings, maxTokens: Int, isGiven: Bool
  ) throws(ConfigurationError) -> TransformerConfiguration? {
    let hidden = try block.without(StudentStart.key, isGiven: isGiven) {
      block throws(ConfigurationError) in
      try block.int("hidden_size", in: 1...65_536, "width of the model")
    }
    guard let hidden else { return nil }
    let heads = try block.int(
      "num_attention_heads", default: 4, in: 1...1024, "heads of a layer")
    let layers = try block.int(
      "num_hidden_layers", default: 2, in: 1...1024, "layers")
    let inner = try block.int(
      "intermediate_size", default: hidden * 8 / 3, in: 1...1_048_576, "width inside a layer's MLP",
      .init(default: "hidden_size * 8 / 3"))
    let shared = try block.int(
      "num_key_value_heads", default: heads, in: 1...heads, "heads of keys and values",
      .init(default: "num_attention_heads", to: "num_attention_heads"))
    let width = try block.int(
      "head_dim", default: max(2, hidden / heads), in: 2...1024, "width of a head, even",
      .init(default: "hidden_size / num_attention_heads"))
    let positions = try block.int(
      "max_position_embeddings", default: maxTokens, in: maxTokens...(1 << 30),
      "positions that the model is declared for", .init(default: "max_tokens", from: "max_tokens"))
    let normEpsilon = try block.double(
      "rms_norm_eps", default: 1e-5, in: 0...0.5, "added to the mean square in norms")
    let theta = try block.double(
      "rope_theta", default: 10_000, in: 1...1e9, "base of rotary positions")
    let tied = try block.bool(
      "tie_word_embeddings", default: true, "the readout is the embedding")
    let deviation = try block.double(
      "initializer_range", default: initialDeviation(width: hidden), in: 1e-4...1,
      "standard deviation of the first weights", .init(default: "0.5 / sqrt(hidden_size)"))
    do throws(ModelError) {
      return try TransformerConfiguration(
        vocabularySize: 1, hiddenSize: hidden, intermediateSize: inner, layerCount: layers,
        headCount: heads, keyValueHeadCount: shared, headWidth: width, positionCount: positions,
        normEpsilon: normEpsilon, rotaryBase: theta, tiesEmbeddings: tied,
        initializerRange: deviation)
    } catch {
      throw ConfigurationError(path: ["model"], reason: error.description)
    }
  }

  /// Steps, counted from 1, that are followed by a validation: `evaluations` of them, evenly spaced
  /// in the logarithm, the last step among them.
  public var validationSteps: [Int] { Self.validationSteps(steps: steps, count: evaluations) }
}
