/// A loss on rows of logits; the training pass calls it tile by tile.
///
/// One file of `Kernels` per loss, with the formula, the gradient and the C kernel behind it, and a
/// reference in `Double`.
public protocol RowLoss: Sendable {
  /// Whether rows are compared with distributions, or with next tokens alone.
  var readsDistributions: Bool { get }

  /// Why the loss cannot use these targets or its own parameters; `nil` if it can.
  func misfit(_ targets: (any TargetRows)?) -> String?

  /// Losses of the rows of a tile; the logits become the gradient.
  func callAsFunction(_ tile: LossTile) -> SoftLossSums
}

/// Rows of logits and their targets.
public struct LossTile: Sendable {
  /// `(R, V)`, to be overwritten with the gradient of the weighed losses times `gradientScale`.
  public let logits: Floats
  /// V.
  public let vocabulary: Int
  /// `(R)`: the next tokens, and the weights; rows of weight 0 are not read, and their gradient is 0.
  public let tokens: ArraySlice<Int32>
  public let weights: ArraySlice<Float>
  /// Target distribution of each row; `nil` for losses that read none.
  public let distributions: Distributions?
  public let gradientScale: Float
  /// Scratch of at least 3 V floats.
  public let scratch: Floats

  /// A tile of T rows; the properties say the shapes.
  public init(
    logits: Floats, vocabulary: Int, tokens: ArraySlice<Int32>, weights: ArraySlice<Float>,
    distributions: Distributions? = nil, gradientScale: Float, scratch: Floats
  ) {
    self.logits = logits
    self.vocabulary = vocabulary
    self.tokens = tokens
    self.weights = weights
    self.distributions = distributions
    self.gradientScale = gradientScale
    self.scratch = scratch
  }
}

/// Distributions of the rows of a tile, in the forms that kernels read.
public enum Distributions: Sendable {
  /// Row r is row `rows[r]` of `(…, V)`: logarithms of probabilities that sum to 1, as halves.
  case halves(Halves, rows: [Int32])
  /// `(R, V)`: logarithms of probabilities up to a constant in each row; -infinity is probability 0.
  case logits(Floats)
  /// Row r is row `rows[r]`: the likeliest tokens and the mass of all others.
  case top(TopRows, rows: ArraySlice<Int32>)
}
