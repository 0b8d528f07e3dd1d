public import Kernels
internal import Parallel
import Synchronization

/// Results of one pass over a batch.
public struct StepResult: Sendable, Equatable {
  /// Sum over targets of the minimised loss, in nats.
  public var lossSum: Double
  /// Sum of `-log q[token]` at temperature 1.
  public var crossEntropySum: Double
  /// Sum of `KL(target distribution || q)` at temperature 1.
  public var klSum: Double
  /// Number of target rows.
  public var targetCount: Int
  /// Sum of their weights, by which the gradient is divided.
  public var weightSum: Double

  /// The result of two parts of a batch.
  public static func + (a: StepResult, b: StepResult) -> StepResult {
    StepResult(
      lossSum: a.lossSum + b.lossSum, crossEntropySum: a.crossEntropySum + b.crossEntropySum,
      klSum: a.klSum + b.klSum, targetCount: a.targetCount + b.targetCount,
      weightSum: a.weightSum + b.weightSum)
  }
}

/// Forward and backward over batches of sequences of different lengths.
///
/// A batch is cut into `parts`. In small models each part has whole sequences, activations and its
/// own gradient; the gradients are added in order of the parts, so threads meet once per step. If
/// the gradient is too large to hold once per part, or the batch has fewer sequences than parts,
/// all parts work together, operation by operation, each on its share of rows and columns. Threads
/// only run parts, so the result does not depend on their number. A step allocates nothing once
/// each kind of batch has been seen.
public final class TrainingPass {
  /// What the pass was made for: parameters of another configuration are refused by a trap.
  public let configuration: TransformerConfiguration
  /// Backend and precision of the products.
  public let engine: MatrixEngine
  /// Parts that a batch is cut into. It fixes the order of sums, and so low bits of the result; the
  /// number of threads does not.
  public let parts: Int
  /// Longest sequence that fits.
  public let longestSequence: Int
  private let maximumTokensPerPart, maximumTokens: Int
  /// Whether all parts work on one gradient, for every batch; otherwise they do so only for batches
  /// of fewer sequences than parts.
  package let sharesGradient: Bool
  private let targetWidth: Int
  /// Weights that get no gradient.
  public let frozen: FrozenRanges
  private let rotary: [RotaryTable?]
  private let layout: ParameterLayout
  /// The gradient of the last step, laid out like the parameters.
  public let gradients: Floats
  private var pool = WorkerPool(threads: 1)
  private lazy var apart = makeApart()
  private lazy var together = makeTogether()

  /// Rows per slice and part: enough for fast matrix products, few enough for activations to stay
  /// cached.
  public static let sliceRows = 512
  /// Models with at least this many parameters share one gradient among all parts: 64 MiB of them.
  static let sharedGradientCount = 1 << 24

  /// - Parameters:
  ///   - parts: results depend on it, unlike the number of threads.
  ///   - maximumTokensPerPart: bounds the longest sequence; parts with more tokens than a slice are
  ///     run slice by slice.
  ///   - maximumTokens: most tokens of a whole batch, if known: saves memory.
  ///   - sharesGradient: whether all parts work on one gradient together; by default for models of
  ///     2^24 parameters and more. Results depend on it.
  ///   - targetWidth: width of the teacher's hidden states, if targets are rebuilt from them.
  ///   - frozen: weights whose gradient stays 0; what would only lead to it is not computed.
  public init(
    configuration: TransformerConfiguration, engine: MatrixEngine = .openBLAS, parts: Int = 2,
    maximumTokensPerPart: Int, maximumTokens: Int = .max,
    sharesGradient: Bool? = nil, targetWidth: Int = 0, frozen: FrozenRanges = .none
  ) {
    precondition(parts >= 1 && maximumTokensPerPart >= 1 && maximumTokens >= 1)
    self.configuration = configuration
    self.engine = engine
    self.parts = parts
    self.maximumTokensPerPart = maximumTokensPerPart
    self.maximumTokens = maximumTokens
    self.targetWidth = targetWidth
    self.frozen = frozen
    longestSequence = min(maximumTokensPerPart, configuration.positionCount)
    rotary = RotaryTable.layers(of: configuration, positionCount: longestSequence)
    layout = ParameterLayout(configuration)
    gradients = Floats(zeros: layout.count)
    self.sharesGradient = sharesGradient ?? (layout.count >= Self.sharedGradientCount)
  }

