internal import Files
internal import Kernels
internal import Stages

/// Averaging of the weights of a training's last steps, in the place of a falling rate: the mean of
/// weights at a constant rate is where a decay would have led, and no step of it is smaller than
/// another, so that what comes last is learnt as what comes first.
public struct WeightAveraging: Sendable, Equatable {
  /// Which mean it is.
  public enum Kind: String, Sendable, CaseIterable {
    /// Of all steps from the start on, alike.
    case tail
    /// Exponential: each step weighs `decay` of the one after it.
    case ema
  }

  /// Alike, or with a weight that falls into the past.
  public var kind: Kind
  /// Share of the steps before the first one that counts, 0…1.
  public var start: Double
  /// Of `ema`.
  public var decay: Double

  /// Reads `averaging`, which is not in the key where it is left out.
  static func read(
    _ settings: inout Settings
  ) throws(ConfigurationError) -> WeightAveraging? {
    try settings.optionalBlock("averaging") { block throws(ConfigurationError) in
      let kind = try block.choice(
        "kind", default: Kind.tail,
        "which mean of the weights is kept: tail, of all steps from start on; ema, one that forgets"
      )
      let start = try block.double(
        "start", default: 0.5, in: 0...0.999, "share of the steps before the first that counts")
      let decay = try block.when("kind", is: Kind.ema.rawValue) {
        settings throws(ConfigurationError) in
        try settings.double(
          "decay", default: 0.99, in: 0...0.999999, "weight of a step beside that of the next")
      }
      return WeightAveraging(kind: kind, start: start, decay: decay ?? 0)
    }
  }

  /// Whether the weights after a step, counted from 1, belong to the mean; those of the last always
  /// do.
  func counts(_ step: Int, of steps: Int) -> Bool {
    step == steps || Double(step) > start * Double(steps)
  }

  /// As pages print it.
  var words: String {
    switch kind {
    case .tail: "mean of the weights from \(start) of the steps on"
    case .ema: "exponential mean of the weights (decay \(decay)) from \(start) of the steps on"
    }
  }
}

/// A running mean of what a training changes.
struct AveragedWeights {
  /// Steps in it.
  private(set) var count: Int
  /// Laid out like the learner's values.
  let weights: Floats

  /// A mean of one step.
  init(first values: Floats) {
    count = 1
    weights = Floats(zeros: values.count)
    weights.copy(from: values)
  }

  /// One that was kept.
  init(count: Int, weights: Floats) {
    self.count = count
    self.weights = weights
  }

  /// Takes in the weights after another step.
  mutating func add(_ values: Floats, _ averaging: WeightAveraging) {
    count += 1
    let share = averaging.kind == .tail ? 1 / Double(count) : 1 - averaging.decay
    blend(weights, towards: values, share: Float(share))
  }
}
