public import Kernels
internal import Parallel
import Synchronization

/// AdamW over a model's flat buffer. Matrices are decayed; vectors such as norm weights are not.
public final class AdamWOptimizer {
  /// Settings that stay fixed during a run.
  public struct Settings: Sendable, Equatable {
    /// Decay of the running mean of gradients, 0 ..< 1.
    public var beta1: Float = 0.9
    /// Decay of the running mean of squared gradients, 0 ..< 1. `AdamWStep` has another default.
    public var beta2: Float = 0.95
    /// Added to the root of the second moment, after its bias is corrected.
    public var epsilon: Float = 1e-8
    /// Decoupled weight decay of matrices, multiplied by the learning rate.
    public var decay: Float = 0.1
    /// Gradients whose norm is greater are scaled down to it; `nil`: none is.
    public var largestNorm: Double? = 1

    /// - Parameters:
    ///   - decay: decoupled weight decay, multiplied by the learning rate.
    ///   - largestNorm: longer gradients are scaled down to it; `nil`: never.
    public init(
      beta1: Float = 0.9, beta2: Float = 0.95, epsilon: Float = 1e-8, decay: Float = 0.1,
      largestNorm: Double? = 1
    ) {
      self.beta1 = beta1
      self.beta2 = beta2
      self.epsilon = epsilon
      self.decay = decay
      self.largestNorm = largestNorm
    }
  }

  /// Read by every update: a change holds from the next on, and leaves the moments alone.
  public var settings: Settings
  /// Number of updates made.
  public private(set) var stepCount = 0
  /// Running means of gradients and of their squares, laid out like the parameters.
  public let firstMoments, secondMoments: Floats
  private var pool = WorkerPool(threads: 1)

  /// Floats per part of an elementwise pass: fixed, so that sums never depend on the number of
  /// threads.
  static let chunk = 1 << 16

  /// Both moments are 0; 8 bytes a parameter.
  public init(parameterCount: Int, settings: Settings = Settings()) {
    self.settings = settings
    firstMoments = Floats(zeros: parameterCount)
    secondMoments = Floats(zeros: parameterCount)
  }

  /// Continues from the state of another optimiser.
  public func restore(stepCount: Int, firstMoments: [Float], secondMoments: [Float]) {
    precondition(stepCount >= 0)
    self.stepCount = stepCount
    self.firstMoments.copy(from: firstMoments)
    self.secondMoments.copy(from: secondMoments)
  }

  /// Norm of the gradient; not finite exactly if some element is not.
  public func norm(of gradients: Floats, threads: Int = 1) -> Double {
    if pool.threads != threads { pool = WorkerPool(threads: threads) }
    let count = gradients.count
    let chunk = Self.chunk
    let chunks = (count + chunk - 1) / chunk
    let sums = Mutex([Double](repeating: 0, count: chunks))
    pool.run(parts: chunks) { index in
      let sum = sumOfSquares(gradients[(index * chunk)..<min(count, (index + 1) * chunk)])
      sums.withLock { $0[index] = sum }
    }
    return sums.withLock { $0.reduce(0, +) }.squareRoot()
  }

  /// One update.
  ///
  /// - Parameter frozen: weights that stay as they are; their gradients must be 0.
  /// - Returns: the gradient's norm before clipping.
  /// - Throws: `ModelError.notFinite` naming the tensor when a gradient is NaN or infinite; then
  ///   nothing is changed.
  @discardableResult
  public func update(
    _ parameters: Parameters, gradients: Floats, learningRate: Float, threads: Int = 1,
    frozen: FrozenRanges = .none
  ) throws(ModelError) -> Double {
    try update(
      parameters.values, decayed: parameters.layout.matrixCount, gradients: gradients,
      learningRate: learningRate, threads: threads, frozen: frozen
    ) { parameters.firstNotFinite(in: gradients) ?? "the model" }
  }

  /// One update of any buffer.
  ///
  /// - Parameters:
  ///   - count: floats at its front that are decayed.
  ///   - name: of what is not finite in the gradient.
  /// - Returns, throws: as above.
  @discardableResult
  public func update(
    _ values: Floats, decayed matrices: Int, gradients: Floats, learningRate: Float,
    threads: Int = 1, frozen: FrozenRanges = .none, name: () -> String
  ) throws(ModelError) -> Double {
    let norm = norm(of: gradients, threads: threads)
    guard norm.isFinite else { throw .notFinite(name: "the gradient of \(name())") }
    stepCount += 1
    var step = AdamWStep(
      learningRate: learningRate, beta1: settings.beta1, beta2: settings.beta2,
      epsilon: settings.epsilon, decay: settings.decay, step: stepCount)
    if let largest = settings.largestNorm {
      step.gradientScale = clipScale(norm: norm, largest: largest)
    }
    let count = values.count
    let chunk = Self.chunk
    let decayed = (matrices + chunk - 1) / chunk
    let (first, second) = (firstMoments, secondMoments)
    let settled = step
    pool.run(parts: decayed + 1) { index in
      var step = settled
      if index == decayed { step.decay = 0 }
      let range =
        index == decayed
        ? matrices..<count : (index * chunk)..<min(matrices, (index + 1) * chunk)
      for range in frozen.rest(of: range) {
        adamW(
          parameters: values[range], gradients: gradients[range], firstMoments: first[range],
          secondMoments: second[range], step)
      }
    }
    return norm
  }
}