  /// Bytes that a pass of these arguments takes for its gradients and activations, the model's
  /// weights not among them.
  ///
  /// - Parameters:
  ///   - maximumTokensPerPart, maximumTokens, sharesGradient, targetWidth: as of `init`.
  ///   - fewest: sequences of the smallest batch: with fewer than parts all parts work together.
  ///   - most: sequences of the largest.
  public static func bytes(
    configuration c: TransformerConfiguration, parts: Int, maximumTokensPerPart: Int,
    maximumTokens: Int, sharesGradient: Bool? = nil, targetWidth: Int = 0, fewest: Int, most: Int
  ) -> Int {
    let count = ParameterLayout(c).count
    let shares = sharesGradient ?? (count >= sharedGradientCount)
    let longest = min(maximumTokensPerPart, c.positionCount)
    var floats = count
    let worksTogether = parts > 1 && (shares || fewest < parts)
    if worksTogether {
      let rows = min(maximumTokens, min(maximumTokensPerPart, sliceRows) * parts)
      floats += Workspace.floatCount(
        c, capacity: max(longest, rows), training: true, pieces: parts, targetWidth: targetWidth)
      floats += (parts - 1) * (count - ParameterLayout(c).matrixCount)
    }
    if parts == 1 || !shares && most >= parts {
      let rows = min(maximumTokensPerPart, max(longest, sliceRows))
      floats += (parts - 1) * count
      floats +=
        parts
        * Workspace.floatCount(c, capacity: rows, training: true, targetWidth: targetWidth)
    }
    return floats * MemoryLayout<Float>.stride
  }

  /// Memory of parts that work separately.
  private struct Apart {
    let workspaces: [Workspace]
    /// The first part's gradient is the pass's own.
    let gradients: [Floats]
  }

  /// Memory of parts that work together.
  private struct Together {
    let workspace: Workspace
    /// Gradients of the norms' weights, one for each part.
    let vectors: [Floats]
  }

  private func makeApart() -> Apart {
    let capacity = min(maximumTokensPerPart, max(longestSequence, Self.sliceRows))
    return Apart(
      workspaces: (0..<parts).map { _ in
        Workspace(
          configuration, engine: engine, rotary: rotary, capacity: capacity, training: true,
          targetWidth: targetWidth)
      },
      gradients: [gradients] + (1..<parts).map { _ in Floats(zeros: layout.count) })
  }

  private func makeTogether() -> Together {
    let rows = min(maximumTokens, min(maximumTokensPerPart, Self.sliceRows) * parts)
    return Together(
      workspace: Workspace(
        configuration, engine: engine, rotary: rotary, capacity: max(longestSequence, rows),
        training: true, pieces: parts, targetWidth: targetWidth),
      vectors: [gradients[layout.matrixCount..<layout.count]]
        + (1..<parts).map { _ in Floats(zeros: layout.count - layout.matrixCount) })
  }

  /// Forward and backward: leaves the gradient of the mean loss in `gradients`.
  ///
  /// - Parameters:
  ///   - loss: the loss to minimise.
  ///   - targets: distributions of the rows of the whole batch, for losses that read them.
  ///   - matching: a loss on inner states, which is added; its value is not in the result.
  ///   - total: sum of the weights of a larger batch that this one is a part of; the gradient is
  ///     then that of the larger batch's mean loss.
  ///   - accumulating: whether the gradient is added to what the last step left, for the further
  ///     parts of a larger batch.
  ///   - threads: number of threads that run the parts.
  /// - Throws: `ModelError` for a batch that the model cannot take; then nothing is computed.
  ///   `ModelError.target` for a target that is no distribution, found during the step; `gradients`
  ///   must not be used then.
  public func step(
    parameters: Parameters, batch: Batch, loss: any RowLoss = NextToken(),
    targets: (any TargetRows)? = nil, matching: (any StateMatching)? = nil, total: Double? = nil,
    accumulating: Bool = false,
    threads: Int = 1
  ) throws(ModelError) -> StepResult {
    precondition(parameters.configuration == configuration, "parameters of another model")
    try batch.check(configuration, longest: longestSequence)
    let targets = loss.readsDistributions ? targets : nil
    try check(loss, targets, batch)
    guard batch.weightSum > 0 else { throw .batch(reason: "no row has a target") }
    if pool.threads != threads { pool = WorkerPool(threads: threads) }
    let isShared = parts > 1 && (sharesGradient || batch.sequenceCount < parts)
    if let reason = matching?.site.misfit(configuration) { throw .batch(reason: reason) }
    let task = Task(
      parameters: parameters, batch: batch, loss: loss, targets: targets, matching: matching,
      scale: Float(1 / (total ?? batch.weightSum)), isFresh: !accumulating)
    let found = isShared ? runTogether(task) : runApart(task)
    // Vectors, and matrices that share a product with others, were computed all the same.
    for range in frozen.ranges { gradients[range].zero() }
    if let row = found.badRow { throw .target(row: row) }
    let sums = found.sums
    return StepResult(
      lossSum: sums.loss, crossEntropySum: sums.crossEntropy, klSum: sums.divergence,
      targetCount: batch.targetCount, weightSum: batch.weightSum)
  }

