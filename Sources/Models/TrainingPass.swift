public import Kernels
import Synchronization

/// What one pass over a batch found.
public struct StepResult: Sendable, Equatable {
  /// Sum over targets of what is minimised, in nats.
  public var lossSum: Double
  /// Sum of `-log q[token]` at temperature 1.
  public var crossEntropySum: Double
  /// Sum of `KL(target distribution || q)` at temperature 1.
  public var klSum: Double
  /// Rows that counted.
  public var targetCount: Int
  /// Sum of their weights, by which the gradient is divided.
  public var weightSum: Double
}

/// Forward and backward over batches of sequences of different lengths.
///
/// A batch is cut into `parts` runs of whole sequences; each part has its own arena and gradients,
/// which are added in order of the parts. Threads only run parts, so the result does not depend on
/// their number. All floats are allocated at start.
public final class TrainingPass {
  public let configuration: TransformerConfiguration
  /// What makes the matrix products.
  public let engine: MatrixEngine
  public let parts: Int
  /// Longest sequence there is room for.
  public let longestSequence: Int
  private let workspaces: [Workspace]
  private let partGradients: [Floats]
  private var pool = WorkerPool(threads: 1)

  /// Rows of a slice: enough for fast matrix products, few enough for activations to stay cached.
  public static let sliceRows = 512

  /// - Parameters:
  ///   - parts: part of what the results depend on, unlike the number of threads.
  ///   - maximumTokensPerPart: bounds the longest sequence; parts of more tokens than a slice are
  ///     run slice by slice.
  public init(
    configuration: TransformerConfiguration, engine: MatrixEngine = .openBLAS, parts: Int = 2,
    maximumTokensPerPart: Int
  ) {
    precondition(parts >= 1 && maximumTokensPerPart >= 1)
    self.configuration = configuration
    self.engine = engine
    self.parts = parts
    let longest = min(maximumTokensPerPart, configuration.positionCount)
    longestSequence = longest
    let capacity = min(maximumTokensPerPart, max(longest, Self.sliceRows))
    let rotary = RotaryTable(
      headWidth: configuration.headWidth, base: configuration.rotaryBase, positionCount: longest)
    let layout = ParameterLayout(configuration)
    workspaces = (0..<parts).map { _ in
      Workspace(configuration, engine: engine, rotary: rotary, capacity: capacity, training: true)
    }
    partGradients = (0..<parts).map { _ in Floats(zeros: layout.count) }
  }

  /// The gradient of the last step, laid out like the parameters.
  public var gradients: Floats { partGradients[0] }

  /// Forward and backward: leaves the gradient of the mean loss in `gradients`.
  ///
  /// - Parameters:
  ///   - targets: rows of the whole batch, `(rows, …)`.
  ///   - threads: how many run the parts.
  /// - Throws: `ModelError` for a batch that the model cannot take; nothing is computed then.
  public func step(
    parameters: Parameters, batch: Batch, targets: TargetRows = .hard,
    options: SoftTargetOptions = SoftTargetOptions(), threads: Int = 1
  ) throws(ModelError) -> StepResult {
    precondition(parameters.configuration == configuration, "parameters of another model")
    try batch.check(configuration, longest: longestSequence)
    try targets.check(
      rows: batch.tokens.count, vocabulary: configuration.vocabularySize,
      room: workspaces[0].attentionScratch.count)
    guard batch.weightSum > 0 else { throw .batch(reason: "no row has a target") }
    if pool.threads != threads { pool = WorkerPool(threads: threads) }

    let scale = Float(1 / batch.weightSum)
    let slices = Slice.cut(
      batch, parts: parts, size: min(Self.sliceRows, workspaces[0].capacity))
    let sums = Mutex([LossSums](repeating: LossSums(), count: parts))
    let workspaces = workspaces
    let partGradients = partGradients
    pool.run(parts: parts) { part in
      let workspace = workspaces[part]
      let d = partGradients[part]
      d.zero()
      var partSums = LossSums()
      for slice in slices[part] {
        workspace.forward(parameters, slice)
        partSums += workspace.loss(
          parameters, slice, targets: targets, options: options, gradientScale: scale, into: d)
        workspace.backward(parameters, slice, into: d)
      }
      sums.withLock { $0[part] = partSums }
    }
    addPartGradients()

    let total = sums.withLock { $0.reduce(into: LossSums()) { $0 += $1 } }
    return StepResult(
      lossSum: total.loss, crossEntropySum: total.crossEntropy, klSum: total.divergence,
      targetCount: batch.targetCount, weightSum: batch.weightSum)
  }

  /// Adds the parts' gradients in order; each range is a part of work of its own.
  private func addPartGradients() {
    let partGradients = partGradients
    let count = partGradients[0].count
    let chunk = AdamWOptimizer.chunk
    if parts == 1 { return }
    pool.run(parts: (count + chunk - 1) / chunk) { index in
      let range = (index * chunk)..<min(count, (index + 1) * chunk)
      for other in partGradients.dropFirst() { add(other[range], to: partGradients[0][range]) }
    }
  }
}

extension TargetRows {
  /// Whether the rows are whole distributions.
  var isSoft: Bool {
    switch self {
    case .hard, .smoothed: false
    case .logProbabilities, .probabilities, .hidden: true
    }
  }

  /// - Throws: `ModelError.batch` when the rows do not fit the batch.
  func check(rows T: Int, vocabulary V: Int, room: Int) throws(ModelError) {
    switch self {
    case .hard: return
    case .smoothed(let epsilon):
      guard epsilon >= 0, epsilon < 1 else {
        throw .batch(reason: "label smoothing of \(epsilon); expected 0..<1")
      }
    case .logProbabilities(let all), .probabilities(let all):
      guard all.count == T * V else {
        throw .batch(reason: "\(all.count) target values; \(T) rows of \(V) need \(T * V)")
      }
    case .hidden(let states, let readout, let width):
      guard width > 0, states.count == T * width, readout.count == V * width else {
        throw .batch(
          reason: "hidden targets: \(states.count) and \(readout.count) values do not make "
            + "\(T) rows and \(V) logits of width \(width)")
      }
      guard width <= room else {
        throw .batch(reason: "hidden targets of width \(width); at most \(room) fit")
      }
    }
  }
}
