internal import Kernels
internal import Models
internal import Randomness

/// What a training changes: all weights of a model, some of them, or an adapter of some.
struct Learner {
  /// The model that is run.
  let parameters: Parameters
  let adapter: LowRankAdapter?
  /// Weights of the model that get no gradient.
  let frozen: FrozenRanges
  private let adapterGradient: Floats?

  /// - Parameter initial: the model's weights, which the training changes in place.
  /// - Throws: `ModelError.configuration` for parts or targets that the model does not have.
  init(
    _ initial: Parameters, _ settings: TrainingSettings, engine: MatrixEngine
  ) throws {
    parameters = initial
    guard let shape = settings.adapter else {
      adapter = nil
      adapterGradient = nil
      frozen = try settings.frozen.ranges(in: initial.configuration)
      return
    }
    // The sum is made in float32 whatever the precision of the model's products.
    let adapter = try LowRankAdapter(
      of: initial, shape, seed: Seed(settings.seed).child("initial-adapter"),
      engine: MatrixEngine(backend: engine.backend, precision: .float32))
    self.adapter = adapter
    adapterGradient = Floats(zeros: adapter.values.count)
    frozen = adapter.frozen(in: initial.layout)
  }

  /// Floats that a training of a model would change.
  ///
  /// - Throws: as `init`, for targets of an adapter that the model does not have.
  static func count(of initial: Parameters, _ settings: TrainingSettings) throws -> Int {
    guard let shape = settings.adapter else { return initial.layout.count }
    return try LowRankAdapter.count(of: initial, shape)
  }

  /// What the optimiser changes and checkpoints hold.
  var values: Floats { adapter?.values ?? parameters.values }

  /// Floats at the front of `values` that are decayed.
  var decayedCount: Int { adapter?.values.count ?? parameters.layout.matrixCount }

  /// What of `values` stays as it is.
  var frozenValues: FrozenRanges { adapter == nil ? frozen : .none }

  /// The gradient of `values`, from that of the model's weights.
  func gradient(from whole: Floats, threads: Int) -> Floats {
    guard let adapter, let adapterGradient else { return whole }
    adapter.gradient(of: whole, into: adapterGradient, threads: threads)
    return adapterGradient
  }

  /// Makes the model's weights from `values` that have changed.
  func settle(threads: Int) { adapter?.merge(into: parameters, threads: threads) }

  /// The name of the first tensor of a buffer laid out like `values` that is not finite.
  func firstNotFinite(in buffer: Floats) -> String? {
    guard adapter != nil else { return parameters.firstNotFinite(in: buffer) }
    return sumOfSquares(buffer).isFinite ? nil : "the adapter"
  }

  /// A copy of the model's weights as they were with earlier values.
  func weights(of earlier: Floats, threads: Int) -> Parameters {
    let copy = parameters.copy()
    guard let adapter else {
      copy.values.copy(from: earlier)
      return copy
    }
    let now = adapter.values.array
    adapter.values.copy(from: earlier)
    adapter.merge(into: copy, threads: threads)
    adapter.values.copy(from: now)
    return copy
  }
}