  /// - Throws: `ModelError.batch` when loss, targets and batch do not fit.
  private func check(
    _ loss: any RowLoss, _ targets: (any TargetRows)?, _ batch: Batch
  ) throws(ModelError) {
    if let reason = loss.misfit(targets) { throw .batch(reason: reason) }
    guard loss.readsDistributions else { return }
    guard let targets else { throw .batch(reason: "no distributions to compare the rows with") }
    if let reason = targets.misfit(
      rows: batch.tokens.count, vocabulary: configuration.vocabularySize)
    {
      throw .batch(reason: reason)
    }
    let room = max(targetWidth, configuration.attention.scratch(tokens: longestSequence))
    guard targets.scratchWidth <= room else {
      throw .batch(reason: "targets of width \(targets.scratchWidth); at most \(room) fit")
    }
  }

  /// Inputs of a step.
  private struct Task: Sendable {
    let parameters: Parameters
    let batch: Batch
    let loss: any RowLoss
    let targets: (any TargetRows)?
    let matching: (any StateMatching)?
    let scale: Float
    /// Whether the pass's own gradient starts at 0.
    let isFresh: Bool

    func run(
      _ workspace: Workspace, _ slice: Slice, into target: GradientTarget, part: Int,
      division: Division = .whole
    ) -> SoftLossSums {
      workspace.forward(parameters, slice, division: division)
      let sums = workspace.loss(
        parameters, slice, loss: loss, targets: targets, gradientScale: scale, into: target,
        division: division)
      workspace.backward(
        parameters, slice, into: target, division: division, adding: match(workspace, slice, part))
      return sums
    }

    /// The gradient of the loss on inner states, where there is one.
    private func match(
      _ workspace: Workspace, _ slice: Slice, _ part: Int
    ) -> InjectedGradient? {
      guard let matching else { return nil }
      let site = matching.site
      let width = site.width(workspace.configuration)
      let T = slice.tokens.count
      let gradient = Floats(zeros: T * width)
      matching.match(
        MatchedStates(
          states: workspace.states(at: site)[0..<(T * width)], gradient: gradient, width: width,
          rows: slice.rows, rowStarts: slice.rowStarts, targetRows: slice.targetRows,
          targetBatchRows: slice.targetBatchRows, targetWeights: slice.targetWeights,
          scale: scale), part: part)
      return InjectedGradient(site: site, gradient: gradient)
    }
  }

  /// Runs each part on its own sequences.
  private func runApart(_ task: Task) -> SoftLossSums {
    let apart = apart
    let vectors = layout.matrixCount..<layout.count
    let slices = Slice.cut(
      task.batch, parts: parts, size: min(Self.sliceRows, apart.workspaces[0].capacity))
    let sums = Mutex([SoftLossSums](repeating: SoftLossSums(), count: parts))
    let frozen = frozen
    pool.run(parts: parts) { part in
      let d = apart.gradients[part]
      // The first part's gradient is the pass's own.
      let isFresh = part > 0 || task.isFresh
      if isFresh { if slices[part].isEmpty { d.zero() } else { d[vectors].zero() } }
      var partSums = SoftLossSums()
      for (index, slice) in slices[part].enumerated() {
        partSums += task.run(
          apart.workspaces[part], slice,
          into: GradientTarget(
            values: d, vectors: [d[vectors]], isFresh: isFresh && index == 0, frozen: frozen),
          part: part)
      }
      sums.withLock { $0[part] = partSums }
    }
    if parts > 1 { addPartGradients(apart.gradients) }
    return sums.withLock { $0.reduce(into: SoftLossSums()) { $0 += $1 } }
  }

  /// Runs all parts on the same slice.
  private func runTogether(_ task: Task) -> SoftLossSums {
    let together = together
    let division = Division(pieces: parts, pool: pool)
    let slices = Slice.cut(
      task.batch, parts: 1, size: min(Self.sliceRows * parts, together.workspace.capacity))[0]
    for vector in together.vectors.dropFirst(task.isFresh ? 0 : 1) { vector.zero() }
    var sums = SoftLossSums()
    for (index, slice) in slices.enumerated() {
      sums += task.run(
        together.workspace, slice,
        into: GradientTarget(
          values: gradients, vectors: together.vectors, isFresh: task.isFresh && index == 0,
          frozen: frozen), part: 0,
        division: division)
    }
    for other in together.vectors.dropFirst() { add(other, to: together.vectors[0]) }
    return sums
  }

  /// Adds the parts' gradients in order; each range is its own piece of work.
  private func addPartGradients(_ partGradients: [Floats]) {
    let count = layout.count
    let chunk = AdamWOptimizer.chunk
    pool.run(parts: (count + chunk - 1) / chunk) { index in
      let range = (index * chunk)..<min(count, (index + 1) * chunk)
      for other in partGradients.dropFirst() { add(other[range], to: partGradients[0][range]) }
    }
  }
}
